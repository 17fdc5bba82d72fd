"""What comes in where a location has too little space for all that is at its door."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType

from inventory_hmarl.core.allocation.proportional import rank
from inventory_hmarl.core.arrays import (
    Array,
    fold,
    join,
    namespace,
    quotient,
    replace_where,
    rounded,
    running,
    take,
)
from inventory_hmarl.core.chance import tie_words
from inventory_hmarl.core.network import TINY, Doors

SLACK = 1e-9  # of a unit, and of what is at the door, that rounding may take


def let_in(doors: Doors, coming: Array, stock: Array, day: int, *, whole_units: bool) -> Array:
    """Return what is let in of what is at the doors, `(L, R)` both, beside the stock `(P, R)`.

    Where space is short, each line gets the same share of its units, whole ones rounded down; then
    one more each in order of their remainders, as long as there is space.
    """
    library = namespace(coming)
    wanted = doors.lines.sum(rounded(coming * doors.volume))
    free = library.maximum(doors.limit - doors.stock.sum(rounded(stock * doors.space)), 0.0)
    free = library.minimum(free, wanted)
    short = rounded(wanted * (1.0 - SLACK)) > free
    blocks = zip(doors.lines.blocks, doors.volumes, doors.tie_keys, strict=True)
    parts = [
        replace_where(
            take(short, block.segments),
            block.members(coming),
            _sharing(volumes, ties if whole_units else None, day, library),
            take(free, block.segments),
        ).reshape(-1, coming.shape[-1])
        for block, volumes, ties in blocks
    ]
    return join(parts, doors.order)


def _sharing(
    volumes: Array, ties: Array | None, day: int, library: ModuleType
) -> Callable[[Array, Array, Array], Array]:
    """Return what shares the space of a block's locations among their lines, by column.

    Without ties, in continuous units.
    """

    def share(coming: Array, free: Array, segment: Array) -> Array:
        volume = library.asarray(volumes).take(segment, axis=1)
        if ties is None:
            return _evenly(coming, volume, free)
        return _whole(coming, volume, free, tie_words(ties, segment, day, library))

    return share


def _evenly(coming: Array, volume: Array, free: Array) -> Array:
    """Return the same share of all that takes space, `(C, M)`."""
    library = namespace(coming)
    total = library.maximum(fold(rounded(coming * volume)), TINY)
    return library.where(volume > 0.0, rounded(coming * quotient(free, total)), coming)


def _whole(coming: Array, volume: Array, free: Array, tie: Array) -> Array:
    """Return whole units, `(C, M)`: rounded down, then one more by the largest remainders."""
    library = namespace(coming)
    total = library.maximum(fold(rounded(coming * volume)), TINY)
    part = quotient(rounded(coming * free), total)
    units = library.floor(part + SLACK)
    over = part - units
    left = free - fold(rounded(units * volume))
    place = rank(library.where(over > SLACK, over, -1.0), tie)
    order = library.argsort(place, axis=0)
    until = running(library.take_along_axis(volume, order, axis=0))
    fits = library.take_along_axis(until, place, axis=0) <= left + rounded(SLACK * total)
    more = (fits & (over > SLACK)).astype(coming.dtype)
    return library.where(volume > 0.0, units + more, coming)
