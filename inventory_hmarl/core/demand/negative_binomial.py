"""Negative binomial demand: counts that vary more than Poisson's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from inventory_hmarl.core.arrays import Array
from inventory_hmarl.core.demand.counts import Counts, from_ratios, spread
from inventory_hmarl.core.demand.path import MeanPath

LOG_TAIL = 24.0  # minus the logarithm of less than a 32-bit word can show


@dataclass(frozen=True)
class NegativeBinomialLaw:
    """By mean m and v = variance / mean: P(k) / P(k - 1) = (m / v + (k - 1)(1 - 1 / v)) / k.

    A Poisson mean that is itself gamma distributed (Greenwood & Yule, 1920); v = 1 is Poisson.
    """

    def reach(self, laws: Sequence[Array]) -> Array:
        """Return how far from its mean each table goes, units: its upper tail is exponential."""
        mean, ratio = laws
        return 7.0 * np.sqrt(mean * ratio) + LOG_TAIL * ratio

    def cumulative(self, laws: Sequence[Array]) -> tuple[Array, Array]:
        """Return the smallest value of each table, and P(X <= smallest + k), `(laws, K)`.

        >>> law = NegativeBinomialLaw().cumulative((np.array([2.0]), np.array([2.0])))
        >>> round(float(law[1][0, 0]), 9)  # (1 / v) ** (m / (v - 1))
        0.25
        """
        mean, ratio = laws
        smallest, value, within = spread(mean, self.reach(laws))
        per_unit = (1 - 1 / ratio)[:, None]
        steps = (mean / ratio)[:, None] + (value - 1) * per_unit
        return smallest, from_ratios(steps / np.maximum(value, 1), within)


def negative_binomial(path: MeanPath, ratio: Array) -> Counts:
    """Return demand around a mean path whose variance is `ratio` (rows,) times the day's mean."""
    return Counts(path, NegativeBinomialLaw(), (ratio,))
