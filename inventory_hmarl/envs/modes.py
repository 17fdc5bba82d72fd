"""What the numbers of an action mean: one function a mode, of what a rule would see.

To add one, write a function from `Asked` to orders and put it into `MODES`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from inventory_hmarl.core.arrays import Array, namespace, rounded
from inventory_hmarl.core.state import View


class Asked(NamedTuple):
    """What an action mode turns into orders, for some points `P`."""

    numbers: tuple[Array, ...]  # (P, R) each: the numbers of the mode, in the order of its parts
    view: View
    base: Array | None  # (P, R) what the case's own rule orders; where the mode needs it
    expected: Array | None  # (P, 1) mean demand per day over lead time + 1 days; likewise
    whole_units: bool


def units(asked: Asked) -> Array:
    """Order so many units."""
    return _whole(asked, asked.numbers[0])


def forecast(asked: Asked) -> Array:
    """Order so many days of expected demand."""
    assert asked.expected is not None  # the mode needs it
    return _whole(asked, rounded(asked.numbers[0] * asked.expected))


def order_up_to(asked: Asked) -> Array:
    """Order what lifts the inventory position to the level."""
    level = _whole(asked, asked.numbers[0])
    return at_least_nothing(level - asked.view.inventory_position)


def reorder_point(asked: Asked) -> Array:
    """Order up to the second number where the position is at or below the first.

    A level below the reorder point counts as the reorder point.
    """
    library = namespace(asked.numbers[0])
    due, position = _whole(asked, asked.numbers[0]), asked.view.inventory_position
    level = library.maximum(_whole(asked, asked.numbers[1]), due)
    orders: Array = library.where(position <= due, level - position, 0.0)
    return orders


def residual(asked: Asked) -> Array:
    """Order so many units more, or fewer, than the case's own rule; never less than nothing."""
    assert asked.base is not None  # the mode needs it
    return asked.base + _whole(asked, asked.numbers[0])


def at_least_nothing(orders: Array) -> Array:
    """Return orders as they can be carried out."""
    clipped: Array = namespace(orders).maximum(orders, 0.0)
    return clipped


def _whole(asked: Asked, numbers: Array) -> Array:
    """Return numbers as units: halves up, where units are whole."""
    return namespace(numbers).floor(numbers + 0.5) if asked.whole_units else numbers


class Reach(NamedTuple):
    """How large an action may sensibly be, by point: columns `(P,)`."""

    order: Array  # units: more than any day should order
    level: Array  # units: above any level worth having
    days: Array  # days of demand that the level is


@dataclass(frozen=True)
class Mode:
    """A way to say what to order."""

    parts: tuple[str, ...]  # what each number of a point is
    orders: Callable[[Asked], Array]
    low: Callable[[Reach], Array]  # (P,) of each number
    high: Callable[[Reach], Array]
    base: bool = False  # needs what the case's own rule orders
    expected: bool = False  # needs the expected demand
    below: bool = False  # may ask for less than nothing, and gets nothing


def _nothing(reach: Reach) -> Array:
    return 0.0 * reach.order


MODES: Mapping[str, Mode] = {
    "units": Mode(("units",), units, _nothing, lambda reach: reach.order),
    "forecast": Mode(("days",), forecast, _nothing, lambda reach: reach.days, expected=True),
    "order_up_to": Mode(("order_up_to",), order_up_to, _nothing, lambda reach: reach.level),
    "s_S": Mode(
        ("reorder_point", "order_up_to"), reorder_point, _nothing, lambda reach: reach.level
    ),
    "residual": Mode(
        ("change",),
        residual,
        lambda reach: -reach.order,
        lambda reach: reach.order,
        base=True,
        below=True,
    ),
}
