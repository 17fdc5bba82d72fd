"""The network's levels: their points, and the lines that supply them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any  # settings are of any type

import numpy as np

from inventory_hmarl.case.compiling.columns import attribute, matches, numbers
from inventory_hmarl.case.compiling.customers import compile_due, compile_goodwill
from inventory_hmarl.case.compiling.layout import Layout, LevelLayout, mornings
from inventory_hmarl.case.compiling.lead_times import (
    compile_transits,
    compile_varying,
    lost_share,
)
from inventory_hmarl.case.compiling.order_of_day import order_of_day
from inventory_hmarl.case.compiling.pools import compile_pools
from inventory_hmarl.case.compiling.shelves import (
    compile_doors,
    compile_patience,
    compile_shelf,
    compile_storage,
    compile_substitution,
)
from inventory_hmarl.case.compiling.sourcing import compile_sourcing
from inventory_hmarl.case.compiling.stages import compile_stages, limited_suppliers
from inventory_hmarl.case.compiling.supply import compile_disruptions, ring_days
from inventory_hmarl.case.compiling.tariffs import compile_tariff
from inventory_hmarl.case.compiling.ways import compile_ways
from inventory_hmarl.case.models import Case
from inventory_hmarl.case.models.values import PlainLevel
from inventory_hmarl.core.arrays import (
    Array,
    Rows,
    Segments,
    as_rows,
    inverse,
    segments,
)
from inventory_hmarl.core.disruptions import Reach
from inventory_hmarl.core.network import Level, Network, Packs, Review, Stage, column
from inventory_hmarl.core.rows import Points

SHARE_ROUNDING = 1e-6
PACK_SLACK = 1e-9  # of a pack


def compile_network(case: Case, layout: Layout) -> Network:
    """Return the network of a case."""
    stages, troubles = compile_stages(case, layout), compile_disruptions(case, layout)
    downstream = _downstream(layout)
    levels = tuple(
        _level(
            case,
            layout,
            number,
            Reach() if troubles is None else troubles.levels[number],
            (_source_order(layout, stages, number), downstream[number]),
        )
        for number in range(len(layout.levels))
    )
    return Network(
        levels,
        stages,
        case.units == "whole",
        disruptions=troubles,
        mornings=any(level.mornings is not None for level in levels),
        cutoffs=any(level.cutoff is not None for level in levels),
    )


def _level(
    case: Case, layout: Layout, number: int, reach: Reach, plans: tuple[Rows | None, Segments]
) -> Level:
    source_order, downstream = plans
    here = layout.levels[number]
    points, lines = here.points, here.lines
    limits = numbers(layout.setting("max_inventory", None), points.location, points, np.inf)
    share_from, share_until = _shares(case, here)
    return Level(
        points=points,
        lines=lines,
        sells=bool(layout.sells(points.location).any()),
        max_inventory=column(limits) if np.isfinite(limits).any() else None,
        review=_review(layout, points),
        point_of_line=as_rows(here.point),
        lines_of_point=segments(here.point, len(points)),
        share_from=share_from,
        share_until=share_until,
        source_order=source_order,
        downstream=downstream,
        pools=compile_pools(case, layout, points) if case.pools else None,
        shelf=compile_shelf(case, layout, points),
        packs=_packs(case, here),
        sourcing=compile_sourcing(case, layout, here),
        storage=compile_storage(case, layout, points),
        ways=compile_ways(case, here),
        tariff=compile_tariff(case, layout, here),
        owned=any(case.lanes[lane].in_transit_owner for lane in set(here.lane.tolist())),
        **_moves(case, layout, here, reach),
        **order_of_day(case, layout, here),
        **_customers(case, layout, points),
    )


def _moves(case: Case, layout: Layout, here: LevelLayout, reach: Reach) -> dict[str, Any]:
    """Return what a level says of how goods leave, travel, fail and are received."""
    source = here.lines.source
    # What is no supplier may be short of stock.
    limited = limited_suppliers(case, layout) | (layout.level_of >= 0)
    fails = 1.0 - np.array(layout.setting("reliability", 1.0))[source]
    doors, longest = compile_doors(case, layout, here), ring_days(case, layout, here)
    varying = compile_varying(case, layout, here, longest)
    transits, transit_order = compile_transits(longest, varying)
    costly = attribute(case.lanes, "unit_transport_cost") + attribute(case.lanes, "unit_co2") > 0
    in_mornings = bool(mornings(case)[here.lane].any())
    return {
        "transits": transits,
        "transit_order": transit_order,
        "varying": varying,
        "can_wait": bool(limited[source].any()) or reach.shipments is not None,
        "fail_probability": column(fails) if fails.any() else None,
        "lost_share": lost_share(layout, here) if fails.any() else None,
        "doors": doors,
        "may_refuse": reach.receipts is not None or doors is not None or in_mornings,
        "carried": bool(costly[here.lane].any()),
    }


def _review(layout: Layout, points: Points) -> Review | None:
    """Return on which days points may order; None where all may on every day."""
    periods = layout.setting("review_period", 1)
    opened = layout.setting("review_days", (1,))
    table = np.zeros((max(periods), len(periods)))
    for number, days in enumerate(opened):
        table[[day - 1 for day in days], number] = 1.0
    mine = points.location
    period, days = np.array(periods)[mine], table[:, mine]
    if (days.sum(axis=0) == period).all():
        return None
    return Review(period, days)


def _customers(case: Case, layout: Layout, points: Points) -> dict[str, Any]:
    """Return what a level says of customers who find no stock: who waits, and for how long."""
    unmet = [_waiting(unmet) for unmet in layout.setting("unmet_demand", "lost")]
    waits = numbers(unmet, points.location, points)
    share = np.array(layout.setting("waiting_share", 1.0))[points.location]
    patience = compile_patience(layout, points, waits)
    impatient = bool((share[waits > 0] < 1).any()) or patience is not None
    return {
        "loses": impatient or not waits.all(),
        "backordered": column(waits * share) if waits.any() else None,
        "impatient": impatient,
        "patience": patience,
        "due": compile_due(layout, points, waits),
        "goodwill": compile_goodwill(case, points, loses=impatient or not waits.all()),
        "substitution": compile_substitution(case, layout, points, waits),
    }


def _waiting(unmet: str | Mapping[str, str]) -> PlainLevel:
    """Return 1 for the SKUs of which customers wait when there are none, 0 for others."""
    if isinstance(unmet, Mapping):
        return {sku: float(word == "backordered") for sku, word in unmet.items()}
    return float(unmet == "backordered")


def _source_order(layout: Layout, stages: tuple[Stage, ...], number: int) -> Rows | None:
    """Return the index that puts what the stages ship to a level into line order."""
    every = np.arange(len(layout.levels[number].lines))
    parts = [part for stage in stages for part in stage.parts if part.level == number]
    return inverse(np.concatenate([every[part.lines] for part in parts]))


def _packs(case: Case, here: LevelLayout) -> Packs | None:
    """Return how order lines are rounded; None: not at all."""
    multiple, least = (
        numbers([getattr(lane, name) for lane in case.lanes], here.lane, here.lines, 0.0)
        for name in ("order_multiple", "minimum_order")
    )
    if not (multiple.any() or least.any()):
        return None
    size = np.where(multiple > 0, multiple, 1.0)
    slack = 0.0 if case.units == "whole" else PACK_SLACK
    packs = np.where(multiple > 0, np.ceil(least / size - slack) * size, least)
    return Packs(column(size), (multiple > 0)[:, None], column(packs), slack)


def _shares(case: Case, here: LevelLayout) -> tuple[Array | None, Array | None]:
    """Return where the share of each line begins and ends among those of its point."""
    first = np.searchsorted(here.point, here.point)  # a point's lines follow one another
    place = np.arange(first.size) - first
    if not place.any():
        return None, None
    share = np.array([1.0 if lane.share is None else lane.share for lane in case.lanes])[here.lane]
    start = np.zeros(share.size)
    for number in range(1, int(place.max()) + 1):
        mine = np.flatnonzero(place == number)
        start[mine] = start[mine - 1] + share[mine - 1]
    until = start + share
    return column(start), column(np.where(np.abs(until - 1.0) < SHARE_ROUNDING, 1.0, until))


def _downstream(layout: Layout) -> list[Segments]:
    """Plan the sum over each point's own and all downstream points, of a level and those below.

    Points are numbered over levels, bottom up.
    """
    plans: list[Segments] = []
    reached: list[tuple[Array, Array]] = []  # of each level: a row, and a point that it reaches
    start = 0
    for number, level in enumerate(layout.levels):
        size = len(level.points)
        own = np.arange(size)
        owners, members = [own], [own + start]
        for lower, (owner, member) in zip(layout.levels, reached, strict=False):
            lines = np.flatnonzero(layout.level_of[lower.lines.source] == number)
            which, found = matches(owner, lower.point[lines])
            owners.append(lower.origin[lines][which])
            members.append(member[found])
        start += size
        pairs = np.sort(np.concatenate(owners) * start + np.concatenate(members))
        pairs = pairs[np.append(True, pairs[1:] > pairs[:-1])]  # once, by however many ways
        reached.append((pairs // start, pairs % start))
        plans.append(segments(pairs // start, size, pairs % start, start))
    return plans
