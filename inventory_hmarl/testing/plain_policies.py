"""The seven policies once more, each as one plain function of what its location sees."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import floor

# A policy parameter as the case holds it: a Level, a whole number, or a table of orders.
Parameter = float | Sequence[float] | Mapping[str, float | Sequence[float]]


@dataclass(frozen=True)
class Sight:
    """What a policy sees of one location and SKU at its moment of decision."""

    day: int
    """1 .. days"""
    sku: str
    position: float
    """units: on hand - waiting - owed to customers + on order"""
    echelon_position: float
    """units: positions of the location and all downstream of it"""
    demand_seen: Sequence[float]
    """units of each day so far, today last: customers' demand and customers' order lines"""
    whole: bool
    """whether units are whole"""
    parameters: Mapping[str, Parameter]

    def level(self, name: str) -> float:
        """Return a numeric parameter for this SKU."""
        value = self.parameters[name]
        if isinstance(value, Mapping):
            value = value[self.sku]
        if not isinstance(value, int | float):
            raise TypeError(f"{name} = {value!r} is no number")
        return int(value) if self.whole and value == int(value) else value

    def table(self, name: str) -> Sequence[float]:
        """Return a table parameter for this SKU: one number per day."""
        value = self.parameters[name]
        if isinstance(value, Mapping):
            value = value.get(self.sku, ())
        if not isinstance(value, Sequence):
            raise TypeError(f"{name} = {value!r} is no list")
        return value


def reorder_point_order_up_to(sight: Sight) -> float:
    """(s, S): at or below the reorder point, order up to S."""
    if sight.position <= sight.level("reorder_point"):
        return sight.level("order_up_to") - sight.position
    return 0


def base_stock(sight: Sight) -> float:
    """Order up to S every day."""
    return max(sight.level("order_up_to") - sight.position, 0)


def echelon_base_stock(sight: Sight) -> float:
    """Order the echelon position up to S every day."""
    return max(sight.level("order_up_to") - sight.echelon_position, 0)


def capped_base_stock(sight: Sight) -> float:
    """Order up to S every day, never more than the cap at once."""
    return min(base_stock(sight), sight.level("order_cap"))


def batches(sight: Sight) -> float:
    """(r, nQ): at or below r, order the smallest number of batches that lifts it above r."""
    batch = sight.level("order_quantity")
    number = 0
    while sight.position + number * batch <= sight.level("reorder_point"):
        number += 1
    return number * batch


def moving_average(sight: Sight) -> float:
    """Order up to the demand seen lately, times the days to protect, plus safety stock."""
    periods = int(sight.level("periods"))
    recent = sight.demand_seen[-periods:]
    mean = sum(recent) / len(recent)
    target = sight.level("protection_days") * mean + sight.level("safety_stock")
    if sight.whole:
        target = floor(target + 0.5)
    return max(target - sight.position, 0)


def fixed_orders(sight: Sight) -> float:
    """Order what the table says for the day, and nothing beyond its end."""
    table = sight.table("orders_by_day")
    return table[sight.day - 1] if sight.day <= len(table) else 0


PLAIN_RULES: Mapping[str, Callable[[Sight], float]] = {
    "s_S": reorder_point_order_up_to,
    "base_stock": base_stock,
    "echelon_base_stock": echelon_base_stock,
    "capped_base_stock": capped_base_stock,
    "r_nQ": batches,
    "moving_average": moving_average,
    "fixed_orders": fixed_orders,
}
