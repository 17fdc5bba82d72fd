"""What forecasting rules have in common: from a forecast to an order, and Croston's memory."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from inventory_hmarl.core.arrays import Array, Ring, fold, namespace, quotient, rounded
from inventory_hmarl.core.state import View


def order_up_to(view: View, expected: Array, safety_stock: Array, whole_units: bool) -> Array:
    """Return max(0, expected demand + safety stock - position), `(P, R)` units.

    In whole units the level is rounded half up.
    """
    library = namespace(expected)
    target = rounded(expected) + safety_stock
    if whole_units:
        target = library.floor(target + 0.5)
    return library.maximum(target - view.inventory_position, 0.0)


def day_of(table: Array, view: View) -> Array:
    """Return the row of today of a table `(days, P)` as a column `(P, 1)`; later, its last row."""
    library = namespace(view.inventory_position)
    row = library.minimum(library.asarray(view.day), table.shape[0]) - 1
    column: Array = library.asarray(table)[row][:, None]
    return column


def no_window(periods: int, points: int, replications: int) -> Ring:
    """Return the demand of the last `periods` days before the first one."""
    return Ring(np.zeros((points, replications)) for _ in range(periods))


def window_mean(view: View, window: Ring, periods: int) -> tuple[Array, Ring]:
    """Return the mean demand of the last days, `(P, R)`, and the window moved by a day.

    In the first days the mean is over the days seen so far.
    """
    assert view.demand is not None
    library = namespace(view.demand)
    _, window = window.swap((view.day - 1) % periods, view.demand)
    seen = library.minimum(periods, library.asarray(view.day))
    return quotient(fold(window.slots()), seen), window


class Intermittent(NamedTuple):
    """What Croston's method remembers; `interval` is 0 until there was a demand."""

    size: Array  # (P, R) smoothed units of a demand
    interval: Array  # (P, R) smoothed days from one demand to the next
    waited: Array  # (P, R) days since the last demand


def no_demand_yet(points: int, replications: int) -> Intermittent:
    """Return the memory before the first demand."""
    return Intermittent(*(np.zeros((points, replications)) for _ in Intermittent._fields))


def croston(memory: Intermittent, demand: Array, smoothing: Array) -> tuple[Array, Intermittent]:
    """Return the forecast size / interval, `(P, R)` units a day, and the memory after a day.

    Size and interval move on days with demand only; the first demand sets both. Croston (1972),
    "Forecasting and stock control for intermittent demands", Operational Research Quarterly 23(3).

    >>> memory = no_demand_yet(1, 1)
    >>> for units in (0.0, 6.0, 0.0, 0.0, 0.0, 10.0):
    ...     forecast, memory = croston(memory, np.array([[units]]), np.array([[0.5]]))
    >>> memory.size.item(), memory.interval.item()  # (6 + 10) / 2, (2 + 4) / 2
    (8.0, 3.0)
    """
    library = namespace(demand)
    size, interval, waited = memory
    waited = waited + 1.0
    comes, first = demand > 0, interval == 0
    nearer = size + rounded(smoothing * (demand - size))
    size = library.where(comes, library.where(first, demand, nearer), size)
    longer = interval + rounded(smoothing * (waited - interval))
    interval = library.where(comes, library.where(first, waited, longer), interval)
    forecast = quotient(size, library.where(interval > 0, interval, 1.0))
    return forecast, Intermittent(size, interval, library.where(comes, 0.0, waited))
