"""Money, from a day's record: each rate times the quantity it is charged on."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING

from inventory_hmarl.testing.records import DayRecord

if TYPE_CHECKING:
    from inventory_hmarl.case import Case, Lane


@dataclass(frozen=True)
class PlainCosts:
    """The costs of one day over the whole network, weights applied."""

    holding: float
    stockout: float
    ordering: float
    expiry: float
    overflow: float
    transport: float
    in_transit: float

    @property
    def total(self) -> float:
        """The sum of the parts."""
        within = self.holding + self.stockout + self.ordering + self.expiry + self.overflow
        return within + self.transport + self.in_transit


def reference_costs(case: Case, record: DayRecord) -> PlainCosts:
    """Charge stock, lost or waiting units and order lines of one day at the case's rates."""
    holding = sum(
        units
        * case.rate(location, sku, "holding_cost")
        * times(case, record.day, "holding", location, sku)
        for (location, sku), units in record.charged_stock.items()
    )
    stockout = sum(
        (record.lost[store, sku] + record.overdue[store, sku])
        * case.rate(store, sku, "stockout_penalty")
        * times(case, record.day, "stockout", store, sku)
        for store, sku in record.demand
        if store in case.stores
    )
    ordering = sum(
        case.rate(destination, sku, "ordering_cost")
        * times(case, record.day, "ordering", destination, sku)
        for (_, destination, sku), units in record.line_ordered.items()
        if units > 0
    )
    expiry = sum(units * case.skus[sku].expiry_cost for (_, sku), units in record.expired.items())
    overflow = sum(
        space * (case.stores.get(place) or case.warehouses[place]).overflow_cost
        for (place, _), space in record.overflow.items()
    )
    ordering += sum(lane.order_cost for lane in case.lanes if ordered_on(record, lane))
    weights = case.cost_weights
    return PlainCosts(
        holding=holding * weights.holding,
        stockout=stockout * weights.stockout,
        ordering=ordering * weights.ordering,
        expiry=expiry * weights.expiry,
        overflow=overflow * weights.overflow,
        transport=sum(carriage(case, record, lane) for lane in case.lanes)
        + transfers(case, record),
        in_transit=in_transit(case, record) * weights.holding,
    )


def times(case: Case, day: int, rate: str, location: str, sku: str) -> float:
    """Return what multiplies a rate of a location and SKU on a day."""
    found = 1.0
    for change in case.cost_changes:
        last = case.days if change.last_day is None else change.last_day
        here = change.locations is None or location in change.locations
        this = change.skus is None or sku in change.skus
        if change.first_day <= day <= last and here and this:
            found *= getattr(change, rate)
    return found


def shipped_on(record: DayRecord, lane: Lane) -> dict[str, float]:
    """Return what left on a lane, by SKU."""
    ends = (lane.source, lane.destination)
    return {
        line[2]: units
        for line, units in record.shipped.items()
        if line[:2] == ends and (lane.skus is None or line[2] in lane.skus)
    }


def ordered_on(record: DayRecord, lane: Lane) -> bool:
    """Return whether anything was ordered on a lane."""
    return any(
        record.line_ordered[lane.source, lane.destination, sku] > 0
        for sku in shipped_on(record, lane)
    )


def trips_on(case: Case, record: DayRecord, lane: Lane) -> int:
    """Return how often a truck goes: as often as the fullest of its measures makes it."""
    shipped = shipped_on(record, lane)
    if not any(units > 0 for units in shipped.values()):
        return 0
    loads = (
        (lane.truck_units, sum(shipped.values())),
        (lane.truck_weight, sum(units * case.skus[sku].weight for sku, units in shipped.items())),
        (lane.truck_volume, sum(units * case.skus[sku].volume for sku, units in shipped.items())),
    )
    return max([1, *(ceil(load / room - 1e-9) for room, load in loads if room is not None)])


def carriage(case: Case, record: DayRecord, lane: Lane) -> float:
    """Return what a lane's trips and units cost."""
    units = sum(shipped_on(record, lane).values())
    return trips_on(case, record, lane) * lane.trip_cost + units * lane.unit_transport_cost


def transfers(case: Case, record: DayRecord) -> float:
    """Return what it costs that stores of a pool sent each other stock."""
    return sum(
        units * pool.transfer_cost
        for pool in case.pools.values()
        for (store, _), units in record.received.items()
        if store in pool.stores
    )


def in_transit(case: Case, record: DayRecord) -> float:
    """Return the holding cost of what is on its way before deliveries, at its owner's rate."""
    total = 0.0
    for lane in case.lanes:
        owner = {"source": lane.source, "destination": lane.destination}.get(
            lane.in_transit_owner or ""
        )
        if owner is None or owner in case.suppliers:
            continue
        place = case.stores.get(lane.destination) or case.warehouses[lane.destination]
        early = place.receives == "morning"
        for sku in shipped_on(record, lane):
            line = (lane.source, lane.destination, sku)
            moving = record.in_transit[line]
            if not early:
                moving += record.arrived[line]  # after it was charged
            dearer = times(case, record.day, "holding", owner, sku)
            total += moving * case.rate(owner, sku, "holding_cost") * dearer
    return total
