"""The stages that ship: levels of the chain bottom up, then limited and other suppliers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from inventory_hmarl.case.compiling.columns import attribute, numbers
from inventory_hmarl.case.compiling.layout import Layout
from inventory_hmarl.case.compiling.supply import compile_limits, limited_by_disruption
from inventory_hmarl.case.compiling.ties import ties
from inventory_hmarl.case.models import Case
from inventory_hmarl.core.allocation import BY_CASE, RULES
from inventory_hmarl.core.arrays import Array, as_rows, as_they_come, segments, take
from inventory_hmarl.core.network import Handling, Part, Stage, column
from inventory_hmarl.core.rows import Lines, Points


@dataclass(frozen=True)
class _Sources:
    """The source points of a stage, and the lines that lead from them."""

    points: Points
    rows: tuple[Array, ...]  # of the lines, a level
    source: Array  # (lines,) the source of each line, levels one below the other
    limited: bool = False  # by a daily capacity


def compile_stages(case: Case, layout: Layout) -> tuple[Stage, ...]:
    """Return the stages of a case, in order of the day."""
    sources = [_of_level(layout, number) for number in range(1, len(layout.levels))]
    sources += _of_suppliers(case, layout)
    drops = np.array([word == "dropped" for word in layout.setting("short_orders", "owed")])
    dropping = any(drops[level.lines.source].any() for level in layout.levels)
    return tuple(_stage(case, layout, each, drops if dropping else None) for each in sources)


def _of_level(layout: Layout, number: int) -> _Sources:
    """Return the points of a level, as sources of those below."""
    rows = tuple(
        np.flatnonzero(layout.level_of[level.lines.source] == number) for level in layout.levels
    )
    source = [level.origin[mine] for level, mine in zip(layout.levels, rows, strict=True)]
    return _Sources(layout.levels[number].points, rows, np.concatenate(source))


def limited_suppliers(case: Case, layout: Layout) -> Array:
    """Return which locations have a daily capacity of any kind, on some day: `(locations,)`."""
    limits = (layout.setting(name, None) for name in ("capacity", "handling_capacity"))
    usual = np.array([any(each is not None for each in pair) for pair in zip(*limits, strict=True)])
    return usual | np.isin(np.array(layout.names.locations), sorted(limited_by_disruption(case)))


def _of_suppliers(case: Case, layout: Layout) -> Iterator[_Sources]:
    """Yield what is bought of limited suppliers, and of others, as it comes in the lines."""
    bounded = limited_suppliers(case, layout)
    for limited in (True, False):
        mine = (bounded == limited) & (layout.level_of < 0)
        rows = tuple(np.flatnonzero(mine[level.lines.source]) for level in layout.levels)
        lines = _lines(layout, rows)
        skus = len(layout.names.skus)
        distinct, source = as_they_come(lines.source * skus + lines.sku)
        if distinct.size:
            points = Points(layout.names, *np.divmod(distinct, skus))
            yield _Sources(points, rows, source, limited)


def _lines(layout: Layout, rows: tuple[Array, ...]) -> Lines:
    """Return some lines of each level, one level below the other."""
    parts = [level.lines.at(mine) for level, mine in zip(layout.levels, rows, strict=True)]
    return Lines(
        layout.names,
        *(
            np.concatenate([getattr(part, name) for part in parts])
            for name in ("source", "destination", "sku", "lead_time")
        ),
    )


def _stage(case: Case, layout: Layout, sources: _Sources, drops: Array | None) -> Stage:
    """Return a stage; `drops` says which locations strike off what they lack, if some do."""
    points, lines = sources.points, _lines(layout, sources.rows)
    order = _ranked(case, layout, sources.rows)
    reserved = attribute(case.lanes, "reserved")[_lanes(layout, sources.rows)]
    rules, rule_of = np.unique(layout.setting("allocation", "proportional"), return_inverse=True)
    rule = rule_of[points.location]
    customers = segments(sources.source[order], len(points), order, len(lines), rule)
    tie_keys, line_order = ties(customers, layout.names, lines.destination, lines.sku)
    capacity = numbers(layout.setting("capacity", None), points.location, points, np.inf)
    return Stage(
        parts=_parts(layout, sources.rows),
        customers=customers,
        source_of_line=as_rows(sources.source),
        rules=tuple(RULES[rules[take(rule, each.segments)[0]]] for each in customers.blocks),
        tie_keys=tie_keys,
        line_order=line_order,
        keeps=None if drops is None else column(~drops[lines.source]),
        capacity=column(capacity) if sources.limited else None,
        reserved=column(reserved) if reserved.any() else None,
        handling=_handling(layout, points),
        limits=compile_limits(case, points),
    )


def _handling(layout: Layout, points: Points) -> Handling | None:
    """Return what the SKUs of each source share; None: no source has a limit."""
    limits = np.array(
        [np.inf if each is None else each for each in layout.setting("handling_capacity", None)]
    )
    locations, owner = np.unique(points.location, return_inverse=True)
    if not np.isfinite(limits[locations]).any():
        return None
    shared = segments(owner, locations.size)
    tie_keys, order = ties(shared, layout.names, points.location, points.sku)
    return Handling(
        points=shared,
        limit=column(limits[locations]),
        tie_keys=tie_keys,
        order=order,
        location=owner,
    )


def _ranked(case: Case, layout: Layout, rows: tuple[Array, ...]) -> Array:
    """Return lines of all levels in order of their lanes' priorities, then of their lanes."""
    allocation = dict(zip(layout.names.locations, layout.setting("allocation", ""), strict=True))
    priority = np.array(
        [
            np.inf if each.priority is None or allocation[each.source] in BY_CASE else each.priority
            for each in case.lanes
        ]
    )
    rank = np.empty(priority.size, dtype=np.intp)
    rank[np.argsort(priority, kind="stable")] = np.arange(priority.size)
    return np.argsort(rank[_lanes(layout, rows)], kind="stable")


def _lanes(layout: Layout, rows: tuple[Array, ...]) -> Array:
    """Return the lanes of some lines of each level, one level below the other."""
    return np.concatenate(
        [level.lane[mine] for level, mine in zip(layout.levels, rows, strict=True)]
    )


def _parts(layout: Layout, rows: tuple[Array, ...]) -> tuple[Part, ...]:
    parts, start = [], 0
    for number, (level, mine) in enumerate(zip(layout.levels, rows, strict=True)):
        if mine.size:
            points = segments(level.point[mine], len(level.points))
            place = slice(start, start + mine.size)
            parts.append(Part(number, as_rows(mine), place, points))
            start += mine.size
    return tuple(parts)
