"""A source serves its customers: what is kept for one, then its allocation rule."""

from __future__ import annotations

from collections.abc import Mapping
from math import floor

from inventory_hmarl.testing.plain_allocation import (
    by_priority,
    by_run_out_time,
    by_run_out_time_continuous,
    proportional,
    proportional_continuous,
    smallest_first,
)
from inventory_hmarl.testing.plain_network import exact_int
from inventory_hmarl.testing.plain_world import Today
from inventory_hmarl.testing.records import Line, Point


def ration(
    today: Today, source: str, needs: dict[Line, float], available: float, hands: float
) -> dict[Line, float]:
    """Return what each line gets: first of what is kept for it, then of what is kept for nobody.

    No more than `hands` can be shipped in all.
    """
    kept = {line: today.network.reserved(line) for line in needs}
    own = {line: min(need, kept[line]) for line, need in needs.items()}
    first = share_out(today, source, own, min(available, hands), {})
    free = available - sum(first.values()) - sum(kept[line] - own[line] for line in needs)
    free = min(free, hands - sum(first.values()))
    others = {line: need - first[line] for line, need in needs.items()}
    second = share_out(today, source, others, max(free, 0), first)
    return {line: first[line] + second[line] for line in needs}


def share_out(
    today: Today,
    source: str,
    needs: dict[Line, float],
    available: float,
    had: Mapping[Line, float],
) -> dict[Line, float]:
    """Return what each line gets: its need, or its allotment where the source is short.

    `had` is what lines have got already today.
    """
    if sum(needs.values()) <= available:
        return dict(needs)
    rule = today.network.allocation(source)
    if rule in ("priority", "sequential"):
        ranks = {line: today.network.rank(line, rule) for line in needs}
        return by_priority(needs, available, ranks)
    if rule == "minimum_shortage":
        return smallest_first(needs, available, today.day)
    if rule == "fair_share":
        return by_time(today, needs, available, covers(today, needs, had))
    if rule != "proportional":
        raise ValueError(f"allocation {rule!r} at {source!r} is unknown to the reference")
    if not today.network.whole:
        return proportional_continuous(needs, available)
    whole_needs = {line: exact_int(need) for line, need in needs.items()}
    return {**proportional(whole_needs, exact_int(available), today.day)}


def by_time(
    today: Today,
    needs: dict[Line, float],
    available: float,
    covers: Mapping[Line, tuple[float, int]],
) -> dict[Line, float]:
    """Share by run-out time, in the units of the case."""
    if not today.network.whole:
        return by_run_out_time_continuous(needs, available, covers)
    whole_needs = {line: exact_int(need) for line, need in needs.items()}
    whole_covers = {line: (exact_int(stock), weight) for line, (stock, weight) in covers.items()}
    return {**by_run_out_time(whole_needs, exact_int(available), whole_covers, today.day)}


def covers(
    today: Today, needs: Mapping[Line, float], had: Mapping[Line, float]
) -> dict[Line, tuple[float, int]]:
    """Return what each line's destination has, and its mean demand in 1024ths of the largest."""
    stores = today.network.case.stores
    uses = {
        line: sum(
            today.luck.means(store, sku)
            for store, sku in today.network.downstream[line[1], line[2]]
            if store in stores
        )
        for line in needs
    }
    most = max(uses.values())
    return {
        line: (
            stock_of(today, (line[1], line[2])) + had.get(line, 0),
            max(floor(1024 * uses[line] / most + 0.5), 1) if most > 0 else 1,
        )
        for line in needs
    }


def stock_of(today: Today, point: Point) -> float:
    """Return what a point has or is on its way to it, less what it owes, before today's shipping.

    What will be reported failed is among it: nobody knows before.
    """
    world, record = today.world, today.record
    stock = world.on_hand[point] - world.waiting[point]
    stock -= sum(world.owed[line] for line in today.network.out_of[point])
    for line in today.network.into[point]:
        stock += (
            sum(world.in_transit[line].values())
            + world.at_door[line]
            + sum(world.failing[line].values())
        )
        stock -= record.shipped.get(line, 0)
    return stock


def handled(today: Today, source: str, sku: str) -> float:
    """Return what may leave of one SKU where all of a source share what can be handled."""
    network, world = today.network, today.world
    place = network.case.warehouses.get(source) or network.case.suppliers.get(source)
    limit = None if place is None else place.handling_capacity
    if limit is None:
        return float("inf")
    if source not in today.record.allotments:
        wanted = {}
        for other in network.case.skus:
            if source in network.case.warehouses:
                most = world.on_hand.get((source, other), 0)
            else:
                most = min(network.capacity(source, other), world.troubles.limit(source, other))
            could = could_leave(today, source, other, most)
            wanted[source, source, other] = min(could, world.troubles.limit(source, other))
        today.record.allotments[source] = share_limit(today, wanted, network.number(limit))
    return today.record.allotments[source][source, source, sku]


def could_leave(today: Today, source: str, sku: str, available: float) -> float:
    """Return what would leave of a SKU if there were hands for all."""
    network, world = today.network, today.world
    asked, own, idle = 0.0, 0.0, 0.0
    for line in network.out_of.get((source, sku), ()):
        need = 0 if world.troubles.stop(line, "shipments") else world.owed[line]
        asked += need
        own += min(need, network.reserved(line))
        idle += max(network.reserved(line) - need, 0)
    first = min(own, available)
    return network.number(first + min(asked - own, max(available - first - idle, 0)))


def share_limit(today: Today, wanted: dict[Line, float], limit: float) -> dict[Line, float]:
    """Share a limit in proportion to what is wanted, by largest remainders."""
    if sum(wanted.values()) <= limit:
        return dict.fromkeys(wanted, float("inf"))
    if not today.network.whole:
        return proportional_continuous(wanted, limit)
    needs = {line: exact_int(units) for line, units in wanted.items()}
    return {**proportional(needs, exact_int(limit), today.day)}
