"""The network's arrays: points, lines, and the stages that ship."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from inventory_hmarl.case.compiling.layout import Layout, LineOrigin, location
from inventory_hmarl.case.models import Case, level_of
from inventory_hmarl.core.allocation import RULES
from inventory_hmarl.core.arrays import Array, Rows, Segments, as_rows, segments, take
from inventory_hmarl.core.chance import name_key
from inventory_hmarl.core.network import Level, Network, Part, Point, Stage, Transit, column


def compile_network(case: Case, layout: Layout) -> Network:
    """Return the network of a case."""
    groups = _stage_groups(case, layout)
    dropping = any(_drops(case, origin) for lines in layout.lines for origin in lines)
    stages: list[Stage] = []
    sources: list[list[int]] = [[] for _ in layout.lines]
    for name, points in groups:
        stages.append(_stage(case, layout, name, points, dropping))
        for number, rows in _lines_from(layout, points):
            sources[number] += rows
    levels = [_level(case, layout, number, sources[number]) for number in range(len(layout.points))]
    return Network(tuple(levels), tuple(stages), case.units == "whole")


def _stage_groups(case: Case, layout: Layout) -> list[tuple[str, list[Point]]]:
    """Return each stage's source points: levels bottom up, then limited and other suppliers."""
    groups = [("stock", list(points)) for points in layout.points[1:]]
    bought = {
        Point(origin.line.source, origin.line.sku): None
        for lines in layout.lines
        for origin in lines
        if origin.line.source in case.suppliers
    }
    limited = [p for p in bought if case.suppliers[p.location].capacity is not None]
    unlimited = [p for p in bought if case.suppliers[p.location].capacity is None]
    groups += [("capacity", limited)] * bool(limited)
    groups += [("unlimited", unlimited)] * bool(unlimited)
    return groups


def _lines_from(layout: Layout, sources: Sequence[Point]) -> list[tuple[int, list[int]]]:
    """Return the rows of each level's lines that come from some source points."""
    wanted = set(sources)
    found = []
    for number, lines in enumerate(layout.lines):
        rows = [row for row, o in enumerate(lines) if Point(o.line.source, o.line.sku) in wanted]
        if rows:
            found.append((number, rows))
    return found


def _drops(case: Case, origin: LineOrigin) -> bool:
    source = case.warehouses.get(origin.line.source)
    return source is not None and source.short_orders == "dropped"


def _stage(case: Case, layout: Layout, kind: str, sources: list[Point], dropping: bool) -> Stage:
    found = _lines_from(layout, sources)
    origins = [layout.lines[number][row] for number, rows in found for row in rows]
    served: dict[Point, list[int]] = {source: [] for source in sources}
    for row, origin in enumerate(origins):
        served[Point(origin.line.source, origin.line.sku)].append(row)
    members = [sorted(served[s], key=lambda row: _rank(origins[row])) for s in sources]
    rules = [_allocation(case, source.location) for source in sources]
    customers = segments(members, len(origins), kinds=rules)
    words = np.array(
        [name_key("tie", o.line.destination, o.line.sku)[0] for o in origins] + [0], dtype=np.uint32
    )
    tables = [np.arange(len(origins) + 1)[block.rows] for block in customers.blocks]
    capacity = [
        level_of(case.suppliers[s.location].capacity or 0, s.sku) if kind == "capacity" else 0.0
        for s in sources
    ]
    return Stage(
        parts=_parts(layout, found),
        customers=customers,
        rules=tuple(RULES[take(np.array(rules), block.segments)[0]] for block in customers.blocks),
        tie_keys=tuple(
            words[table].reshape(block.size, block.count)
            for table, block in zip(tables, customers.blocks, strict=True)
        ),
        line_order=_line_order(tables, len(origins)),
        keeps=column([0.0 if _drops(case, o) else 1.0 for o in origins]) if dropping else None,
        capacity=column(capacity) if kind == "capacity" else None,
    )


def _parts(layout: Layout, found: list[tuple[int, list[int]]]) -> tuple[Part, ...]:
    parts, start = [], 0
    for number, rows in found:
        place = slice(start, start + len(rows))
        parts.append(Part(number, as_rows(rows), place, _points_of(layout, number, rows)))
        start += len(rows)
    return tuple(parts)


def _rank(origin: LineOrigin) -> tuple[float, int]:
    priority = origin.lane.priority
    return (math.inf if priority is None else priority, origin.lane_number)


def _allocation(case: Case, name: str) -> str:
    if name in case.suppliers:
        return case.suppliers[name].allocation
    source = case.warehouses.get(name)
    return "proportional" if source is None else source.allocation


def _line_order(tables: list[Array], lines: int) -> Rows | None:
    """Return where each line stands among the blocks' members; padding stands nowhere."""
    standing = np.concatenate(tables)
    if np.array_equal(standing, np.arange(lines)):
        return None
    where = np.empty(lines + 1, dtype=np.intp)
    where[standing] = np.arange(standing.size)
    return where[:lines]


def _points_of(layout: Layout, number: int, rows: Sequence[int]) -> Segments:
    """Plan the sum of some lines of a level by the point that they supply."""
    index = {point: row for row, point in enumerate(layout.points[number])}
    members: list[list[int]] = [[] for _ in index]
    for place, row in enumerate(rows):
        line = layout.lines[number][row].line
        members[index[Point(line.destination, line.sku)]].append(place)
    return segments(members, len(rows))


def _level(case: Case, layout: Layout, number: int, sources: list[int]) -> Level:
    points, origins = layout.points[number], layout.lines[number]
    index = {point: row for row, point in enumerate(points)}
    lines = tuple(origin.line for origin in origins)
    transits, transit_order = _transits([line.lead_time for line in lines])
    waits = [_waits(case, point) for point in points]
    reliability = [
        case.suppliers[line.source].reliability if line.source in case.suppliers else 1.0
        for line in lines
    ]
    share_from, share_until = _shares(origins)
    limits = [_max_inventory(case, point) for point in points]
    return Level(
        points=points,
        lines=lines,
        sells=any(point.location in case.stores for point in points),
        loses=not all(waits),
        backordered=column(waits) if any(waits) else None,
        max_inventory=column(limits) if np.isfinite(limits).any() else None,
        point_of_line=as_rows([index[Point(x.destination, x.sku)] for x in lines]),
        lines_of_point=_points_of(layout, number, range(len(lines))),
        share_from=share_from,
        share_until=share_until,
        transits=transits,
        transit_order=transit_order,
        source_order=_inverse(sources),
        can_wait=any(_can_wait(case, line.source) for line in lines),
        fail_probability=column(1.0 - np.array(reliability)) if min(reliability) < 1 else None,
        downstream=_downstream(layout, number),
    )


def _waits(case: Case, point: Point) -> bool:
    store = case.stores.get(point.location)
    if store is None:
        return False
    unmet = store.unmet_demand
    return (unmet if isinstance(unmet, str) else unmet[point.sku]) == "backordered"


def _can_wait(case: Case, source: str) -> bool:
    return source not in case.suppliers or case.suppliers[source].capacity is not None


def _max_inventory(case: Case, point: Point) -> float:
    limit = location(case, point.location).max_inventory
    return float("inf") if limit is None else level_of(limit, point.sku)


def _transits(lead_times: list[int]) -> tuple[tuple[Transit, ...], Rows | None]:
    groups = {days: [] for days in sorted(set(lead_times))}  # type: dict[int, list[int]]
    for row, days in enumerate(lead_times):
        groups[days].append(row)
    order = _inverse([row for rows in groups.values() for row in rows])
    return tuple(Transit(days, as_rows(rows)) for days, rows in groups.items()), order


def _inverse(standing: list[int]) -> Rows | None:
    """Return the index that puts rows that stand in this order into ascending order."""
    if standing == sorted(standing):
        return None
    return np.argsort(np.array(standing, dtype=np.intp), kind="stable")


def _shares(origins: Sequence[LineOrigin]) -> tuple[Array | None, Array | None]:
    start, until = [], []
    running: dict[Point, float] = {}
    for origin in origins:
        point = Point(origin.line.destination, origin.line.sku)
        share = 1.0 if origin.lane.share is None else origin.lane.share
        start.append(running.get(point, 0.0))
        running[point] = start[-1] + share
        until.append(1.0 if abs(running[point] - 1.0) < 1e-6 else running[point])
    if len(running) == len(origins):
        return None, None
    return column(start), column(until)


def _downstream(layout: Layout, number: int) -> Segments:
    """Plan the sum over each point's own and all downstream points, of levels 0 to `number`."""
    index: dict[Point, int] = {}
    for points in layout.points[: number + 1]:
        for point in points:
            index[point] = len(index)
    customers: dict[Point, list[Point]] = {}
    for lines in layout.lines[:number]:
        for origin in lines:
            line = origin.line
            source = Point(line.source, line.sku)
            customers.setdefault(source, []).append(Point(line.destination, line.sku))
    reach: dict[Point, frozenset[int]] = {}

    def reached(point: Point) -> frozenset[int]:
        if point not in reach:
            below = (reached(c) for c in customers.get(point, []))
            reach[point] = frozenset({index[point]}).union(*below)
        return reach[point]

    return segments([sorted(reached(p)) for p in layout.points[number]], len(index))
