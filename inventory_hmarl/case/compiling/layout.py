"""Which row stands for what: points and lines, a level at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from inventory_hmarl.case.models import Case, Lane, Store, Warehouse
from inventory_hmarl.core.network import Line, Point


@dataclass(frozen=True)
class LineOrigin:
    """A line, and the lane that it came from."""

    line: Line
    lane: Lane
    lane_number: int


@dataclass(frozen=True)
class Layout:
    """Points and lines of each level, in row order."""

    points: tuple[tuple[Point, ...], ...]
    lines: tuple[tuple[LineOrigin, ...], ...]
    location_level: Mapping[str, int]


def location(case: Case, name: str) -> Store | Warehouse:
    """Return a location that holds stock."""
    return case.stores[name] if name in case.stores else case.warehouses[name]


def lay_out(case: Case) -> Layout:
    """Number the points and lines of a case."""
    level_of = _location_levels(case)
    carried = {name: case.carried(name) for name in level_of}
    height = max(level_of.values()) + 1
    points: list[list[Point]] = [[] for _ in range(height)]
    for name, number in level_of.items():
        points[number] += [Point(name, sku) for sku in carried[name]]
    travelling: dict[Point, list[LineOrigin]] = {}
    for number, lane in enumerate(case.lanes):
        skus = set(case.skus if lane.skus is None else lane.skus)
        if lane.source in carried:
            skus &= set(carried[lane.source])
        for sku in carried[lane.destination]:
            if sku in skus:
                line = Line(lane.source, lane.destination, sku, lead_time(lane, sku))
                travelling.setdefault(Point(lane.destination, sku), []).append(
                    LineOrigin(line, lane, number)
                )
    lines = tuple(
        tuple(origin for point in level for origin in travelling.get(point, [])) for level in points
    )
    return Layout(tuple(tuple(level) for level in points), lines, level_of)


def lead_time(lane: Lane, sku: str) -> int:
    """Return a lane's lead time for a SKU, in days."""
    return lane.lead_time[sku] if isinstance(lane.lead_time, Mapping) else lane.lead_time


def _location_levels(case: Case) -> dict[str, int]:
    """Return each location's longest way down to one that supplies nobody."""
    customers: dict[str, list[str]] = {}
    for lane in case.lanes:
        customers.setdefault(lane.source, []).append(lane.destination)
    level: dict[str, int] = {}

    def measure(name: str) -> int:
        if name not in level:
            level[name] = max((measure(c) + 1 for c in customers.get(name, [])), default=0)
        return level[name]

    names = [*case.stores, *case.warehouses]
    for name in names:
        measure(name)
    return {name: level[name] for name in names}
