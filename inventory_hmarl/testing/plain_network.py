"""Who supplies whom, read off a case with loops and dicts: the reference's own reading of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from inventory_hmarl.testing.records import Line, Point

if TYPE_CHECKING:
    from inventory_hmarl.case import Case, Lane, PolicySettings, Store, Warehouse


@dataclass(frozen=True)
class PlainNetwork:
    """The case, unfolded to one entry per point or line, in the order of the case file."""

    case: Case
    points: tuple[Point, ...]
    lines: tuple[Line, ...]
    lanes: Mapping[Line, Lane]
    into: Mapping[Point, tuple[Line, ...]]
    """the lines that replenish a point"""
    out_of: Mapping[Point, tuple[Line, ...]]
    """the lines that a source serves with a SKU; suppliers included"""
    downstream: Mapping[Point, tuple[Point, ...]]
    """the point itself and every point that its stock can reach, each once"""
    levels: Mapping[str, int]

    @property
    def whole(self) -> bool:
        """Whether quantities are whole units, kept as ints."""
        return self.case.units == "whole"

    @property
    def top_level(self) -> int:
        """The highest level of any location."""
        return max(self.levels.values())

    def number(self, value: float) -> float:
        """Return a quantity of the case as the int (whole units) or float that we reckon with."""
        return exact_int(value) if self.whole else float(value)

    def location(self, location: str) -> Store | Warehouse:
        """Return the store or warehouse of this id."""
        if location in self.case.stores:
            return self.case.stores[location]
        return self.case.warehouses[location]

    def points_at(self, level: int) -> list[Point]:
        """Return the points of the locations at one level."""
        return [point for point in self.points if self.levels[point[0]] == level]

    def lead_time(self, line: Line) -> int:
        """Return the whole days from shipping to delivery."""
        return exact_int(at_sku(self.lanes[line].lead_time, line[2]))

    def on_lane(self, line: Line, name: str) -> float:
        """Return a quantity that a lane may have for a SKU; 0 where it has none."""
        level = getattr(self.lanes[line], name)
        if level is None or (isinstance(level, Mapping) and line[2] not in level):
            return self.number(0)
        return self.number(at_sku(level, line[2]))

    def longest(self, line: Line) -> int:
        """Return the most days from an order to the evening before use: rules reckon with them."""
        lane, supplier = self.lanes[line], self.case.suppliers.get(line[0])
        days = self.lead_time(line) + max(lane.delays or (0,))
        if supplier is not None and supplier.failure == "late" and supplier.reliability < 1:
            days += supplier.failure_days
        return days - self.receives_early(line[1]) + bool(lane.after_cutoff)

    def too_late(self, line: Line, day: int) -> bool:
        """Return whether what is ordered on a day is seen by the source on the next."""
        return (day - 1) % 7 + 1 in self.lanes[line].after_cutoff

    def receives_early(self, location: str) -> bool:
        """Return whether what is due comes in in the morning."""
        return self.location(location).receives == "morning"

    def charged_early(self, location: str) -> bool:
        """Return whether holding cost is charged on what is there before outflows."""
        return self.location(location).holding_charged in ("before_sales", "before_shipping")

    def orders_early(self, location: str) -> bool:
        """Return whether a location orders before its customers' orders of the day reach it."""
        place = self.case.warehouses.get(location)
        return place is not None and place.orders == "before_shipping"

    def unit_cost(self, line: Line) -> float:
        """Return what a unit costs on a line: its purchase, of a supplier, and its transport."""
        lane, own = self.lanes[line], self.lanes[line].unit_cost
        price = self.case.skus[line[2]].unit_cost
        if isinstance(own, Mapping):
            price = own.get(line[2], price)
        elif own is not None:
            price = own
        if line[0] not in self.case.suppliers:
            price = 0.0
        return price + lane.unit_transport_cost

    def share(self, line: Line) -> float:
        """Return the part of the destination's order that goes this way; alone, a lane has all."""
        share = self.lanes[line].share
        return 1.0 if share is None else share

    def rank(self, line: Line, rule: str) -> tuple[float, int]:
        """Return the sorting key of a line under allocation "priority" or "sequential"."""
        place = self.lines.index(line)
        priority = self.lanes[line].priority if rule == "priority" else None
        return (float("inf") if priority is None else priority, place)

    def reserved(self, line: Line) -> float:
        """Return the units that the source keeps for this line's destination."""
        return self.number(self.lanes[line].reserved)

    def life(self, point: Point) -> int | None:
        """Return the days that a point's stock can be sold or shipped; None: it keeps."""
        own = self.case.skus[point[1]].shelf_life
        here = self.location(point[0]).shelf_life
        return here if own is not None and here is not None else own

    def policy(self, point: Point) -> PolicySettings:
        """Return the policy settings of a point's location."""
        return self.location(point[0]).policy

    def may_order(self, location: str, day: int) -> bool:
        """Return whether a location orders on a day: its calendar of reviews repeats."""
        place = self.location(location)
        return (day - 1) % place.review_period + 1 in place.review_days

    def free_room(self, point: Point, position: float) -> float:
        """Return the largest order that keeps the position within max_inventory."""
        limit = self.location(point[0]).max_inventory
        if limit is None:
            return float("inf")
        return max(0, self.number(at_sku(limit, point[1])) - position)

    def waits(self, point: Point) -> bool:
        """Return whether customers of a store wait for what is missing."""
        mode = self.case.stores[point[0]].unmet_demand
        return (mode if isinstance(mode, str) else mode[point[1]]) == "backordered"

    def drops(self, source: str) -> bool:
        """Return whether a short source drops what it cannot ship; only warehouses may."""
        warehouse = self.case.warehouses.get(source)
        return warehouse is not None and warehouse.short_orders == "dropped"

    def allocation(self, source: str) -> str:
        """Return the name of the allocation rule of a source; stores that ship are proportional."""
        if source in self.case.warehouses:
            return self.case.warehouses[source].allocation
        if source in self.case.suppliers:
            return self.case.suppliers[source].allocation
        return "proportional"

    def capacity(self, supplier: str, sku: str) -> float:
        """Return what a supplier can ship of one SKU in a day."""
        capacity = self.case.suppliers[supplier].capacity
        return float("inf") if capacity is None else self.number(at_sku(capacity, sku))


def plain_network(case: Case) -> PlainNetwork:
    """Unfold a case."""
    locations = [*case.stores, *case.warehouses]
    carried = {location: tuple(case.carried(location)) for location in locations}
    points = tuple((location, sku) for location in locations for sku in carried[location])
    lanes = {
        (lane.source, lane.destination, sku): lane
        for lane in case.lanes
        for sku in travelling(lane, carried)
    }
    sources = [(supplier, sku) for supplier in case.suppliers for sku in case.skus]
    out_of = {
        point: tuple(line for line in lanes if (line[0], line[2]) == point)
        for point in [*points, *sources]
    }
    return PlainNetwork(
        case=case,
        points=points,
        lines=tuple(lanes),
        lanes=lanes,
        into={point: tuple(line for line in lanes if line[1:] == point) for point in points},
        out_of=out_of,
        downstream={point: reachable(point, out_of) for point in points},
        levels={location: level_of_location(location, case.lanes) for location in locations},
    )


def reachable(point: Point, out_of: Mapping[Point, Sequence[Line]]) -> tuple[Point, ...]:
    """Return the point itself and every point that its stock can reach, each once."""
    found = [point]
    for here in found:
        for _, destination, sku in out_of[here]:
            if (destination, sku) not in found:
                found.append((destination, sku))
    return tuple(found)


def travelling(lane: Lane, carried: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the SKUs on a lane: those that both ends carry, or the named ones among them."""
    return [
        sku
        for sku in carried[lane.destination]
        if (lane.source not in carried or sku in carried[lane.source])
        and (lane.skus is None or sku in lane.skus)
    ]


def level_of_location(location: str, lanes: Sequence[Lane]) -> int:
    """Return 0 for a location that supplies nobody, else 1 + the highest level it supplies."""
    customers = [lane.destination for lane in lanes if lane.source == location]
    return max((1 + level_of_location(customer, lanes) for customer in customers), default=0)


def at_sku(level: float | Mapping[str, float], sku: str) -> float:
    """Return the number of a Level for one SKU."""
    return level[sku] if isinstance(level, Mapping) else level


def exact_int(value: float) -> int:
    """Return a whole number as an int; ValueError when it is not whole."""
    if value != int(value):
        raise ValueError(f"{value!r} is not a whole number")
    return int(value)
