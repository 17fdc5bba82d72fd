"""Poisson demand around the mean path."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from inventory_hmarl.core.arrays import Array
from inventory_hmarl.core.demand.counts import TINY, Counts, from_ratios, spread
from inventory_hmarl.core.demand.path import MeanPath


@dataclass(frozen=True)
class PoissonLaw:
    """P(k) / P(k - 1) = mean / k; a mean of 0 leaves k = 0 alone."""

    def reach(self, laws: Sequence[Array]) -> Array:
        """Return how far from its mean each table goes, units."""
        (mean,) = laws
        return 7.0 * np.sqrt(mean) + 16.0

    def cumulative(self, laws: Sequence[Array]) -> tuple[Array, Array]:
        """Return the smallest value of each table, and P(X <= smallest + k), `(laws, K)`."""
        (mean,) = laws
        smallest, value, within = spread(mean, self.reach(laws))
        ratio = np.maximum(mean[:, None], TINY) / np.maximum(value, 1)
        return smallest, from_ratios(ratio, within)


def poisson(path: MeanPath) -> Counts:
    """Return Poisson demand around a mean path."""
    return Counts(path, PoissonLaw())


def poisson_cumulative(means: Array) -> tuple[Array, Array]:
    """Return the smallest tabulated value of each mean, and P(X <= smallest + k), `(means, K)`.

    >>> smallest, cumulative = poisson_cumulative(np.array([5.0]))
    >>> int(smallest[0]), round(float(cumulative[0, 5]), 6)
    (0, 0.615961)
    """
    return PoissonLaw().cumulative((means,))


def poisson_quantile(mean: float, probability: float) -> int:
    """Return the smallest k with P(X <= k) >= probability.

    >>> poisson_quantile(5.0, 0.9)
    8
    """
    smallest, cumulative = poisson_cumulative(np.array([mean]))
    return int(smallest[0]) + int(np.searchsorted(cumulative[0], probability - math.ulp(1.0)))
