"""What customers ask for: mean path x season x noise, by inverse transform.

One file a family. A family draws whole blocks of days, `(days, rows, R)`, from random words (or
needs none), so that the cost of a call is spread over many days.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Protocol

import numpy as np

from inventory_hmarl.core.arrays import Array, Rows, join
from inventory_hmarl.core.chance import words


class Family(Protocol):
    """How the demand of some rows comes about."""

    random: ClassVar[bool]  # whether it needs words

    def draw(self, word: Array | None, first_day: int, shape: tuple[int, int, int]) -> Array:
        """Return demand in units, `shape` = (days, rows, R); `word` is uint32 of that shape."""


@dataclass(frozen=True)
class Share:
    """A family, the rows it draws, and their keys."""

    family: Family
    rows: int
    key: Array  # (2, rows, 1) uint32


@dataclass(frozen=True)
class Demand:
    """The demand of every level: rows are the points of the levels that sell, bottom up."""

    shares: tuple[Share, ...]
    order: Rows | None  # puts the shares' rows, one below the other, into row order
    levels: tuple[slice | None, ...]  # rows of each level; None: it sells nothing

    def draw(self, replications: Array, first_day: int, days: int) -> Array:
        """Return demand in units, `(days, rows, R)`, of `days` days from `first_day` on.

        `replications` (R,) uint32 names the replications. A day's demand is the same whatever block
        it is drawn in.
        """
        parts = []
        for share in self.shares:
            shape = (days, share.rows, replications.shape[0])
            word = None
            if share.family.random:
                word = words(share.key, replications, first_day, days)
            parts.append(share.family.draw(word, first_day, shape))
        if self.order is None and len(parts) == 1:
            return parts[0]
        stacked = [np.moveaxis(part, 1, 0) for part in parts]
        return np.moveaxis(join(stacked, self.order), 0, 1)

    def by_level(self, day: Array) -> tuple[Array | None, ...]:
        """Split one day's demand `(rows, R)` into levels."""
        return tuple(None if rows is None else day[rows] for rows in self.levels)
