"""Locations whose orders go one way a day, and what a unit costs on each lane."""

from __future__ import annotations

import numpy as np

from inventory_hmarl.case.compiling.columns import attribute, numbers
from inventory_hmarl.case.compiling.layout import Layout, LevelLayout
from inventory_hmarl.case.models import Case
from inventory_hmarl.core.arrays import Array, segments
from inventory_hmarl.core.network import Sourcing, column


def purchase(case: Case, layout: Layout, here: LevelLayout) -> Array:
    """Return what a unit is bought for on each line, `(L,)`; 0 on lanes inside the chain."""
    lines = here.lines
    of_sku = attribute(case.skus.values(), "unit_cost")[lines.sku]
    price = numbers([lane.unit_cost for lane in case.lanes], here.lane, lines, of_sku)
    return price * layout.supplies(lines.source)


def compile_sourcing(case: Case, layout: Layout, here: LevelLayout) -> Sourcing | None:
    """Return the lines of a level whose orders go one way a day; None: there are none."""
    word = np.array(layout.setting("sourcing", "shares"))[here.lines.destination]
    lanes = np.bincount(here.point)[here.point]
    mine = (word != "shares") & (lanes > 1)
    if not mine.any():
        return None
    place, order = places(case, layout, here)
    pairs = [
        (order[later], order[later - back])
        for back in range(1, int(lanes.max()))
        for later in (np.flatnonzero(place[order] >= back),)
    ]
    owner, member = (np.concatenate(each) for each in zip(*pairs, strict=True))
    return Sourcing(
        mine[:, None],
        column(place == 0),
        segments(owner, place.size, member, place.size),
    )


def places(case: Case, layout: Layout, here: LevelLayout) -> tuple[Array, Array]:
    """Return the place of each line among those of its point, the best being 0, and their order.

    The cheapest or the fastest is the best, of equals the fastest or the cheapest, then the first
    of the case.
    """
    fastest = np.array(layout.setting("sourcing", "shares"))[here.lines.destination] == "fastest"
    transport = attribute(case.lanes, "unit_transport_cost")[here.lane]
    cost, days = purchase(case, layout, here) + transport, here.lines.lead_time
    first, then = np.where(fastest, days, cost), np.where(fastest, cost, days)
    order = np.lexsort((np.arange(days.size), then, first, here.point))
    place = np.empty_like(order)
    place[order] = np.arange(order.size) - np.searchsorted(here.point, here.point)
    return place, order
