"""Stores that help each other out, in the reference's own words: one pool and SKU at a time."""

from __future__ import annotations

from inventory_hmarl.testing.plain_allocation import proportional, proportional_continuous
from inventory_hmarl.testing.plain_network import exact_int
from inventory_hmarl.testing.plain_shelf import take
from inventory_hmarl.testing.plain_world import Today
from inventory_hmarl.testing.records import Line, Point


def help_out(today: Today) -> None:
    """Move stock between stores of a pool before they sell; write down who got and gave what."""
    nothing, record = today.network.number(0), today.record
    for point in today.network.points:
        record.received[point] = record.given[point] = nothing
    for pool in today.network.case.pools.values():
        for sku in today.network.case.skus:
            mine = [p for p in today.network.points if p[0] in pool.stores and p[1] == sku]
            if len(mine) > 1 and (pool.skus is None or sku in pool.skus):
                balance(today, mine, today.network.number(pool.reserve))


def balance(today: Today, points: list[Point], reserve: float) -> None:
    """Cover what some of these points lack from what others have to spare."""
    world, nothing = today.world, today.network.number(0)
    lacking, spare = {}, {}
    for point in points:
        need = world.waiting[point] + today.record.demand[point]
        # A line to the store itself: ties go by the word of store and SKU.
        line = (point[0], *point)
        lacking[line] = max(need - world.on_hand[point], nothing)
        spare[line] = max(world.on_hand[point] - need - reserve, nothing)
    moved = min(sum(lacking.values()), sum(spare.values()))
    for line, units in share(today, lacking, moved).items():
        world.on_hand[line[1:]] += units
        today.record.received[line[1:]] = units
    for line, units in share(today, spare, moved).items():
        point = line[1:]
        if point in world.lots:
            newest = today.network.location(point[0]).newest_first
            take(world.lots[point], units, newest, whole=today.network.whole)
        world.on_hand[point] -= units
        today.record.given[point] = units


def share(today: Today, units: dict[Line, float], moved: float) -> dict[Line, float]:
    """Return each point's part of what is moved."""
    if sum(units.values()) <= moved:
        return units
    if not today.network.whole:
        return proportional_continuous(units, moved)
    whole = {line: exact_int(number) for line, number in units.items()}
    return {**proportional(whole, exact_int(moved), today.day)}
