"""Counts around the mean path: thresholds of words, one table for each law of a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol

import numpy as np

from inventory_hmarl.core.arrays import Array
from inventory_hmarl.core.demand.family import Prepared, Shape
from inventory_hmarl.core.demand.path import MeanPath
from inventory_hmarl.core.demand.table import search, thresholds

MOST_CELLS = 2**20  # of a table
TINY = np.finfo(np.float64).tiny


class Law(Protocol):
    """Distributions of counts, each by its mean and what else it takes: arrays `(laws,)`."""

    def reach(self, laws: Sequence[Array]) -> Array:
        """Return how far from its mean each table goes, units: the tails beyond are never drawn."""

    def cumulative(self, laws: Sequence[Array]) -> tuple[Array, Array]:
        """Return the smallest tabulated value of each law, and P(X <= smallest + k), `(laws, K)`.

        A table reaches from and to where the tails hold less than a 32-bit word can show.
        """


@dataclass(frozen=True)
class Counts:
    """Inverse transform by tables, one for each distinct law of the days drawn together."""

    path: MeanPath
    law: Law
    others: tuple[Array, ...] = ()  # (rows,) what the law takes beside the mean
    random: ClassVar[bool] = True
    prepared_from: ClassVar[tuple[str, ...]] = ("path", "law", "others")

    @property
    def most_days(self) -> int:
        """How many days' tables, at most one a row and day, stay within the most cells."""
        reach = float(self.law.reach((self.path.highest(), *self.others)).max())
        return max(1, int(MOST_CELLS / (2 * reach * len(self.path.base))))

    def expected(self, first_day: int, days: int) -> Array:
        """Return the path of the mean, `(days, rows)` units."""
        return self.path.means(first_day, days)

    def prepare(self, first_day: int, days: int) -> Prepared:
        """Return the table and the smallest value of each row and day, and the tables."""
        laws, which = self._laws(self.path.means(first_day, days))
        smallest, cumulative = self.law.cumulative(tuple(laws))
        row = which.reshape(days, -1)
        return Prepared(
            daily=(row, smallest[row].astype(np.float64)), shared=thresholds(cumulative)
        )

    def _laws(self, mean: Array) -> tuple[Array, Array]:
        """Return the distinct laws of some days, a column each, and which a row and day has."""
        if not self.others:
            laws, which = np.unique(mean, return_inverse=True)
            return laws[None], which
        every = np.broadcast_arrays(mean, *self.others)
        columns = np.stack([each.ravel() for each in every])
        return np.unique(columns, axis=1, return_inverse=True)

    def sample(self, word: Array | None, prepared: Prepared, shape: Shape) -> Array:
        """Return demand in units, `(days, rows, R)`."""
        assert word is not None
        row, smallest = prepared.daily
        found = search(prepared.shared, row[..., None], word)
        return found.astype(smallest.dtype) + smallest[..., None]


def from_ratios(ratio: Array, within: Array) -> Array:
    """Return P(X <= k) of laws from P(k) / P(k - 1), both `(laws, K)`; the first column is free.

    A law ends at its own last value `within`, so that it is the same in whatever table it stands.
    """
    steps = np.log(np.maximum(ratio, TINY))
    steps[:, 0] = 0.0
    logs = np.cumsum(steps, axis=1)
    cumulative = np.cumsum(np.exp(logs - logs.max(axis=1, keepdims=True)) * within, axis=1)
    total: Array = cumulative[:, -1:]
    return cumulative / total


def spread(mean: Array, reach: Array) -> tuple[Array, Array, Array]:
    """Return the smallest values of tables, all values `(laws, K)`, and which are a law's own."""
    smallest = np.maximum(np.floor(mean - reach), 0.0).astype(np.int64)
    count = int(np.ceil((mean + reach - smallest).max())) + 1
    value = smallest[:, None] + np.arange(count)
    return smallest, value, value <= np.ceil(mean + reach)[:, None]
