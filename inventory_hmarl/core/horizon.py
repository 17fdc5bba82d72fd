"""Many days: the table of contents of a run.

A run is a fold of the day over the horizon. Each day's flows become a record; records after the
warm-up are added to the totals, sums of each record over each level go into the daily series, and
whole records are kept where asked for. Whoever runs the days (an engine) passes the loop.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from inventory_hmarl.core.arrays import Array, fold
from inventory_hmarl.core.day import step
from inventory_hmarl.core.model import Model, draw_fails
from inventory_hmarl.core.record import Recorder
from inventory_hmarl.core.state import Chance, Flows, State

DAILY = ("demand", "filled", "stock", "ordered")
Check = Callable[[Model, State, State, Flows], None]


class Totals(NamedTuple):
    """What a run has counted so far."""

    state: State
    sums: Array  # (rows, R) of the days after the warm-up
    cycles: tuple[Cycles, ...]  # a level; empty where not asked for


class Cycles(NamedTuple):
    """Replenishment cycles of the points of a level that sells: from arrival to arrival."""

    clean: Array  # (P, R) bool: no unmet demand since the last arrival
    begun: Array  # (P, R) bool: there was an arrival
    ended: Array  # (P, R) cycles that ended after the warm-up
    served: Array  # (P, R) of those, cycles without unmet demand


@dataclass(frozen=True)
class Block:
    """Some days' chance for some replications."""

    first_day: int
    demand: Array  # (days, rows, R) units
    fails: tuple[Array | None, ...]  # (days, L, R) a level

    def day(self, model: Model, offset: int) -> Chance:
        """Return the chance of one day of the block."""
        return Chance(
            model.demand.by_level(self.demand[offset]),
            tuple(None if fails is None else fails[offset] for fails in self.fails),
        )


def draw_block(model: Model, replications: Array, first_day: int, days: int) -> Block:
    """Return the chance of `days` days from `first_day` on, for (R,) replications."""
    return Block(
        first_day,
        model.demand.draw(replications, first_day, days),
        draw_fails(model, replications, first_day, days),
    )


def run_days(
    model: Model,
    totals: Totals,
    blocks: Iterator[Block],
    recorder: Recorder,
    watch: Callable[[int, Array], None],
    check: Check | None = None,
) -> Totals:
    """Return the totals after the days of `blocks`; `watch(day, record)` sees each of them."""
    for block in blocks:
        for offset in range(block.demand.shape[0]):
            chance = block.day(model, offset)
            state, flows = step(model.network, totals.state, model.policies, chance)
            if check is not None:
                check(model, totals.state, state, flows)
            totals = count(model, totals, state, flows, recorder, watch)
    return totals


def count(
    model: Model,
    totals: Totals,
    state: State,
    flows: Flows,
    recorder: Recorder,
    watch: Callable[[int, Array], None],
) -> Totals:
    """Return the totals with one more day in them."""
    record = recorder.record(flows)
    measured = state.day > model.warmup_days
    watch(state.day, record)
    cycles = tuple(
        cycle if flows.sales[number] is None else _turn(model, number, cycle, flows, measured)
        for number, cycle in enumerate(totals.cycles)
    )
    return Totals(state, totals.sums + record if measured else totals.sums, cycles)


def _turn(model: Model, number: int, cycle: Cycles, flows: Flows, measured: bool) -> Cycles:
    sales = flows.sales[number]
    assert sales is not None
    arrived = model.network.levels[number].lines_of_point.sum(flows.shipments[number].arrived) > 0
    clean = cycle.clean & (sales.demand - sales.filled <= model.network.noise)
    ends = arrived & cycle.begun & measured
    return Cycles(
        clean | arrived,
        cycle.begun | arrived,
        cycle.ended + ends,
        cycle.served + (ends & clean),
    )


def daily_sums(recorder: Recorder, record: Array, levels: int) -> Array:
    """Return each daily quantity summed over each level, `(quantities, levels, R)`."""
    return np.stack(
        [
            np.stack([fold(recorder.of(record, name, level)) for level in range(levels)])
            for name in DAILY
        ]
    )


def no_cycles(model: Model, replications: int) -> tuple[Cycles, ...]:
    """Return the cycles before day 1."""
    shapes = [(len(level.points), replications) for level in model.network.levels]
    return tuple(
        Cycles(np.ones(s, bool), np.zeros(s, bool), np.zeros(s), np.zeros(s)) for s in shapes
    )
