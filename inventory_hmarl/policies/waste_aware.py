"""Base-stock that orders again what is going to be thrown away."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from inventory_hmarl.core.arrays import Array, namespace, rounded, running
from inventory_hmarl.core.state import Memory, View
from inventory_hmarl.policies import register
from inventory_hmarl.policies._parameters import level, number, whole


@register
@dataclass(frozen=True)
class WasteAware:
    """Order S - position + what will expire within the next waste_days, if mean demand comes.

    The estimate takes the oldest stock first. With A(j) units of stock that have at most j days
    left, what expires within n days is the largest of 0 and A(j) - j x mean demand, j = 1 to n.
    What is on its way is taken to outlast them. In whole units it is rounded.

    Source: Broekmeulen & van Donselaar (2009), "A heuristic to manage perishable inventory with
    batch ordering, positive lead-times, and time-varying demand", Computers & Operations Research
    36(11).
    """

    order_up_to: Array = level("S: the position aimed at, what will expire apart")
    mean_demand: Array = number("units a day that the estimate of waste expects")
    waste_days: int = whole("days of expiry to anticipate: the lead time", minimum=0, maximum=3660)
    whole_units: bool = True
    rule: ClassVar[str] = "waste_aware"
    sees: ClassVar[frozenset[str]] = frozenset({"ages"})

    def init(self, points: int, replications: int) -> Memory:
        """Return no memory."""
        return ()

    def orders(self, view: View, memory: Memory) -> tuple[Array, Memory]:
        """Return max(0, S - position + expected waste), `(P, R)` units."""
        missing = self.order_up_to - view.inventory_position
        library = namespace(missing)
        if view.ages is not None and self.waste_days:
            missing = missing + self._waste(view.ages)
        return library.maximum(missing, 0.0), memory

    def _waste(self, ages: Array) -> Array:
        """Return what will expire of stock `(P, A, R)`, by the days it has left, `(P, R)` units."""
        library = namespace(ages)
        most = min(self.waste_days, ages.shape[1])
        old = running(library.moveaxis(ages[:, :most], 1, 0))
        waste = library.zeros_like(old[0])
        for days in range(1, most + 1):
            waste = library.maximum(waste, old[days - 1] - rounded(days * self.mean_demand))
        return library.floor(waste + 0.5) if self.whole_units else waste
