"""The default engine: a loop over blocks of replications and of days, sized to the cache.

Block sizes are a matter of speed alone: results are the same for any.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator

import numpy as np

from inventory_hmarl.core.arrays import Array
from inventory_hmarl.core.horizon import (
    DAILY,
    Block,
    Totals,
    advance,
    daily_sums,
    draw_block,
    no_cycles,
)
from inventory_hmarl.core.model import Model, initial_state
from inventory_hmarl.core.record import stack
from inventory_hmarl.engines import Request
from inventory_hmarl.engines.outcome import Outcome, side_by_side
from inventory_hmarl.engines.workers import Report, spread

STATE_CELLS = 24576  # points x replications side by side: more leaves the cache, fewer call more
WORD_CELLS = 16384  # random words drawn at a time


def run(model: Model, request: Request) -> Outcome:
    """Return what happens to some replications over the model's horizon."""
    replications = request.replications
    size = block_of_replications(model, replications.size)
    parts = [
        functools.partial(_run_block, model, request, replications[start : start + size])
        for start in range(0, replications.size, size)
    ]
    whole = replications.size * model.days
    return side_by_side(spread(parts, request.workers, request.progress, whole))


def block_of_replications(model: Model, replications: int) -> int:
    """Return how many replications run side by side."""
    points = sum(len(level.points) for level in model.network.levels)
    return max(1, min(replications, STATE_CELLS // points))


def _run_block(model: Model, request: Request, replications: Array, report: Report) -> Outcome:
    keep, count = request.keep, replications.size
    counted, kept = keep.counted(model.network), keep.kept(model.network)
    levels = len(model.network.levels)
    daily = np.empty((model.days, len(DAILY), levels, count)) if keep.kpis else None
    records = None if kept is None else np.empty((model.days, kept.size, count))
    totals = Totals(
        initial_state(model, count),
        np.zeros((counted.size, count)),
        no_cycles(model, count) if keep.kpis else (),
    )
    for block in _blocks(model, replications):
        for offset in range(block.demand.shape[0]):
            chance = block.day(model, offset)
            totals, flows, parts = advance(model, totals, chance, counted, _add, request.check)
            if daily is not None:
                daily[totals.state.day - 1] = daily_sums(counted, parts, levels)
            if kept is not None and records is not None:
                records[totals.state.day - 1] = kept.record(flows)
        report(block.demand.shape[0] * count)
    return Outcome(
        counted,
        totals.sums,
        daily,
        kept,
        records,
        tuple(cycle.ended for cycle in totals.cycles),
        tuple(cycle.served for cycle in totals.cycles),
    )


def _blocks(model: Model, replications: Array) -> Iterator[Block]:
    cells = model.demand.rows * replications.size
    length = max(2, WORD_CELLS // max(1, cells) // 2 * 2)
    for day in range(0, model.days + 1, length):
        first, last = max(day, 1), min(day + length - 1, model.days)
        yield draw_block(model, replications, first, last - first + 1)


def _add(sums: Array, parts: list[Array], measured: bool) -> Array:
    return sums + stack(parts) if measured else sums
