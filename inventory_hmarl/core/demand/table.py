"""Demand from a tabulated distribution, and the search that all discrete families share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from inventory_hmarl.core.arrays import Array, namespace
from inventory_hmarl.core.demand.family import ANY_DAYS, Prepared, Shape
from inventory_hmarl.core.demand.path import MeanPath, scaled


def thresholds(cumulative: Array) -> Array:
    """Return uint32 thresholds `(rows, width)`: draw number = how many of them lie below the word.

    `cumulative` is `(rows, values)`, P(value number <= k). The width is a power of two less one,
    padded with the largest word, which no word exceeds.
    """
    rows, values = cumulative.shape
    width = (1 << max(values - 1, 1).bit_length()) - 1
    table = np.full((rows, width), 2**32 - 1, dtype=np.uint32)
    steps = np.floor(np.clip(cumulative[:, :-1], 0.0, 1.0) * 2.0**32 + 0.5) - 1
    table[:, : values - 1] = np.clip(steps, 0, 2**32 - 1).astype(np.uint32)
    return table


def search(table: Array, row: Array, word: Array) -> Array:
    """Return how many thresholds of its row each word exceeds: int64, shaped like `word`.

    `row` broadcasts against `word`. A branch-free binary search: about log2(width) look-ups.
    """
    library = namespace(word)
    width = table.shape[1]
    flat = library.asarray(table).reshape(-1)
    start = library.broadcast_to(library.asarray(row * width), word.shape)
    found = library.zeros(word.shape, dtype=library.int64)
    stride = (width + 1) // 2
    while stride:
        above = word > flat.take(start + found + (stride - 1), mode="clip")
        found += stride * above
        stride //= 2
    return found


@dataclass(frozen=True)
class Table:
    """Each row has values and their probabilities; a scale multiplies what is drawn."""

    values: Array  # (rows, width + 1) units, padded with the last value
    limits: Array  # (rows, width) uint32 thresholds
    scale: MeanPath | None = None
    whole_units: bool = True
    random: ClassVar[bool] = True
    prepared_from: ClassVar[tuple[str, ...]] = ()
    most_days: ClassVar[int] = ANY_DAYS

    def expected(self, first_day: int, days: int) -> Array:
        """Return the means of the tables times the day's scale, `(days, rows)` units."""
        rows = len(self.values)
        reached = np.minimum(self.limits.astype(np.float64) + 1.0, 2.0**32) / 2.0**32
        edges = np.concatenate([np.zeros((rows, 1)), reached, np.ones((rows, 1))], axis=1)
        mean = (self.values * np.diff(edges, axis=1)).sum(axis=1)
        scale = np.ones((days, 1)) if self.scale is None else self.scale.means(first_day, days)
        return mean * scale

    def prepare(self, first_day: int, days: int) -> Prepared:
        """Return what the scale of the days depends on."""
        return Prepared(daily=() if self.scale is None else self.scale.known(first_day, days))

    def sample(self, word: Array | None, prepared: Prepared, shape: Shape) -> Array:
        """Return demand in units, `(days, rows, R)`."""
        assert word is not None
        library = namespace(word)
        row = np.arange(shape[1])[:, None]
        found = search(self.limits, row, word)
        values = library.asarray(self.values).reshape(-1)
        drawn = values.take(found + row * self.values.shape[1], mode="clip")
        scale = None if self.scale is None else self.scale.mean(prepared.daily)
        return scaled(drawn, scale, self.whole_units)


def tabulated(
    distributions: list[tuple[Array, Array]],
    scale: MeanPath | None = None,
    whole_units: bool = True,
) -> Table:
    """Return the family of rows with `(values, probabilities)` each.

    >>> family = tabulated([(np.array([0.0, 5.0]), np.array([0.25, 0.75]))])
    >>> word = np.array([[[0, 2**30 - 1, 2**30, 2**32 - 1]]], dtype=np.uint32)
    >>> family.sample(word, family.prepare(1, 1), (1, 1, 4)).ravel()
    array([0., 0., 5., 5.])
    """
    distributions = [(v[p > 0], p[p > 0]) for v, p in distributions]
    longest = max(len(values) for values, _ in distributions)
    cumulative = np.ones((len(distributions), longest))
    padded = np.empty((len(distributions), longest))
    for row, (values, probabilities) in enumerate(distributions):
        cumulative[row, : len(values)] = np.cumsum(probabilities)
        cumulative[row, len(values) - 1 :] = 1.0
        padded[row] = values[-1]
        padded[row, : len(values)] = values
    limits = thresholds(cumulative)
    width = limits.shape[1] + 1
    padding = np.repeat(padded[:, -1:], width - longest, axis=1)
    return Table(np.concatenate([padded, padding], axis=1), limits, scale, whole_units)
