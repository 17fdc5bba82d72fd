"""Poisson demand around the mean path."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from inventory_hmarl.core.arrays import Array
from inventory_hmarl.core.demand.path import MeanPath
from inventory_hmarl.core.demand.table import search, thresholds

MOST_CELLS = 2**20  # of a table: days are drawn in parts where it would be larger


@dataclass(frozen=True)
class Poisson:
    """Inverse transform by tables, one for each distinct mean of the block."""

    path: MeanPath
    random: ClassVar[bool] = True

    def draw(self, word: Array | None, first_day: int, shape: tuple[int, int, int]) -> Array:
        """Return demand in units, `(days, rows, R)`."""
        assert word is not None
        means, which = np.unique(self.path.means(first_day, shape[0]), return_inverse=True)
        if shape[0] > 1 and means.size * _reach(means[-1:])[0] > MOST_CELLS:
            half = shape[0] // 2
            early = self.draw(word[:half], first_day, (half, *shape[1:]))
            late = self.draw(word[half:], first_day + half, (shape[0] - half, *shape[1:]))
            return np.concatenate([early, late])
        smallest, cumulative = poisson_cumulative(means)
        row = which.reshape(shape[0], shape[1], 1)
        found = search(thresholds(cumulative), row, word)
        return (found + smallest[row]).astype(np.float64)


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
    cumulative = np.cumsum(np.exp(logs - logs.max(axis=1, keepdims=True)), axis=1)
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
