"""Poisson demand around the mean path."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from inventory_hmarl.core.arrays import Array
from inventory_hmarl.core.demand.family import Prepared, Shape
from inventory_hmarl.core.demand.path import MeanPath
from inventory_hmarl.core.demand.table import search, thresholds

MOST_CELLS = 2**20  # of a table


@dataclass(frozen=True)
class Poisson:
    """Inverse transform by tables, one for each distinct mean of the days drawn together."""

    path: MeanPath
    random: ClassVar[bool] = True
    prepared_from: ClassVar[tuple[str, ...]] = ("path",)

    @property
    def most_days(self) -> int:
        """How many days' tables, at most one a row and day, stay within the most cells."""
        largest = np.atleast_1d(self.path.highest().max())
        return max(1, int(MOST_CELLS / (2 * _reach(largest)[0] * len(self.path.base))))

    def expected(self, first_day: int, days: int) -> Array:
        """Return the path of the mean, `(days, rows)` units."""
        return self.path.means(first_day, days)

    def prepare(self, first_day: int, days: int) -> Prepared:
        """Return the table and the smallest value of each row and day, and the tables."""
        means, which = np.unique(self.path.means(first_day, days), return_inverse=True)
        smallest, cumulative = poisson_cumulative(means)
        row = which.reshape(days, -1)
        return Prepared(
            daily=(row, smallest[row].astype(np.float64)), shared=thresholds(cumulative)
        )

    def sample(self, word: Array | None, prepared: Prepared, shape: Shape) -> Array:
        """Return demand in units, `(days, rows, R)`."""
        assert word is not None
        row, smallest = prepared.daily
        found = search(prepared.shared, row[..., None], word)
        return found.astype(smallest.dtype) + smallest[..., None]


def poisson_cumulative(means: Array) -> tuple[Array, Array]:
    """Return the smallest tabulated value of each mean, and P(X <= smallest + k), `(means, K)`.

    The table reaches from and to where the tails hold less than a 32-bit word can show.

    >>> smallest, cumulative = poisson_cumulative(np.array([5.0]))
    >>> int(smallest[0]), round(float(cumulative[0, 5]), 6)
    (0, 0.615961)
    """
    reach = _reach(means)
    smallest = np.maximum(np.floor(means - reach), 0.0).astype(np.int64)
    count = int(np.ceil((means + reach - smallest).max())) + 1
    value = smallest[:, None] + np.arange(count)
    # log P(k) - log P(smallest), from P(k) / P(k - 1) = mean / k; a mean of 0 leaves k = 0 alone
    tiny = np.finfo(np.float64).tiny
    steps = np.log(np.maximum(means[:, None], tiny) / np.maximum(value, 1))
    steps[:, 0] = 0.0
    logs = np.cumsum(steps, axis=1)
    # A row ends at its own reach, so that it is the same in whatever table it stands.
    within = value <= np.ceil(means + reach)[:, None]
    cumulative = np.cumsum(np.exp(logs - logs.max(axis=1, keepdims=True)) * within, axis=1)
    return smallest, cumulative / cumulative[:, -1:]


def _reach(means: Array) -> Array:
    """Return how far from its mean each table goes, units."""
    return 7.0 * np.sqrt(means) + 16.0


def poisson_quantile(mean: float, probability: float) -> int:
    """Return the smallest k with P(X <= k) >= probability.

    >>> poisson_quantile(5.0, 0.9)
    8
    """
    smallest, cumulative = poisson_cumulative(np.array([mean]))
    return int(smallest[0]) + int(np.searchsorted(cumulative[0], probability - math.ulp(1.0)))
