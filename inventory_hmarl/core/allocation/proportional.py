"""Each customer gets the same share of its need; left-over units go to the largest remainders.

Source: the largest-remainder method (Hamilton's apportionment; Balinski & Young, "Fair
Representation", 1982, ch. 2). Ties go by a word of (location, SKU, day), never by position, so
that renaming or reordering customers hands the same units to the same customers.
"""

from __future__ import annotations

import numpy as np

from inventory_hmarl.core.allocation import Shortage
from inventory_hmarl.core.arrays import Array, fold, namespace, quotient, rounded

FEW = 16  # customers that are ranked faster by comparing each with each than by sorting,
SMALL = 1024  # but not where customers x columns are no more than this and each operation is a
# call: NumPy's sorting is one


def proportional(shortage: Shortage) -> Array:
    """Return what each customer gets, `(C, M)`.

    >>> import numpy as np
    >>> need, tie = np.array([[5.0], [3.0], [2.0]]), np.zeros((3, 1), np.uint32)
    >>> proportional(Shortage(need, np.array([6.0]), lambda: tie, whole_units=True)).ravel()
    array([3., 2., 1.])
    """
    need, available = shortage.need, shortage.available
    total = need.sum(axis=0) if shortage.whole_units else fold(need)
    if not shortage.whole_units:
        return rounded(need * quotient(available, total))
    library = namespace(need)
    # The float quotient is off by at most one, which the remainder tells. It is exact in 64-bit
    # integers, whose wrap-around cancels.
    share = library.floor(need * (available / total)).astype(library.int64)
    units, stock, asked = (a.astype(library.int64) for a in (need, available, total))
    remainder = units * stock - share * asked
    correction = (remainder >= asked).astype(library.int64) - (remainder < 0)
    share += correction
    remainder -= correction * asked
    left = stock - share.sum(axis=0)
    return (share + (rank(remainder, shortage.tie()) < left)).astype(need.dtype)


def rank(remainder: Array, tie: Array, few: int = FEW, small: int = SMALL) -> Array:
    """Return each customer's place in its column, `(C, M)`, from 0: the largest remainder first.

    Equal ones go by their tie word, and where that is equal too, the later row is first.
    """
    library, customers = namespace(remainder), remainder.shape[0]
    called = isinstance(remainder, np.ndarray)
    if customers > few or (called and remainder.size <= small):
        ranked = library.lexsort((tie, remainder), axis=0)[::-1]
        return library.argsort(ranked, axis=0)
    row = library.arange(customers)[:, None]
    rank = library.zeros(remainder.shape, dtype=library.int64)
    for other in range(customers):
        level = remainder[other] == remainder
        tied = level & (tie[other] == tie) & (other > row)
        rank += (remainder[other] > remainder) | (level & (tie[other] > tie)) | tied
    return rank


RULE = proportional
