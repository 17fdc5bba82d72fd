"""Which row stands for what: points and lines, a level at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any  # settings are of any type

import numpy as np

from inventory_hmarl.case.compiling.columns import matches, numbers
from inventory_hmarl.case.models import Case, Lane, Store, Supplier, Warehouse
from inventory_hmarl.case.models.assortment import assortments, upward
from inventory_hmarl.core.arrays import Array
from inventory_hmarl.core.rows import Lines, Names, Points


@dataclass(frozen=True)
class LevelLayout:
    """The rows of one level, and which rows its lines join."""

    points: Points
    lines: Lines  # in the order of the points that they supply, then of the lanes
    lane: Array  # (L,) the lane of each line
    point: Array  # (L,) the row that each line supplies
    origin: Array  # (L,) the row of the source's level that it comes from; -1: from a supplier


@dataclass(frozen=True)
class Layout:
    """Points and lines of each level. Locations are numbered: stores, warehouses, suppliers."""

    names: Names
    locations: tuple[Store | Warehouse | Supplier, ...]
    stores: int  # how many of them are stores
    level_of: Array  # (locations,) -1 of suppliers
    levels: tuple[LevelLayout, ...]

    def sells(self, location: Array) -> Array:
        """Return which of these locations are stores."""
        return location < self.stores

    def supplies(self, location: Array) -> Array:
        """Return which of these locations are suppliers."""
        return self.level_of[location] < 0

    def setting(self, name: str, otherwise: object) -> list[Any]:
        """Return a setting of each location; `otherwise` where such a location has none."""
        return [getattr(location, name, otherwise) for location in self.locations]


def lay_out(case: Case) -> Layout:
    """Number the points and lines of a case."""
    names = Names((*case.stores, *case.warehouses, *case.suppliers), tuple(case.skus))
    locations: tuple[Store | Warehouse | Supplier, ...] = (
        *case.stores.values(),
        *case.warehouses.values(),
        *case.suppliers.values(),
    )
    level_of = _location_levels(case, names)
    network = _everything(case, names, level_of)
    levels = tuple(_level(network, number) for number in range(int(level_of.max()) + 1))
    return Layout(names, locations, len(case.stores), level_of, levels)


@dataclass(frozen=True)
class _Everything:
    """The rows of all levels: points by location and SKU, lines by lane and SKU."""

    points: Points
    level: Array  # (points,)
    row: Array  # (points,) within its level
    lines: Lines
    lane: Array  # (lines,)
    point: Array  # (lines,) the point that each line supplies
    origin: Array  # (lines,) the point that it comes from; -1: from a supplier


def _everything(case: Case, names: Names, level_of: Array) -> _Everything:
    points = _all_points(case, names)
    level = level_of[points.location]
    row = np.empty_like(level)
    for each in range(int(level.max()) + 1):
        mine = np.flatnonzero(level == each)
        row[mine] = np.arange(mine.size)
    lane, point = _along_lanes(case, points)
    number = {name: place for place, name in enumerate(names.locations)}
    source = np.array([number[each.source] for each in case.lanes])[lane]
    origin = _find(points, Points(names, source, points.sku[point]))
    # What its source does not carry has no lead time; it does not travel, and is left out below.
    days = numbers([each.lead_time for each in case.lanes], lane, points.at(point), 0.0)
    days = days + np.array([_longest_delay(case, each) for each in case.lanes])[lane]
    days = days - mornings(case)[lane] + cutoffs(case)[lane]
    lines = Lines(names, source, points.location[point], points.sku[point], days.astype(np.intp))
    # A supplier has everything; what a warehouse does not carry does not travel.
    joined = np.flatnonzero((origin >= 0) | (level_of[source] < 0))
    if joined.size < lane.size:
        lines, lane, point, origin = lines.at(joined), lane[joined], point[joined], origin[joined]
    return _Everything(points, level, row, lines, lane, point, origin)


def mornings(case: Case) -> Array:
    """Return 1 for each lane whose destination receives in the mornings, else 0.

    What comes in on a morning is at the door on the evening before: a day less on its way.
    """
    places: dict[str, Store | Warehouse] = {**case.stores, **case.warehouses}
    received = [places[lane.destination].receives for lane in case.lanes]
    return np.array([int(time == "morning") for time in received])


def cutoffs(case: Case) -> Array:
    """Return 1 for each lane on which some orders are seen a day later, else 0.

    Rules reckon with that day, which goods do not spend on their way.
    """
    return np.array([int(bool(lane.after_cutoff)) for lane in case.lanes])


def _longest_delay(case: Case, lane: Lane) -> int:
    """Return the most days that a shipment on a lane may take beyond the fewest."""
    drawn = zip(lane.delays or (), lane.delay_probabilities or (), strict=False)
    longest = max((days for days, probability in drawn if probability > 0), default=0)
    supplier = case.suppliers.get(lane.source)
    if supplier is None or supplier.failure != "late" or supplier.reliability == 1:
        return longest
    return longest + supplier.failure_days


def _all_points(case: Case, names: Names) -> Points:
    carried = assortments(case.skus, case.stores, case.warehouses, case.lanes)
    skus = [carried[name] for name in (*case.stores, *case.warehouses)]
    number = {sku: place for place, sku in enumerate(names.skus)}
    location = np.repeat(np.arange(len(skus)), [len(mine) for mine in skus])
    return Points(names, location, np.array([number[sku] for mine in skus for sku in mine]))


def _along_lanes(case: Case, points: Points) -> tuple[Array, Array]:
    """Return each lane with each of its destination's points that may be supplied on it."""
    number = {name: place for place, name in enumerate(points.names.locations)}
    destination = np.array([number[each.destination] for each in case.lanes])
    lane, point = matches(points.location, destination)
    chosen = [1.0 if each.skus is None else dict.fromkeys(each.skus, 1.0) for each in case.lanes]
    travels = np.flatnonzero(numbers(chosen, lane, points.at(point), otherwise=0.0))
    return lane[travels], point[travels]


def _find(points: Points, wanted: Points) -> Array:
    """Return which of some points, in order of location and SKU, the wanted ones are, or -1."""
    skus = len(points.names.skus)
    here, code = (each.location * skus + each.sku for each in (points, wanted))
    place = np.searchsorted(here, code)
    return np.where(here.take(place, mode="clip") == code, place, -1)


def _level(network: _Everything, number: int) -> LevelLayout:
    points = np.flatnonzero(network.level == number)
    lines = np.flatnonzero(network.level[network.point] == number)
    supplied = network.row[network.point[lines]]
    order = np.argsort(supplied, kind="stable")
    lines = lines[order]
    origin = network.origin[lines]
    return LevelLayout(
        network.points.at(points),
        network.lines.at(lines),
        network.lane[lines],
        supplied[order],
        np.where(origin < 0, -1, network.row[origin]),
    )


def _location_levels(case: Case, names: Names) -> Array:
    """Return each location's longest way down to one that supplies nobody; -1 of suppliers."""
    order, out_of = upward(case.lanes)
    level: dict[str, int] = {}
    for name in order:
        customers = (level[lane.destination] for lane in out_of.get(name, ()))
        level[name] = max(customers, default=-1) + 1
    return np.array([-1 if name in case.suppliers else level[name] for name in names.locations])
