"""Steps 3 and 5: what was decided becomes order lines."""

from __future__ import annotations

from inventory_hmarl.core.arrays import Array, quotient, rounded, share_of, take
from inventory_hmarl.core.day.desk import Desk, Tray
from inventory_hmarl.core.day.sourcing import one_way
from inventory_hmarl.core.network import Packs


def place(desk: Desk, tray: Tray, orders: Array) -> None:
    """Step 3 or 5: clip the orders, split them over the lines, and hand them to the sources."""
    level, library = tray.level, desk.library
    room: Array | None = None
    if level.review is not None:
        orders = orders * level.review.today(desk.day)
    if level.max_inventory is not None:
        room = library.maximum(level.max_inventory - tray.position, desk.nothing)
        orders = library.minimum(orders, room)
    if not desk.network.whole_units:
        orders = orders * (abs(orders) >= desk.noise)
    lines = _split(desk, tray, orders)
    trouble = None if tray.trouble is None else tray.trouble.orders
    if level.packs is not None:
        lines = _in_packs(desk, tray, lines, room, level.packs)
    if trouble is not None:
        lines = lines * trouble
    if level.packs is not None or trouble is not None:
        orders = level.lines_of_point.sum(lines)
    tray.on_order = tray.on_order + orders
    _hand_over(desk, tray, lines)


def _split(desk: Desk, tray: Tray, orders: Array) -> Array:
    """Return the lines of orders `(P, R)`: by their shares, to the best source, or as chosen."""
    level, library = tray.level, desk.library
    if level.share_until is None or level.share_from is None:
        return orders
    whole = take(orders, level.point_of_line)
    if desk.network.whole_units:
        until = library.floor(rounded(whole * level.share_until) + 0.5)
        lines = until - library.floor(rounded(whole * level.share_from) + 0.5)
    else:
        lines = rounded(whole * (level.share_until - level.share_from))
    if level.sourcing is not None:
        lines = one_way(desk, tray, level.sourcing, whole, lines)
    if tray.choice is not None:
        start, end, chosen = tray.choice
        mine = library.minimum(end, whole) - library.minimum(start, whole)
        lines = library.where(chosen, mine, lines)
    return lines


def _in_packs(desk: Desk, tray: Tray, lines: Array, room: Array | None, packs: Packs) -> Array:
    """Return lines rounded up to whole packs and the least that may be ordered.

    Where a location has too little room for that, its lines are rounded down.
    """
    library, level = desk.library, tray.level
    count = quotient(lines, packs.size)
    whole = rounded(library.ceil(count - packs.slack) * packs.size)
    up = library.maximum(library.where(packs.packed, whole, lines), packs.least)
    up = library.where(lines > desk.nothing, up, desk.nothing)
    if room is None:
        return up
    whole = rounded(library.floor(count + packs.slack) * packs.size)
    down = library.where(packs.packed, whole, lines)
    down = library.where(down >= packs.least, down, desk.nothing)
    fits = level.lines_of_point.sum(up) <= room
    return library.where(take(fits, level.point_of_line), up, down)


def _in_time(desk: Desk, tray: Tray, lines: Array) -> Array:
    """Return the lines that sources see today: yesterday's late ones, and today's that are not."""
    cutoff, before = tray.level.cutoff, tray.record.posted
    tray.posted = desk.library.zeros_like(lines)
    if cutoff is None or before is None:
        return lines
    tray.posted = lines * cutoff.today(desk.day)
    return lines - tray.posted + before


def _hand_over(desk: Desk, tray: Tray, lines: Array) -> None:
    """Put lines before their sources, but for those that will be reported failed."""
    level = tray.level
    tray.ordered = lines
    tray.posted = None
    if desk.network.cutoffs:
        lines = _in_time(desk, tray, lines)
    tray.handed = tray.sound = lines
    if tray.fails is not None:
        # A product, since it takes half the time of `where` with few replications.
        tray.doomed = lines * tray.fails.astype(lines.dtype)
        if level.lost_share is not None:
            tray.doomed = share_of(tray.doomed, level.lost_share, desk.network.whole_units)
        tray.sound = lines - tray.doomed
    owed = tray.record.owed
    tray.queued = tray.servable = tray.sound if owed is None else tray.sound + owed
    if tray.trouble is not None and tray.trouble.shipments is not None:
        tray.servable = tray.queued * tray.trouble.shipments
