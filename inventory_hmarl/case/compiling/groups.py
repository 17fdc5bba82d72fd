"""Groups of SKUs that share nothing, each small enough for the cache."""

from __future__ import annotations

import dataclasses
import functools
import itertools
from dataclasses import dataclass

import numpy as np

from inventory_hmarl.case.compiling.layout import Layout, LevelLayout
from inventory_hmarl.core.arrays import Array


@dataclass(frozen=True)
class GroupOfSkus:
    """Some SKUs of a layout: `first`, `first + 1`, ... below `last`."""

    whole: Layout
    first: int
    last: int

    @functools.cached_property
    def points(self) -> tuple[Array, ...]:
        """The rows of the whole's points that are the group's, a level."""
        return tuple(self._mine(level.points.sku) for level in self.whole.levels)

    @functools.cached_property
    def lines(self) -> tuple[Array, ...]:
        """The rows of the whole's lines that are the group's, a level."""
        return tuple(self._mine(level.lines.sku) for level in self.whole.levels)

    def layout(self) -> Layout:
        """Return the layout of the group alone."""
        place = [
            _places(level.points.sku.size, rows)
            for level, rows in zip(self.whole.levels, self.points, strict=True)
        ]
        levels = tuple(self._level(number, place) for number in range(len(place)))
        return dataclasses.replace(self.whole, levels=levels)

    def _mine(self, sku: Array) -> Array:
        return np.flatnonzero((sku >= self.first) & (sku < self.last))

    def _level(self, number: int, place: list[Array]) -> LevelLayout:
        level, rows = self.whole.levels[number], self.lines[number]
        source_level = self.whole.level_of[level.lines.source[rows]]
        origin = level.origin[rows].copy()
        for each in range(number + 1, len(place)):
            from_it = source_level == each
            origin[from_it] = place[each][origin[from_it]]
        return LevelLayout(
            level.points.at(self.points[number]),
            level.lines.at(rows),
            level.lane[rows],
            place[number][level.point[rows]],
            origin,
        )


def groups_of_skus(
    layout: Layout, most_points: int, *, overlapping: bool = False
) -> list[GroupOfSkus]:
    """Cut the SKUs of a layout into groups of at most `most_points` points each.

    No group is returned where one would be enough, or where some SKU has more points or lines than
    another: a compiled engine wants groups of one shape. Sizes differ by one SKU at most; with
    `overlapping`, they are equal, and some SKUs are in two groups.
    """
    skus = len(layout.names.skus)
    points = sum(len(level.points) for level in layout.levels)
    size = max(1, most_points * skus // max(1, points))
    if size >= skus or not _alike(layout):
        return []
    count = -(-skus // size)
    if overlapping:
        size = -(-skus // count)
        starts = [min(number * size, skus - size) for number in range(count)]
        return [GroupOfSkus(layout, start, start + size) for start in starts]
    bounds = [number * skus // count for number in range(count + 1)]
    return [GroupOfSkus(layout, *pair) for pair in itertools.pairwise(bounds)]


def _alike(layout: Layout) -> bool:
    """Whether all SKUs have equally many points and lines at each level."""
    skus = len(layout.names.skus)
    counts = (
        np.bincount(rows.sku, minlength=skus)
        for level in layout.levels
        for rows in (level.points, level.lines)
    )
    return all((count == count[0]).all() for count in counts)


def _places(rows: int, chosen: Array) -> Array:
    """Return where each chosen row stands among the chosen ones."""
    place = np.full(rows, -1, dtype=np.intp)
    place[chosen] = np.arange(chosen.size)
    return place
