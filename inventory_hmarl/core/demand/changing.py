"""Demand that is drawn otherwise on some days, from the same words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from inventory_hmarl.core.arrays import Array, namespace
from inventory_hmarl.core.demand.family import Family, Prepared, Shape


@dataclass(frozen=True)
class Changing:
    """A random family, and others in its place on days of another season or deviation."""

    usual: Family
    others: tuple[Family, ...]
    which: Array  # (days + 1,) of day 0, 1, ...: 0 the usual one, k the k-th of the others
    random: ClassVar[bool] = True
    prepared_from: ClassVar[tuple[str, ...]] = ("which",)

    @property
    def most_days(self) -> int:
        """How many days may be prepared at once without filling the memory."""
        return min(family.most_days for family in (self.usual, *self.others))

    def _on(self, first_day: int, days: int) -> list[Array]:
        """Return of each other family on which days it is drawn, `(days,)` bool."""
        day = np.clip(np.arange(first_day, first_day + days), 0, self.which.size - 1)
        return [self.which[day] == number for number in range(1, len(self.others) + 1)]

    def expected(self, first_day: int, days: int) -> Array:
        """Return the mean that a planner would give for each day, `(days, rows)` units."""
        answer = self.usual.expected(first_day, days)
        for on, other in zip(self._on(first_day, days), self.others, strict=True):
            answer = np.where(on[:, None], other.expected(first_day, days), answer)
        return answer

    def prepare(self, first_day: int, days: int) -> Prepared:
        """Return what each family works out, and on which days each of the others is drawn."""
        families = [each.prepare(first_day, days) for each in (self.usual, *self.others)]
        on = tuple(each[:, None, None] for each in self._on(first_day, days))
        return Prepared(
            daily=(on, tuple(each.daily for each in families)),
            shared=tuple(each.shared for each in families),
        )

    def sample(self, word: Array | None, prepared: Prepared, shape: Shape) -> Array:
        """Return demand in units, `(days, rows, R)`."""
        on, daily = prepared.daily
        first, *rest = map(Prepared, daily, prepared.shared)
        demand = self.usual.sample(word, first, shape)
        for mask, other, mine in zip(on, self.others, rest, strict=True):
            if type(mask) is not np.ndarray or mask.any():
                demand = namespace(demand).where(mask, other.sample(word, mine, shape), demand)
        return demand
