"""Orders that go one way a day: to the best source of a point that is available."""

from __future__ import annotations

import functools
import operator

from inventory_hmarl.core.arrays import Array, take
from inventory_hmarl.core.day.desk import Desk, Tray
from inventory_hmarl.core.network import Sourcing


def one_way(desk: Desk, tray: Tray, sourcing: Sourcing, whole: Array, lines: Array) -> Array:
    """Return the lines `(L, R)`, with orders `whole` on the best lane of points that choose one.

    Where no lane of a point is available, its best one takes the order, if orders are taken.
    """
    open_lines, chosen = _available(desk, tray), sourcing.best
    if open_lines is not None:
        first = open_lines * (sourcing.better.sum(open_lines) == 0.0)
        none = tray.level.lines_of_point.sum(open_lines) == 0.0
        chosen = desk.library.where(take(none, tray.level.point_of_line), sourcing.best, first)
    return desk.library.where(sourcing.mine, whole * chosen, lines)


def _available(desk: Desk, tray: Tray) -> Array | None:
    """Return 1.0 on lines that are available, else 0.0, `(L, R)` or `(L, 1)`; None: all are.

    On such a line orders are taken and shipped today, and nothing is owed from earlier days.
    """
    trouble, owed = tray.trouble, tray.record.owed
    parts = [] if trouble is None else [trouble.orders, trouble.shipments]
    if owed is not None:
        parts.append((owed <= desk.noise).astype(owed.dtype))
    some = [part for part in parts if part is not None]
    return functools.reduce(operator.mul, some) if some else None
