"""Stock that spoils: which days of life it has left, what leaves first, and what expires.

Stock comes with its whole life, counted from the evening on which it is received where it is. What
arrives on the evening of day t with a life of m days can be sold or shipped on days t + 1 to t + m,
and what is left after the last outflow of day t + m expires, before holding cost is charged.
"""

from __future__ import annotations

from inventory_hmarl.core.allocation.priority import in_order
from inventory_hmarl.core.arrays import Array, namespace, rounded, take
from inventory_hmarl.core.network import Shelf


def issued(shelf: Shelf, ages: Array, units: Array, *, whole_units: bool) -> Array:
    """Return the ages of what is left, `(A, P, R)`, when `units` of all points `(P, R)` went.

    Those that are taken from the oldest go first, then those from the newest.
    """
    gone = take(units, shelf.points)
    if shelf.newest is None:
        return ages - in_order(ages, gone, whole_units=whole_units)
    newest = rounded(gone * shelf.newest)
    if whole_units:
        newest = namespace(gone).floor(newest + 0.5)
    left = ages - in_order(ages, gone - newest, whole_units=whole_units)
    return left - in_order(left[::-1], newest, whole_units=whole_units)[::-1]


def aged(shelf: Shelf, ages: Array, on_hand: Array) -> tuple[Array, Array]:
    """Return what expires of all points today, `(P, R)`, and the ages a day later.

    Sums of continuous units are rounded: no more expires than there is.
    """
    library, nothing = namespace(ages), ages[:1] * 0.0
    expired = library.minimum(shelf.spread(ages[0]), on_hand)
    return expired, library.concatenate((ages[1:], nothing))


def stored(shelf: Shelf, ages: Array, received: Array) -> Array:
    """Return the ages once what all points `(P, R)` received is stored."""
    return ages + shelf.enters * take(received, shelf.points)
