"""How an order is divided among the lanes that supply a location, in the reference simulator."""

from __future__ import annotations

from collections.abc import Sequence
from math import floor

from inventory_hmarl.testing.plain_network import PlainNetwork
from inventory_hmarl.testing.plain_world import Today
from inventory_hmarl.testing.records import SMALLEST_ORDER, Line, Point


def split(network: PlainNetwork, point: Point, ordered: float) -> dict[Line, float]:
    """Split an order over a point's lanes by their shares: in whole units by running sums."""
    parts: dict[Line, float] = {}
    running, before = 0.0, 0
    for line in network.into[point]:
        if network.whole:
            running += network.share(line)
            upto = floor(ordered * running + 0.5)
            parts[line] = upto - before
            before = upto
        else:
            parts[line] = ordered * network.share(line)
    return parts


def by_speed(network: PlainNetwork, point: Point) -> list[Line]:
    """Return the lines that replenish a point, the shortest lead time first."""
    return sorted(network.into[point], key=network.longest)


def by_preference(network: PlainNetwork, point: Point) -> list[Line]:
    """Return the lines that replenish a point, the cheapest or the fastest first."""
    sourcing = network.location(point[0]).sourcing

    def worth(line: Line) -> tuple[float, float]:
        cost, days = network.unit_cost(line), network.longest(line)
        return (days, cost) if sourcing == "fastest" else (cost, days)

    return sorted(network.into[point], key=worth)


def one_way(today: Today, point: Point, ordered: float) -> dict[Line, float]:
    """Send an order the best way that is available: orders are taken and shipped, none is late."""
    world, lines = today.world, by_preference(today.network, point)
    stopped = [
        any(world.troubles.stop(line, kind) for kind in ("orders", "shipments")) for line in lines
    ]
    least = 0 if today.network.whole else SMALLEST_ORDER
    late = [world.owed[line] > least for line in lines]
    fit = [line for line, *no in zip(lines, stopped, late, strict=True) if not any(no)]
    chosen = (fit or lines)[0]
    return {line: ordered if line == chosen else today.network.number(0) for line in lines}


def fill(
    network: PlainNetwork, point: Point, ordered: float, by_lane: Sequence[float]
) -> dict[Line, float]:
    """Give each lane in turn what the policy wants on it, as long as the order reaches."""
    parts: dict[Line, float] = {}
    for line, wanted in zip(by_speed(network, point), by_lane, strict=True):
        parts[line] = min(wanted, ordered)
        ordered -= parts[line]
    return parts
