"""Poisson demand around the mean path."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from inventory_hmarl.core.arrays import Array
from inventory_hmarl.core.demand.path import MeanPath
from inventory_hmarl.core.demand.table import search, thresholds


@dataclass(frozen=True)
class Poisson:
    """Inverse transform by tables, one for each distinct mean of the block."""

    path: MeanPath
    random: ClassVar[bool] = True

    def draw(self, word: Array | None, first_day: int, shape: tuple[int, int, int]) -> Array:
        """Return demand in units, `(days, rows, R)`."""
        assert word is not None
        means, which = np.unique(self.path.means(first_day, shape[0]), return_inverse=True)
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
    reach = 7.0 * np.sqrt(means) + 16.0
    smallest = np.maximum(np.floor(means - reach), 0.0).astype(np.int64)
    count = int(np.ceil((means + reach - smallest).max())) + 1
    value = smallest[:, None] + np.arange(count)
    logs = np.cumsum(np.log(np.maximum(np.arange(int(value.max()) + 1), 1)))
    with np.errstate(divide="ignore", invalid="ignore"):
        power = np.where(value > 0, value * np.log(means[:, None]), 0.0)
    probability = np.exp(power - means[:, None] - logs[value])
    cumulative = np.cumsum(probability, axis=1)
    return smallest, cumulative / cumulative[:, -1:]


def poisson_quantile(mean: float, probability: float) -> int:
    """Return the smallest k with P(X <= k) >= probability.

    >>> poisson_quantile(5.0, 0.9)
    8
    """
    smallest, cumulative = poisson_cumulative(np.array([mean]))
    return int(smallest[0]) + int(np.searchsorted(cumulative[0], probability - math.ulp(1.0)))
