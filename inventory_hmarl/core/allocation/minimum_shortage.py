"""As few lines as possible are short: the smallest need is served whole, then the next.

Serving the smallest needs first fills the largest number of lines (an exchange argument). What is
left when the next need is too large goes to that one. Equal needs go by a word of (location, SKU,
day), never by position.
"""

from __future__ import annotations

from inventory_hmarl.core.allocation import Shortage
from inventory_hmarl.core.allocation.priority import priority
from inventory_hmarl.core.allocation.proportional import rank
from inventory_hmarl.core.arrays import Array, namespace


def minimum_shortage(shortage: Shortage) -> Array:
    """Return what each customer gets, `(C, M)`.

    >>> import numpy as np
    >>> need, tie = np.array([[5.0], [3.0], [2.0]]), np.zeros((3, 1), np.uint32)
    >>> minimum_shortage(Shortage(need, np.array([6.0]), lambda: tie, whole_units=True)).ravel()
    array([1., 3., 2.])
    """
    library = namespace(shortage.need)
    place = rank(-shortage.need, shortage.tie())
    order = library.argsort(place, axis=0)
    ranked = library.take_along_axis(shortage.need, order, axis=0)
    return library.take_along_axis(priority(shortage._replace(need=ranked)), place, axis=0)


RULE = minimum_shortage
