"""The default engine: a loop over blocks of replications and of days, sized to the cache.

Block sizes are a matter of speed alone: results are the same for any.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from inventory_hmarl.core.arrays import Array
from inventory_hmarl.core.horizon import (
    DAILY,
    Block,
    Check,
    Totals,
    daily_sums,
    draw_block,
    no_cycles,
    run_days,
)
from inventory_hmarl.core.model import Model, initial_state
from inventory_hmarl.core.record import MONEY, Recorder, recorder

STATE_CELLS = 24576  # points x replications side by side: more leaves the cache, fewer call more
WORD_CELLS = 16384  # random words drawn at a time

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Keep:
    """What a run keeps beside the state: memory is the caller's choice."""

    kpis: bool = True  # all counters and the daily series of each level, not the money's alone
    records: bool = False  # every day's record: (days, rows, R)


@dataclass(frozen=True)
class Outcome:
    """What an engine hands back."""

    recorder: Recorder
    sums: Array  # (rows, R) after the warm-up
    daily: Array | None  # (days, quantities, levels, R), all days
    records: Array | None  # (days, rows, R), all days
    cycles_ended: tuple[Array, ...]  # (P, R) a level
    cycles_served: tuple[Array, ...]


def run(
    model: Model,
    replications: Array,
    keep: Keep,
    progress: Progress | None = None,
    check: Check | None = None,
) -> Outcome:
    """Return what happens to (R,) replications over the model's horizon."""
    counted = recorder(model.network) if keep.kpis else recorder(model.network, MONEY)
    size = block_of_replications(model, replications.size)
    parts = []
    for start in range(0, replications.size, size):
        mine = replications[start : start + size]
        done = (start * model.days, replications.size * model.days)
        parts.append(_run_block(model, mine, counted, keep, progress, check, done))
    return _joined(counted, parts)


def block_of_replications(model: Model, replications: int) -> int:
    """Return how many replications run side by side."""
    points = sum(len(level.points) for level in model.network.levels)
    return max(1, min(replications, STATE_CELLS // points))


def _run_block(
    model: Model,
    replications: Array,
    counted: Recorder,
    keep: Keep,
    progress: Progress | None,
    check: Check | None,
    done: tuple[int, int],
) -> Outcome:
    count = replications.size
    levels = len(model.network.levels)
    daily = np.empty((model.days, len(DAILY), levels, count)) if keep.kpis else None
    records = np.empty((model.days, counted.size, count)) if keep.records else None

    def watch(day: int, record: Array) -> None:
        if daily is not None:
            daily[day - 1] = daily_sums(counted, record, levels)
        if records is not None:
            records[day - 1] = record

    totals = Totals(
        initial_state(model, count),
        np.zeros((counted.size, count)),
        no_cycles(model, count) if keep.kpis else (),
    )

    def blocks() -> Iterator[Block]:
        rows = sum(share.rows for share in model.demand.shares)
        length = max(2, WORD_CELLS // max(1, rows * count) // 2 * 2)
        for day in range(0, model.days + 1, length):
            if progress is not None:
                progress(done[0] + day * count, done[1])
            first, last = max(day, 1), min(day + length - 1, model.days)
            yield draw_block(model, replications, first, last - first + 1)

    totals = run_days(model, totals, blocks(), counted, watch, check)
    return Outcome(
        counted,
        totals.sums,
        daily,
        records,
        tuple(cycle.ended for cycle in totals.cycles),
        tuple(cycle.served for cycle in totals.cycles),
    )


def _joined(counted: Recorder, parts: list[Outcome]) -> Outcome:
    """Put the blocks of replications side by side."""
    if len(parts) == 1:
        return parts[0]

    def joined(arrays: list[Array | None]) -> Array | None:
        present = [array for array in arrays if array is not None]
        return np.concatenate(present, axis=-1) if present else None

    sums = joined([part.sums for part in parts])
    assert sums is not None
    return Outcome(
        counted,
        sums,
        joined([part.daily for part in parts]),
        joined([part.records for part in parts]),
        _side_by_side([part.cycles_ended for part in parts]),
        _side_by_side([part.cycles_served for part in parts]),
    )


def _side_by_side(parts: list[tuple[Array, ...]]) -> tuple[Array, ...]:
    return tuple(np.concatenate(level, axis=-1) for level in zip(*parts, strict=True))
