"""Customers who stay away after shortages, and those who accept to wait for some days."""

from __future__ import annotations

from math import floor

from inventory_hmarl.testing.plain_world import Today
from inventory_hmarl.testing.records import Point

ROUNDING = 1e-9  # of continuous units: nobody is angry about less


def come(today: Today, point: Point) -> None:
    """Write down what a point's own customers ask for: what is drawn, times their goodwill."""
    world, nothing = today.world, today.network.number(0)
    today.record.demand[point] = today.record.stayed_away[point] = nothing
    if point[0] not in today.network.case.stores:
        return
    drawn = today.network.number(today.demand(today.day, *point))
    wanted = drawn * world.goodwill[point]
    if today.network.whole:
        wanted += world.held[point]
        world.held[point] = wanted - floor(wanted)
        wanted = floor(wanted)
    today.record.demand[point] = wanted
    today.record.stayed_away[point] = drawn - wanted


def remember(today: Today, point: Point) -> None:
    """Lower a point's goodwill by those who were lost, and let some of it come back."""
    sku, goodwill = today.network.case.skus[point[1]], today.world.goodwill
    sales, lost = today.record.sales[point], today.record.lost[point]
    share = lost / (sales + lost) if sales + lost > ROUNDING else 0.0
    left = goodwill[point] - goodwill[point] * (sku.goodwill_loss * share)
    goodwill[point] = left + sku.goodwill_recovery * (1.0 - left)


def overdue(today: Today, point: Point, demand: float, new: float) -> float:
    """Return what waits at a point beyond its due date.

    Customers stand in line; who was served or has left stood at its head.
    """
    waiting, line = today.record.waiting[point], today.world.promised[point]
    if not today.network.waits(point):
        return today.network.number(0)
    store = today.network.case.stores[point[0]]
    joining = new * store.waiting_share
    joining = floor(joining + 0.5) if today.network.whole else joining
    line.append((today.day + store.due_days, joining))
    there: list[tuple[int, float]] = []
    left = waiting
    for day, units in reversed(line):
        there.insert(0, (day, min(units, left)))
        left -= min(units, left)
    line[:] = [each for each in there if each[1] > 0]
    return sum((units for day, units in line if day <= today.day), today.network.number(0))
