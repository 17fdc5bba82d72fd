"""Steps 3 and 5: what was decided becomes order lines."""

from __future__ import annotations

from inventory_hmarl.core.arrays import Array, rounded, take
from inventory_hmarl.core.day.desk import Desk, Tray


def place(desk: Desk, tray: Tray, orders: Array) -> None:
    """Step 3 or 5: clip the orders, split them over the lines, and hand them to the sources."""
    level, library, whole_units = tray.level, desk.library, desk.network.whole_units
    if level.review is not None:
        orders = orders * level.review.today(desk.day)
    if level.max_inventory is not None:
        room = library.maximum(level.max_inventory - tray.position, desk.nothing)
        orders = library.minimum(orders, room)
    if not whole_units:
        orders = orders * (abs(orders) >= desk.noise)
    lines = orders
    if level.share_until is not None and level.share_from is not None:
        whole = take(orders, level.point_of_line)
        if whole_units:
            until = library.floor(rounded(whole * level.share_until) + 0.5)
            lines = until - library.floor(rounded(whole * level.share_from) + 0.5)
        else:
            lines = rounded(whole * (level.share_until - level.share_from))
        if tray.choice is not None:
            start, end, chosen = tray.choice
            mine = library.minimum(end, whole) - library.minimum(start, whole)
            lines = library.where(chosen, mine, lines)
    if tray.trouble is not None and tray.trouble.orders is not None:
        lines = lines * tray.trouble.orders
        orders = level.lines_of_point.sum(lines)
    tray.on_order = tray.on_order + orders
    tray.ordered = tray.sound = lines
    if tray.fails is not None:
        # A product, since it takes half the time of `where` with few replications.
        tray.doomed = lines * tray.fails.astype(lines.dtype)
        tray.sound = lines - tray.doomed
    owed = tray.record.owed
    tray.queued = tray.servable = tray.sound if owed is None else tray.sound + owed
    if tray.trouble is not None and tray.trouble.shipments is not None:
        tray.servable = tray.queued * tray.trouble.shipments
