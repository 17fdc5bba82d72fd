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
    return in_order(shortage.need, shortage.available, whole_units=shortage.whole_units)


def in_order(need: Array, available: Array, *, whole_units: bool) -> Array:
    """Return what each row gets of what is available, the first row first."""
    library = namespace(need)
    before = (library.cumsum(need, axis=0) if whole_units else running(need)) - need
    return library.minimum(need, library.maximum(available - before, 0.0))


RULE = priority
