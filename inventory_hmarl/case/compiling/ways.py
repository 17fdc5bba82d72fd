"""Lanes of which orders or trips are counted for all SKUs together."""

from __future__ import annotations

import numpy as np

from inventory_hmarl.case.compiling.columns import attribute
from inventory_hmarl.case.compiling.layout import LevelLayout
from inventory_hmarl.case.models import Case, Lane
from inventory_hmarl.core.arrays import Array, segments
from inventory_hmarl.core.network import Ways, column

MEASURES = {"truck_units": None, "truck_weight": "weight", "truck_volume": "volume"}


def together(lane: Lane) -> tuple[bool, bool]:
    """Return whether a lane's orders, and its trips, are counted for all SKUs together."""
    return lane.order_cost > 0, lane.trip_cost > 0 or lane.trip_co2 > 0


def compile_ways(case: Case, here: LevelLayout) -> Ways | None:
    """Return what is counted by lane at a level; None: nothing."""
    lanes, first, way = np.unique(here.lane, return_index=True, return_inverse=True)
    counted = [together(case.lanes[lane]) for lane in lanes.tolist()]
    joint, trips = (any(each) for each in zip(*counted, strict=True))
    if not (joint or trips):
        return None
    of_line = np.full(way.size, lanes.size, dtype=np.intp)
    of_line[first] = np.arange(lanes.size)
    loads = [_load(case, here, lanes, name) for name in MEASURES] if trips else []
    return Ways(
        lanes=segments(way, lanes.size),
        of_line=of_line,
        loads=tuple(load for load in loads if load is not None),
        joint=joint,
        trips=trips,
    )


def _load(case: Case, here: LevelLayout, lanes: Array, name: str) -> tuple[Array, Array] | None:
    """Return the size of each line's units, and of each lane's truck; None: no truck has one."""
    capacity = [getattr(case.lanes[lane], name) for lane in lanes.tolist()]
    if not any(capacity):
        return None
    measure = MEASURES[name]
    size = np.ones(len(case.skus)) if measure is None else attribute(case.skus.values(), measure)
    room = [np.inf if each is None else each for each in capacity]
    return column(size[here.lines.sku]), column(room)
