"""Each customer gets the same share of its need; left-over units go to the largest remainders.

Source: the largest-remainder method (Hamilton's apportionment; Balinski & Young, "Fair
Representation", 1982, ch. 2). Ties go by a word of (location, SKU, day), never by position, so
that renaming or reordering customers hands the same units to the same customers.
"""

from __future__ import annotations

from inventory_hmarl.core.allocation import Shortage
from inventory_hmarl.core.arrays import Array, namespace


def proportional(shortage: Shortage) -> Array:
    """Return what each customer gets, `(C, M)`.

    >>> import numpy as np
    >>> need, tie = np.array([[5.0], [3.0], [2.0]]), np.zeros((3, 1), np.uint32)
    >>> proportional(Shortage(need, np.array([6.0]), tie, whole_units=True)).ravel()
    array([3., 2., 1.])
    """
    need, available = shortage.need, shortage.available
    total = need.sum(axis=0) if shortage.whole_units else _ordered_sum(need)
    if not shortage.whole_units:
        return need * (available / total)
    library = namespace(need)
    # The float quotient is off by at most one; the remainder is exact in 64-bit integers, whose
    # wrap-around cancels, and puts it right.
    share = library.floor(need * (available / total)).astype(library.int64)
    units, stock, asked = (a.astype(library.int64) for a in (need, available, total))
    remainder = units * stock - share * asked
    correction = library.floor_divide(remainder, asked)
    share += correction
    remainder -= correction * asked
    left = stock - share.sum(axis=0)
    ranked = library.lexsort((shortage.tie, remainder), axis=0)[::-1]
    rank = library.argsort(ranked, axis=0)
    return (share + (rank < left)).astype(need.dtype)


def _ordered_sum(need: Array) -> Array:
    """Sum customer by customer, in bits that do not depend on the number of columns."""
    return need.cumsum(axis=0)[-1]


RULE = proportional
