"""What is counted by lane, for all SKUs together: orders and trips; and units on their way."""

from __future__ import annotations

from inventory_hmarl.core.arrays import Array, fold, join, namespace, quotient, rounded, take
from inventory_hmarl.core.network import Level, Ways
from inventory_hmarl.core.state import LevelState

PART_OF_A_TRIP = 1e-9  # that counts as nothing, for loads that are sums of rounded terms


def joint_orders(ways: Ways, placed: Array, like: Array) -> Array:
    """Return 1.0 at the first line of each lane on which something is ordered, `(L, R)`."""
    return _at_first_line(ways, _some(ways, placed, like))


def trips(ways: Ways, shipped: Array) -> Array:
    """Return the trips that each lane's load takes, at its first line, `(L, R)`."""
    library = namespace(shipped)
    count = _some(ways, shipped > 0.0, shipped)
    for size, capacity in ways.loads:
        load = quotient(ways.lanes.sum(rounded(shipped * size)), capacity)
        count = library.maximum(count, library.ceil(load - PART_OF_A_TRIP))
    return _at_first_line(ways, count)


def travelling(level: Level, after: LevelState, arrived: Array) -> Array:
    """Return the units that are on their way before the day's deliveries, `(L, R)`."""
    rings = [
        fold(ring.slots())
        if transit.lead_time
        else namespace(arrived).zeros_like(take(arrived, transit.lines))
        for transit, ring in zip(level.transits, after.in_transit, strict=True)
    ]
    moving = join(rings, level.transit_order) + arrived
    return moving if after.at_door is None else moving + after.at_door


def _some(ways: Ways, lines: Array, like: Array) -> Array:
    """Return 1.0 where some line of a lane is so, `(lanes, R)`."""
    return namespace(like).minimum(ways.lanes.sum(lines.astype(like.dtype)), 1.0)


def _at_first_line(ways: Ways, count: Array) -> Array:
    library = namespace(count)
    return take(library.concatenate((count, library.zeros_like(count[:1]))), ways.of_line)
