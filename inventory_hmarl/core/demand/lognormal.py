"""Lognormal demand: the deviation is the same share of every day's mean."""

from __future__ import annotations

import numpy as np

from inventory_hmarl.core.arrays import Array
from inventory_hmarl.core.demand.curve import Curved, curved, nodes
from inventory_hmarl.core.demand.path import MeanPath


def lognormal(path: MeanPath, variation: Array, whole_units: bool) -> Curved:
    """Return lognormal demand around a mean path; `variation` (rows,) is deviation / mean.

    The logarithm of demand / mean is normal with variance s^2 = log(1 + variation^2) and mean
    -s^2 / 2, so that the mean of demand is that of the path.
    """
    spread = np.sqrt(np.log1p(np.unique(variation) ** 2))[:, None]
    return curved(path, variation, np.exp(spread * nodes() - spread**2 / 2), whole_units)
