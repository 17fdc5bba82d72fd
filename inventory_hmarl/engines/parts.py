"""A large chain, run as groups of SKUs that share nothing, and put together again."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Sequence
from threading import Lock

from inventory_hmarl.core.arrays import Array
from inventory_hmarl.core.model import Model, ModelPart
from inventory_hmarl.core.record import LINES, Recorder
from inventory_hmarl.engines import Request
from inventory_hmarl.engines.outcome import Outcome, blank
from inventory_hmarl.engines.workers import Report, spread

Run = Callable[[Model, Request], Outcome]


def run_parts(
    model: Model, parts: Sequence[Callable[[], ModelPart]], run: Run, request: Request
) -> Outcome:
    """Return the outcome of a model from those of its parts."""
    whole, lock = blank(model, request.keep, request.replications.size), Lock()
    chain_days = model.days * request.replications.size

    def run_part(number: int, report: Report) -> None:
        part = parts[number]()
        found = run(part.model, dataclasses.replace(request, workers=1, progress=None))
        with lock:
            place(whole, part, found)
        done = (number + 1) * chain_days // len(parts) - number * chain_days // len(parts)
        report(done)

    tasks = [functools.partial(run_part, number) for number in range(len(parts))]
    spread(tasks, request.workers, request.progress, chain_days)
    return whole


def place(whole: Outcome, part: ModelPart, found: Outcome) -> None:
    """Write what was found of a part into the outcome of the whole."""
    _place_rows(whole.recorder, whole.sums, part, found.recorder, found.sums)
    for mine, theirs in (
        (whole.cycles_ended, found.cycles_ended),
        (whole.cycles_served, found.cycles_served),
    ):
        for level, rows in enumerate(theirs):
            mine[level][part.points[level]] = rows
    if whole.daily is not None and found.daily is not None:
        whole.daily[:] += found.daily
    if whole.kept is not None and whole.records is not None:
        assert found.kept is not None
        assert found.records is not None
        _place_rows(whole.kept, whole.records, part, found.kept, found.records)


def _place_rows(into: Recorder, array: Array, part: ModelPart, of: Recorder, values: Array) -> None:
    """Write the rows `(..., rows, R)` of a part's record into those of the whole's."""
    for key, rows in of.rows.items():
        name, level = key
        places = (part.lines if name in LINES else part.points)[level]
        array[..., into.rows[key].start + places, :] = values[..., rows, :]
