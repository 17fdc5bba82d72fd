"""Hold the core against the reference simulator, day by day, on every field of a case's run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from inventory_hmarl.case import Case
from inventory_hmarl.case.compiling import compile_case
from inventory_hmarl.core.arrays import Array
from inventory_hmarl.core.checks import check_day
from inventory_hmarl.core.day import step
from inventory_hmarl.core.horizon import Block, draw_block
from inventory_hmarl.core.model import Model, initial_state
from inventory_hmarl.core.state import Flows, LevelSales, LevelState, State, remaining
from inventory_hmarl.testing.records import (
    DayRecord,
    DelayOf,
    DemandOf,
    FailsOn,
    Luck,
    MeanOf,
    SpellOn,
)
from inventory_hmarl.testing.reference import simulate_reference

TOLERANCE = 1e-9  # of the level, in continuous units


@dataclass(frozen=True)
class Difference:
    """A field on which the two disagree."""

    day: int
    field: str
    key: tuple[str, ...]
    core: float
    reference: float


def differences(case: Case, replication: int = 0) -> list[Difference]:
    """Return every field of every day on which core and reference disagree: none, if all is well.

    Both meet the customers and the failures that the case's seed draws for the replication.

    >>> from inventory_hmarl.case import default_case
    >>> differences(default_case().changed(days=10, warmup_days=0))
    []
    """
    model = compile_case(case)
    numbers = np.array([replication], dtype=np.uint32)
    block = draw_block(model, numbers, 1, case.days)
    reference = simulate_reference(
        case,
        _asker(model, block),
        _failer(model, block),
        Luck(_speller(case, block), _delayer(model, block), _planner(model), _expecting(model)),
    )
    tolerance = 0.0 if case.units == "whole" else TOLERANCE
    state = initial_state(model, 1)
    found: list[Difference] = []
    for record in reference:
        before = state
        chance = block.day(model, record.day - 1)
        state, flows = step(model.network, state, model.policies, chance)
        check_day(model, before, state, flows)
        found += _compare(model, record, state, flows, tolerance)
    return found


def _rows(model: Model) -> dict[tuple[str, str], int]:
    """Return the row of demand of each point that sells."""
    return {
        (point.location, point.sku): place.start + row
        for number, place in enumerate(model.demand.levels)
        if place is not None
        for row, point in enumerate(model.network.levels[number].points)
    }


def _asker(model: Model, block: Block) -> DemandOf:
    rows, whole = _rows(model), model.network.whole_units

    def demand(day: int, store: str, sku: str) -> float:
        units = float(block.demand[day - 1, rows[store, sku], 0])
        return int(units) if whole else units

    return demand


def _planner(model: Model) -> MeanOf:
    means = model.demand.expected(1, model.days).mean(axis=0)
    rows = _rows(model)
    return lambda store, sku: float(means[rows[store, sku]])


def _expecting(model: Model) -> DemandOf:
    rows, means = _rows(model), model.demand.expected(1, model.days)
    return lambda day, store, sku: float(means[day - 1, rows[store, sku]])


def _places(model: Model) -> dict[tuple[str, str, str], tuple[int, int]]:
    """Return the level and row of each line."""
    return {
        (line.source, line.destination, line.sku): (number, row)
        for number, level in enumerate(model.network.levels)
        for row, line in enumerate(level.lines)
    }


def _delayer(model: Model, block: Block) -> DelayOf:
    rows = _places(model)

    def delay(day: int, source: str, destination: str, sku: str) -> int:
        number, row = rows[source, destination, sku]
        drawn = block.supply.delays[number]
        return 0 if drawn is None else int(drawn[day - 1, row, 0])

    return delay


def _failer(model: Model, block: Block) -> FailsOn:
    rows = _places(model)

    def fails(day: int, source: str, destination: str, sku: str) -> bool:
        number, row = rows[source, destination, sku]
        drawn = block.supply.fails[number]
        return drawn is not None and bool(drawn[day - 1, row, 0])

    return fails


def _speller(case: Case, block: Block) -> SpellOn:
    place = {name: row for row, name in enumerate(case.disruptions)}

    def spell(day: int, disruption: str) -> tuple[bool, bool]:
        begins, stays = block.supply.begins, block.supply.stays
        assert begins is not None
        assert stays is not None
        row = place[disruption]
        return bool(begins[day - 1, row, 0]), bool(stays[day - 1, row, 0])

    return spell


def _compare(
    model: Model, record: DayRecord, state: State, flows: Flows, tolerance: float
) -> Iterator[Difference]:
    for number, level in enumerate(model.network.levels):
        points = [(point.location, point.sku) for point in level.points]
        lines = [(line.source, line.destination, line.sku) for line in level.lines]
        for field, core in _point_fields(state.levels[number], flows, number).items():
            yield from _differ(record.day, field, points, core, getattr(record, field), tolerance)
        for field, core in _line_fields(state.levels[number], flows, number).items():
            yield from _differ(record.day, field, lines, core, getattr(record, field), tolerance)


def _point_fields(after: LevelState, flows: Flows, number: int) -> Mapping[str, Array]:
    sales, moved = flows.sales[number], flows.shipments[number]
    nothing = np.zeros_like(after.on_hand)
    fields = {
        "remaining": remaining(moved),
        "charged_stock": moved.charged_stock,
        "on_hand": after.on_hand,
        "on_order": after.on_order,
        "inventory_position": moved.position,
        "overflow": nothing if moved.overflow is None else moved.overflow,
        "destroyed": nothing if moved.destroyed is None else moved.destroyed,
        "expired": nothing if moved.expired is None else moved.expired,
    }
    if sales is not None:
        fields |= {
            "demand": sales.demand,
            "switched": nothing if sales.switched is None else sales.switched,
            "overdue": _late(sales, nothing),
            "stayed_away": nothing if sales.stayed_away is None else sales.stayed_away,
            "received": nothing if sales.received is None else sales.received,
            "given": nothing if sales.given is None else sales.given,
            "sales": sales.sales,
            "filled": sales.filled,
            "lost": nothing if sales.lost is None else sales.lost,
            "waiting": nothing if sales.waiting is None else sales.waiting,
        }
    return fields


def _late(sales: LevelSales, nothing: Array) -> Array:
    """Return what waits beyond its due date: all that waits where there is none."""
    late = sales.waiting if sales.overdue is None else sales.overdue
    return nothing if late is None else late


def _line_fields(after: LevelState, flows: Flows, number: int) -> Mapping[str, Array]:
    moved = flows.shipments[number]
    nothing = np.zeros_like(moved.ordered)
    return {
        "line_ordered": moved.ordered,
        "posted": nothing if after.posted is None else after.posted,
        "shipped": moved.shipped,
        "owed": nothing if after.owed is None else after.owed,
        "arrived": moved.arrived,
        "failed": nothing if moved.failed is None else moved.failed,
        "dropped": nothing if moved.dropped is None else moved.dropped,
        "in_full": moved.in_full,
        "refused": nothing if moved.refused is None else moved.refused,
    }


def _differ(
    day: int,
    field: str,
    keys: Sequence[tuple[str, ...]],
    core: Array,
    reference: Mapping[tuple[str, ...], float],
    tolerance: float,
) -> Iterator[Difference]:
    for key, value in zip(keys, core[:, 0].tolist(), strict=True):
        expected = float(reference[key])
        if abs(value - expected) > tolerance * (1.0 + abs(expected)):
            yield Difference(day, field, key, float(value), expected)
