"""Many days: the table of contents of a run.

A run is a fold of `advance` over the horizon: each day's flows are taken apart into quantities, and
those after the warm-up are added to the totals. Whoever runs the days (an engine) brings the loop,
and keeps of each day what was asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Any, NamedTuple

import numpy as np

from inventory_hmarl.core.arrays import Array, fold, namespace
from inventory_hmarl.core.day import step
from inventory_hmarl.core.model import Model, draw_days
from inventory_hmarl.core.record import Recorder
from inventory_hmarl.core.state import Chance, Flows, State
from inventory_hmarl.core.supply import Supply, by_day, each

DAILY = ("demand", "filled", "stock", "ordered")
Check = Callable[[Model, State, State, Flows], None]
# (sums, the day's quantities, whether the day is measured) -> sums
Add = Callable[[Any, list[Array], bool], Any]


class Totals(NamedTuple):
    """What a run has counted so far."""

    state: State
    sums: Any  # (rows, R) of the days after the warm-up: one array, or one a quantity
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
    supply: Supply
    foreseen: tuple[Array | None, ...] = ()  # (days, P, R) units a level; (): nobody is told

    def day(self, model: Model, offset: int) -> Chance:
        """Return the chance of one day of the block."""
        return Chance(
            model.demand.by_level(self.demand[offset]),
            self.supply.of_day(offset),
            each(self.foreseen, lambda days: days[offset]),
        )

    def chances(self, model: Model) -> list[Chance]:
        """Return the chance of every day of the block, each quantity in one piece of memory.

        Of few replications a day of the block itself would be scattered, which NumPy takes long to
        read.
        """
        demand = np.ascontiguousarray(self.demand)
        rows = [repeat(None) if rows is None else demand[:, rows] for rows in model.demand.levels]
        return list(
            map(Chance, zip(*rows, strict=False), by_day(self.supply), by_day(self.foreseen))
        )


def draw_block(model: Model, replications: Array, first_day: int, days: int) -> Block:
    """Return the chance of `days` days from `first_day` on, for (R,) replications."""
    demand = model.demand.draw(replications, first_day, days + model.days_ahead)
    foreseen = () if model.foresight is None else model.foresight.of(demand, first_day, days)
    supply = draw_days(model, replications, first_day, days)
    return Block(first_day, demand[:days], supply, foreseen)


def advance(
    model: Model,
    totals: Totals,
    chance: Chance,
    recorder: Recorder,
    add: Add,
    check: Check | None = None,
) -> tuple[Totals, Flows, list[Array]]:
    """Return the totals with one more day in them, its flows, and its quantities."""
    state, flows = step(model.network, totals.state, model.policies, chance)
    if check is not None:
        check(model, totals.state, state, flows)
    totals, parts = counted(model, totals, state, flows, recorder, add)
    return totals, flows, parts


def counted(
    model: Model, totals: Totals, state: State, flows: Flows, recorder: Recorder, add: Add
) -> tuple[Totals, list[Array]]:
    """Return the totals with a day in them, which led to `state`, and its quantities."""
    parts = recorder.parts(flows)
    measured = state.day > model.warmup_days
    cycles = tuple(
        cycle if flows.sales[number] is None else _turn(model, number, cycle, flows, measured)
        for number, cycle in enumerate(totals.cycles)
    )
    return Totals(state, add(totals.sums, parts, measured), cycles), parts


def _turn(model: Model, number: int, cycle: Cycles, flows: Flows, measured: bool) -> Cycles:
    sales = flows.sales[number]
    assert sales is not None
    level, arrivals = model.network.levels[number], flows.shipments[number].arrived
    arrived = level.lines_of_point.sum(arrivals) > 0
    served = sales.demand - sales.filled <= model.network.noise
    clean = cycle.clean & served
    ends = arrived & cycle.begun & measured
    renewed = clean | arrived
    if level.mornings is not None:  # a cycle that ended this morning was over before the sales
        early = level.lines_of_point.sum(arrivals * level.mornings) > 0
        clean = namespace(arrivals).where(early, cycle.clean, clean)
        renewed = namespace(arrivals).where(early, served, renewed)
    return Cycles(
        renewed,
        cycle.begun | arrived,
        cycle.ended + ends,
        cycle.served + (ends & clean),
    )


def daily_sums(recorder: Recorder, parts: Sequence[Array], levels: int) -> Array:
    """Return each daily quantity summed over each level, `(quantities, levels, R)`."""
    named = dict(zip(recorder.rows, parts, strict=True))
    library = namespace(parts[0])

    def total(name: str, level: int) -> Array:
        if (name, level) in named:
            return fold(named[name, level])
        if name == "filled" and ("demand", level) in named:  # nobody waits
            met = named["demand", level] - named["lost", level]
            if ("switched", level) in named:
                met = met - named["switched", level]
            return fold(met)
        return library.zeros_like(named["stock", level][0])

    return library.stack(
        [library.stack([total(name, level) for level in range(levels)]) for name in DAILY]
    )


def no_cycles(model: Model, replications: int) -> tuple[Cycles, ...]:
    """Return the cycles before day 1."""
    shapes = [(len(level.points), replications) for level in model.network.levels]
    return tuple(
        Cycles(np.ones(s, bool), np.zeros(s, bool), np.zeros(s), np.zeros(s)) for s in shapes
    )
