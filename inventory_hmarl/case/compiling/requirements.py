"""What is going to be asked of each point on each day: demand, and the orders that follow from it.

A location that orders lot for lot asks on day t for what is asked of it on day t + L + 1, the first
day that the order serves. So requirements are exploded from the stores upward, each offset by its
lead time: distribution requirements planning (Martin, "DRP: Distribution Resource Planning", 1983;
Silver, Pyke & Thomas, 2017, section 15.5).
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

import numpy as np

from inventory_hmarl.case.compiling.demand import compile_demand
from inventory_hmarl.case.compiling.layout import Layout, LevelLayout
from inventory_hmarl.case.compiling.sourcing import compile_sourcing
from inventory_hmarl.case.models import Case
from inventory_hmarl.core.arrays import Array
from inventory_hmarl.core.demand import Demand


@dataclass(frozen=True)
class Requirements:
    """The requirements of a case, by mean demand; made when a rule asks for them."""

    case: Case
    layout: Layout

    def planned(self, level: int) -> Array:
        """Return the units that each point of a level covers on each day by mean demand."""
        return self._planned[level]

    @functools.cached_property
    def _planned(self) -> list[Array]:
        return self._covered(self._demand.expected(1, self.case.days))

    @functools.cached_property
    def _demand(self) -> Demand:
        return compile_demand(self.case, self.layout, (self.case.seed,))

    def _covered(self, demand: Array) -> list[Array]:
        """Return what is asked of each point in its next lead time + 1 days, `(days, P)` a level.

        After the last day it is as on the last day.
        """
        days = self.case.days
        return [
            np.stack([_window(column, int(span), days) for column, span in pairs], axis=1)
            for pairs in (
                zip(asked.T, longest(level.point, level.lines.lead_time) + 1, strict=True)
                for asked, level in zip(self._exploded(demand), self.layout.levels, strict=True)
            )
        ]

    def _exploded(self, demand: Array) -> list[Array]:
        """Return what is asked of each point of each level, `(days, P)` units a day."""
        asked: list[Array] = []
        for number, level in enumerate(self.layout.levels):
            mine = np.zeros((self.case.days, len(level.points)))
            if (rows := self._demand.levels[number]) is not None:
                mine = mine + demand[:, rows]
            for lower, below in zip(self.layout.levels, asked, strict=False):
                lines = np.flatnonzero(self.layout.level_of[lower.lines.source] == number)
                parts = shares(self.case, self.layout, lower)
                spans = lower.lines.lead_time + 1
                for line in lines.tolist():
                    later = _later(below[:, lower.point[line]], int(spans[line]))
                    mine[:, lower.origin[line]] += parts[line] * later
            asked.append(mine)
        return asked


def shares(case: Case, layout: Layout, level: LevelLayout) -> Array:
    """Return the part of its point's orders that each line has; equal parts where none is given.

    Where orders go one way, the best line has them all.
    """
    given = [case.lanes[number].share for number in level.lane.tolist()]
    rivals = np.bincount(level.point)[level.point].tolist()
    parts = zip(given, rivals, strict=True)
    split = np.array([1.0 / lanes if share is None else share for share, lanes in parts])
    if (sourcing := compile_sourcing(case, layout, level)) is None:
        return split
    return np.where(sourcing.mine[:, 0], sourcing.best[:, 0], split)


def longest(owner: Array, lead_time: Array) -> Array:
    """Return the longest lead time of each point's lines."""
    most = np.zeros(int(owner.max()) + 1, dtype=np.intp)
    np.maximum.at(most, owner, lead_time)
    return most


def _later(column: Array, by: int) -> Array:
    """Return the numbers of some days later; after the last day, its own."""
    return column[np.minimum(np.arange(column.size) + by, column.size - 1)]


def _window(column: Array, span: int, days: int) -> Array:
    """Return the sum of the next `span` days of each day."""
    total = np.zeros(days)
    for ahead in range(1, span + 1):
        total = total + _later(column, ahead)
    return total
