"""Several comparisons at once: p-values that hold for all of them."""

from __future__ import annotations

import numpy as np

from inventory_hmarl.core.arrays import Array


def holm(p_values: Array) -> Array:
    """Return p-values adjusted for their number, of any shape; NaN is no comparison.

    Whoever calls those below a level real errs in even one of them with at most that probability,
    however the comparisons depend on each other.

    Source: Holm (1979), "A simple sequentially rejective multiple test procedure", Scandinavian
    Journal of Statistics 6(2).

    >>> holm(np.array([0.01, 0.04, 0.03, np.nan])).tolist()
    [0.03, 0.06, 0.06, nan]
    """
    given = np.asarray(p_values, dtype=np.float64)
    adjusted = np.full(given.size, np.nan)
    order = np.argsort(given, axis=None, kind="stable")[: int((~np.isnan(given)).sum())]
    steps = given.ravel()[order] * np.arange(order.size, 0, -1)
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return adjusted.reshape(given.shape)
