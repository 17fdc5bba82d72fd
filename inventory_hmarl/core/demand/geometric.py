"""Geometric demand: 0, 1, 2, ..., each less likely than the one before by the same factor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from inventory_hmarl.core.arrays import Array
from inventory_hmarl.core.demand.counts import TINY, Counts
from inventory_hmarl.core.demand.negative_binomial import LOG_TAIL
from inventory_hmarl.core.demand.path import MeanPath


@dataclass(frozen=True)
class GeometricLaw:
    """P(X > k) = q^(k + 1) with q = mean / (1 + mean); the variance is mean x (1 + mean)."""

    def reach(self, laws: Sequence[Array]) -> Array:
        """Return how far from its mean each table goes, units."""
        (mean,) = laws
        return LOG_TAIL * (1.0 + mean)

    def cumulative(self, laws: Sequence[Array]) -> tuple[Array, Array]:
        """Return 0 for each table, and P(X <= k), `(laws, K)`.

        >>> GeometricLaw().cumulative([np.array([1.0])])[1][0, :3].round(9).tolist()
        [0.5, 0.75, 0.875]
        """
        (mean,) = laws
        count = int(np.ceil((mean + self.reach(laws)).max())) + 1
        log = np.log(np.maximum(mean, TINY) / (1.0 + mean))
        return np.zeros(len(mean), np.int64), -np.expm1(log[:, None] * (1.0 + np.arange(count)))


def geometric(path: MeanPath) -> Counts:
    """Return geometric demand around a mean path."""
    return Counts(path, GeometricLaw())
