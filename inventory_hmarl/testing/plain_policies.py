"""The policies once more, each as one plain function of what its location sees."""

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
    on_hand: float
    """units in stock, after sales and shipments"""
    on_order: float
    """units in transit, owed by sources, or failing"""
    echelon_position: float
    """units: positions of the location and all downstream of it"""
    arriving: Sequence[float]
    """units due on the evening of today, tomorrow, ...; what will fail included"""
    ages: Mapping[int, float]
    """units of stock that spoils, by the days that it has left"""
    lead_times: Sequence[int]
    """days of each lane that supplies the point, the shortest first"""
    planned: Callable[[], float]
    """returns units that means ask for in the next lead time + 1 days; orders below offset"""
    foreseen: Callable[[], float]
    """returns the same where what is recorded is known beforehand"""
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
    return up_to_forecast(sight, sight.level("protection_days") * mean)


def up_to_forecast(sight: Sight, expected: float) -> float:
    """Order up to what is expected and the safety stock."""
    target = expected + sight.level("safety_stock")
    if sight.whole:
        target = floor(target + 0.5)
    return max(target - sight.position, 0)


def smoothed(sight: Sight) -> float:
    """Return the exponentially smoothed demand of all days so far."""
    forecast = sight.demand_seen[0]
    for demand in sight.demand_seen:
        forecast += sight.level("smoothing") * (demand - forecast)
    return forecast


def exponential_smoothing(sight: Sight) -> float:
    """Order up to smoothed demand, times the days to protect, plus safety stock."""
    return up_to_forecast(sight, sight.level("protection_days") * smoothed(sight))


def holt_winters(sight: Sight) -> float:
    """Order up to a forecast with trend and season of each of the days to protect."""
    length = int(sight.level("season_days"))
    weight, days = sight.level("smoothing"), int(sight.level("protection_days"))
    level, trend, season = sight.demand_seen[0], 0.0, [0.0] * length
    for number, demand in enumerate(sight.demand_seen):
        error = demand - (level + trend) - season[number % length]
        level, trend = (
            level + trend + weight * error,
            trend + weight * sight.level("trend_smoothing") * error,
        )
        season[number % length] += sight.level("season_smoothing") * error
    now = len(sight.demand_seen)
    seasons = sum(season[(now + ahead) % length] for ahead in range(days))
    steady = days * level + days * (days + 1) / 2 * trend
    return up_to_forecast(sight, max(steady + seasons, 0.0))


def croston_forecast(sight: Sight) -> float:
    """Return smoothed size / smoothed interval; 0 before there was a demand."""
    weight = sight.level("smoothing")
    size, interval, waited = 0.0, 0.0, 0
    for demand in sight.demand_seen:
        waited += 1
        if demand > 0:
            size = size + weight * (demand - size) if interval else demand
            interval = interval + weight * (waited - interval) if interval else waited
            waited = 0
    return size / interval if interval else 0.0


def croston(sight: Sight) -> float:
    """Order up to Croston's forecast, times the days to protect, plus safety stock."""
    return up_to_forecast(sight, sight.level("protection_days") * croston_forecast(sight))


def sba(sight: Sight) -> float:
    """Order up to Croston's forecast less half the smoothing constant of it."""
    forecast = (1 - sight.level("smoothing") / 2) * croston_forecast(sight)
    return up_to_forecast(sight, sight.level("protection_days") * forecast)


def tsb(sight: Sight) -> float:
    """Order up to smoothed size times smoothed probability of a demand."""
    size, probability = 0.0, float(sight.demand_seen[0] > 0)
    for demand in sight.demand_seen:
        happened = 1 if demand > 0 else 0
        probability += sight.level("probability_smoothing") * (happened - probability)
        if demand > 0:
            size = size + sight.level("smoothing") * (demand - size) if size else demand
    return up_to_forecast(sight, sight.level("protection_days") * (size * probability))


def min_max_cover(sight: Sight) -> float:
    """At or below the least days of recent demand, order up to the most."""
    recent = sight.demand_seen[-int(sight.level("periods")) :]
    mean = sum(recent) / len(recent)
    least, most = (sight.level(name) * mean for name in ("min_days", "max_days"))
    if sight.whole:
        least, most = floor(least + 0.5), floor(most + 0.5)
    return max(most - sight.position, 0) if sight.position <= least else 0


def anchoring(sight: Sight) -> float:
    """Order smoothed demand, and part of what is missing to the desired stock."""
    stock = sight.position - sight.on_order
    gap = sight.level("desired_stock") - stock - sight.level("supply_line") * sight.on_order
    wanted = smoothed(sight) + sight.level("adjustment") * gap
    return max(floor(wanted + 0.5) if sight.whole else wanted, 0)


def modified_reorder_point(sight: Sight) -> float:
    """(s, S, q): (s, S), never more than q at once."""
    return min(reorder_point_order_up_to(sight), sight.level("order_cap"))


def expedited_position(sight: Sight) -> float:
    """Return the position less what arrives later than a fast order of today."""
    return sight.position - sum(sight.arriving[sight.lead_times[0] + 1 :])


def dual_index(sight: Sight) -> Sequence[float]:
    """Order up to one level on the fast lane, then up to the other on the slow one."""
    fast = max(sight.level("expedited_level") - expedited_position(sight), 0)
    return fast, max(sight.level("order_up_to") - sight.position - fast, 0)


def tailored_base_surge(sight: Sight) -> Sequence[float]:
    """Order the base on the slow lane, and what is missing on the fast one."""
    fast = max(sight.level("expedited_level") - expedited_position(sight), 0)
    return fast, sight.level("base_order")


def emergency_orders(sight: Sight) -> Sequence[float]:
    """(s, S) on the slow lane, and in an emergency up to its level on the fast one."""
    near, fast = expedited_position(sight), 0.0
    if near <= sight.level("emergency_point"):
        fast = sight.level("emergency_up_to") - near
    position, slow = sight.position + fast, 0.0
    if position <= sight.level("reorder_point"):
        slow = sight.level("order_up_to") - position
    return fast, slow


def drp(sight: Sight) -> float:
    """Order up to the planned requirements and the safety stock."""
    return up_to_forecast(sight, sight.planned())


def just_in_time(sight: Sight) -> float:
    """Order up to what will be asked for and the safety stock."""
    return up_to_forecast(sight, sight.foreseen())


def lookup_table(sight: Sight) -> float:
    """Order what the table has for stock after tonight, and the arrivals of later evenings."""
    due, most = [*sight.arriving], sight.level("largest_order")
    place = int(min(sight.on_hand + sum(due[:1]) + 0.0, sight.level("largest_stock")))
    for evening in range(1, int(sight.level("later_days")) + 1):
        arrival = due[evening] if evening < len(due) else 0
        place = int(place * (most + 1) + min(arrival, most))
    return sight.table("orders_by_state")[place]


def waste_aware(sight: Sight) -> float:
    """Order up to S, and what will expire of the oldest stock, sold at the mean."""
    mean, waste = sight.level("mean_demand"), 0.0
    for days in range(1, int(sight.level("waste_days")) + 1):
        old = sum(units for left, units in sight.ages.items() if left <= days)
        waste = max(waste, old - days * mean)
    waste = floor(waste + 0.5) if sight.whole else waste
    return max(sight.level("order_up_to") - sight.position + waste, 0)


def fixed_orders(sight: Sight) -> float:
    """Order what the table says for the day, and nothing beyond its end."""
    table = sight.table("orders_by_day")
    return table[sight.day - 1] if sight.day <= len(table) else 0


PLAIN_RULES: Mapping[str, Callable[[Sight], float | Sequence[float]]] = {
    "dual_index": dual_index,
    "emergency_orders": emergency_orders,
    "drp": drp,
    "waste_aware": waste_aware,
    "lookup_table": lookup_table,
    "just_in_time": just_in_time,
    "tailored_base_surge": tailored_base_surge,
    "anchoring": anchoring,
    "croston": croston,
    "exponential_smoothing": exponential_smoothing,
    "holt_winters": holt_winters,
    "min_max_cover": min_max_cover,
    "s_S_q": modified_reorder_point,
    "sba": sba,
    "tsb": tsb,
    "s_S": reorder_point_order_up_to,
    "base_stock": base_stock,
    "echelon_base_stock": echelon_base_stock,
    "capped_base_stock": capped_base_stock,
    "r_nQ": batches,
    "moving_average": moving_average,
    "fixed_orders": fixed_orders,
}
