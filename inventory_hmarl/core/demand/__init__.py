"""What customers ask for: noise around a mean path, by inverse transform.

One file a family. A family draws whole blocks of days, `(days, rows, R)`, from random words (or
needs none), so that the cost of a call is spread over many days.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from inventory_hmarl.core.arrays import Array, Rows, join, namespace
from inventory_hmarl.core.chance import DAYS_PER_BLOCK, words, words_of_pairs
from inventory_hmarl.core.demand.copula import Copula
from inventory_hmarl.core.demand.family import Family, Prepared, Shape

__all__ = ["Demand", "Family", "Prepared", "Shape", "Share"]


@dataclass(frozen=True)
class Share:
    """A family, the rows it draws, and their keys."""

    family: Family
    rows: int
    keys: tuple[Array, ...]  # (2, rows, 1) uint32: of the rows, and of what they have in common
    copula: Copula | None = None  # None: rows and days are independent

    def words(self, replications: Array, first_day: int, days: int) -> Array | None:
        """Return the words of some days, `(days, rows, R)`; None where nothing is random."""
        if not self.family.random:
            return None
        if self.copula is None:
            return words(self.keys[0], replications, first_day, days)
        pairs = np.arange(
            first_day // DAYS_PER_BLOCK, (first_day + days - 1) // DAYS_PER_BLOCK + 1
        ).astype(np.uint32)
        start = first_day % DAYS_PER_BLOCK
        return self.copula.words_of_pairs(self.keys, replications, pairs)[start : start + days]

    def words_of_pairs(
        self, keys: tuple[Array, ...], replications: Array, pairs: Array
    ) -> Array | None:
        """Return the words of days 2p and 2p + 1 of pairs p that follow one another."""
        if not self.family.random:
            return None
        if self.copula is None:
            return words_of_pairs(keys[0], replications, pairs)
        return self.copula.words_of_pairs(keys, replications, pairs)


@dataclass(frozen=True)
class Demand:
    """The demand of every level: rows are the points of the levels that sell, bottom up."""

    shares: tuple[Share, ...]
    order: Rows | None  # puts the shares' rows, one below the other, into row order
    levels: tuple[slice | None, ...]  # rows of each level; None: it sells nothing

    @property
    def rows(self) -> int:
        """Rows of all shares."""
        return sum(share.rows for share in self.shares)

    @property
    def most_days(self) -> int:
        """How many days may be prepared at once."""
        return min(share.family.most_days for share in self.shares)

    def draw(self, replications: Array, first_day: int, days: int) -> Array:
        """Return demand in units, `(days, rows, R)`, of `days` days from `first_day` on.

        `replications` (R,) uint32 names the replications. A day's demand is the same whatever block
        it is drawn in.
        """
        step = min(days, self.most_days)
        if step < days:
            starts = range(0, days, step)
            parts = [self.draw(replications, first_day + n, min(step, days - n)) for n in starts]
            return np.concatenate(parts)
        word = [share.words(replications, first_day, days) for share in self.shares]
        return self.sample(word, self.prepare(first_day, days), (days, replications.shape[0]))

    def expected(self, first_day: int, days: int) -> Array:
        """Return the mean that a planner would give for each day, `(days, rows)` units."""
        parts = [
            np.broadcast_to(share.family.expected(first_day, days), (days, share.rows)).T
            for share in self.shares
        ]
        return join(parts, self.order).T

    def words_of_pairs(self, replications: Array, pairs: Array) -> list[Array | None]:
        """Return each share's words of days 2p and 2p + 1 of some pairs p, `(pairs,)` uint32."""
        return [share.words_of_pairs(share.keys, replications, pairs) for share in self.shares]

    def prepare(self, first_day: int, days: int) -> tuple[Prepared, ...]:
        """Return what `sample` needs to know about some days, a share at a time."""
        return tuple(share.family.prepare(first_day, days) for share in self.shares)

    def sample(
        self,
        word: Sequence[Array | None],
        prepared: tuple[Prepared, ...],
        shape: tuple[int, int],
    ) -> Array:
        """Return demand in units, `(days, rows, R)`, from each share's words; `shape` (days, R)."""
        days, replications = shape
        parts = [
            share.family.sample(mine, known, (days, share.rows, replications))
            for share, mine, known in zip(self.shares, word, prepared, strict=True)
        ]
        if self.order is None and len(parts) == 1:
            return parts[0]
        library = namespace(parts[0])
        stacked = [library.moveaxis(part, 1, 0) for part in parts]
        return library.moveaxis(join(stacked, self.order), 0, 1)

    def by_level(self, day: Array) -> tuple[Array | None, ...]:
        """Split one day's demand `(rows, R)` into levels."""
        return tuple(None if rows is None else day[rows] for rows in self.levels)
