"""Customers are served whole in order of priority until nothing is left."""

from __future__ import annotations

from inventory_hmarl.core.allocation import Shortage
from inventory_hmarl.core.arrays import Array, namespace, running


def priority(shortage: Shortage) -> Array:
    """Return what each customer gets, `(C, M)`; the first row is served first.

    >>> import numpy as np
    >>> need = np.array([[5.0], [3.0], [2.0]])
    >>> priority(Shortage(need, np.array([6.0]), need.copy, whole_units=True)).ravel()
    array([5., 1., 0.])
    """
    need = shortage.need
    library = namespace(need)
    before = (library.cumsum(need, axis=0) if shortage.whole_units else running(need)) - need
    return library.minimum(need, library.maximum(shortage.available - before, 0.0))


RULE = priority
