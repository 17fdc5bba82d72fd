"""The default engine: a loop over blocks of replications and of days, sized to the cache.

Block sizes are a matter of speed alone: results are the same for any.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator

import numpy as np

from inventory_hmarl.core.arrays import Array
from inventory_hmarl.core.horizon import (
    Block,
    Check,
    Totals,
    advance,
    daily_sums,
    draw_block,
    no_cycles,
)
from inventory_hmarl.core.model import Model, initial_state
from inventory_hmarl.core.record import Recorder, stack
from inventory_hmarl.engines import Request
from inventory_hmarl.engines.outcome import Outcome, blank
from inventory_hmarl.engines.sizes import NUMPY_CELLS as STATE_CELLS
from inventory_hmarl.engines.sizes import NUMPY_WORDS as WORD_CELLS
from inventory_hmarl.engines.workers import Report, spread

KEPT_BYTES = 2**24  # more than the arrays of a block take
FEW_CELLS = 12288  # that are added faster in one operation, their copying included, than in several


def run(model: Model, request: Request) -> Outcome:
    """Return what happens to some replications over the model's horizon."""
    _keep_freed_memory()
    count = request.replications.size
    whole = blank(model, request.keep, count)
    size = block_of_replications(model, count)
    parts = [
        functools.partial(
            _run_block,
            model,
            request.replications[start : start + size],
            whole.columns(start, start + size),
            request.check,
        )
        for start in range(0, count, size)
    ]
    spread(parts, request.workers, request.progress, count * model.days)
    return whole


def _keep_freed_memory() -> None:
    """Have the C library keep freed memory for the next arrays, up to twice this size.

    By default glibc hands what the day's arrays took back to the system, and asks for it again
    some 20 times a day, page by page. It keeps as much as was ever freed in one piece, twice
    (mallopt(3), "dynamic mmap threshold"). Nothing is written here, so no page is taken.
    """
    np.empty(KEPT_BYTES, np.uint8)


def block_of_replications(model: Model, replications: int) -> int:
    """Return how many replications run side by side."""
    points = sum(len(level.points) for level in model.network.levels)
    return max(1, min(replications, STATE_CELLS // points))


def _run_block(
    model: Model, replications: Array, into: Outcome, check: Check | None, report: Report
) -> None:
    """Run some replications and write what is asked for into their part of the outcome."""
    counted, count = into.recorder, replications.size
    levels = len(model.network.levels)
    counts = np.zeros((counted.size, count))
    totals = Totals(
        initial_state(model, count),
        _rooms(counted, counts),
        no_cycles(model, count) if into.cycles_ended else (),
    )
    for block in blocks(model, replications):
        for offset in range(block.demand.shape[0]):
            chance = block.day(model, offset)
            totals, flows, parts = advance(model, totals, chance, counted, _add, check)
            today = totals.state.day - 1
            if into.daily is not None:
                into.daily[today] = daily_sums(counted, parts, levels)
            if into.kept is not None and into.records is not None:
                into.records[today] = into.kept.record(flows)
        report(block.demand.shape[0] * count)
    into.sums[:] = counts
    for number, cycle in enumerate(totals.cycles):
        into.cycles_ended[number][:] = cycle.ended
        into.cycles_served[number][:] = cycle.served


def blocks(model: Model, replications: Array) -> Iterator[Block]:
    """Yield the chance of all days, some at a time."""
    cells = model.demand.rows * replications.size
    least = max(2, model.days_ahead)  # which are drawn beyond each block
    length = max(least, WORD_CELLS // max(1, cells) // 2 * 2)
    for day in range(0, model.days + 1, length):
        first, last = max(day, 1), min(day + length - 1, model.days)
        yield draw_block(model, replications, first, last - first + 1)


def _rooms(counted: Recorder, counts: Array) -> list[Array]:
    """Return where a day is added: an array a quantity, or where all are small, one of them all."""
    if counts.size <= FEW_CELLS:
        return [counts]
    return [counts[rows] for rows in counted.rows.values()]


def _add(rooms: list[Array], parts: list[Array], measured: bool) -> list[Array]:
    """Add a day to what this engine alone has in hand, in its place: no day ever sees it."""
    if measured:
        if len(rooms) == 1:
            parts = [stack(parts)]
        for room, part in zip(rooms, parts, strict=True):
            np.add(room, part, out=room)
    return rooms
