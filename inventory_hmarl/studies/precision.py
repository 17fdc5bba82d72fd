"""As many replications as a wanted precision takes."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any  # settings are of any type

import numpy as np

from inventory_hmarl.case import Case
from inventory_hmarl.engines.outcome import joined
from inventory_hmarl.engines.workers import Progress
from inventory_hmarl.simulation import Run, simulate
from inventory_hmarl.studies.errors import StudyError, unknown_figure
from inventory_hmarl.studies.intervals import LEVEL, Interval, intervals
from inventory_hmarl.studies.samples import samples

FIRST = 30  # replications before the first look: intervals of fewer stop too early
MOST = 100_000
PARTS = 8  # of a long run: what is finished of them is kept
SLOWEST, FASTEST = 1.25, 3.0  # by how much replications grow from look to look

REACHED, NOT_REACHED, ZERO, UNDEFINED = "reached", "not reached", "zero", "undefined"


@dataclass(frozen=True)
class Target:
    """What must be reached."""

    precision: float
    level: float = LEVEL
    figures: Sequence[str] | None = None  # None: all of the network


@dataclass(frozen=True)
class Reached:
    """How precise a figure is, as a share of its mean."""

    figure: str
    interval: Interval
    relative: float | None  # half-width / |mean|; None where one is undefined or the mean is 0
    verdict: str  # "reached", "not reached", "zero" (in each replication), "undefined" (in each)


def replicate_until(  # noqa: PLR0913 - a keyword for each choice of a run
    case: Case | Mapping[str, Any] | str | Path,
    precision: float = 0.01,
    *,
    figures: Sequence[str] | None = None,
    most: int = MOST,
    level: float = LEVEL,
    days: int | None = None,
    seed: int | None = None,
    engine: str = "numpy",
    engine_precision: str = "exact",
    workers: int | None = None,
    progress: Progress | None = None,
) -> Run:
    """Run replications 0, 1, ... until the network's figures are within a share of their means.

    It stops when the half-width of each figure's interval is at most precision / (1 + precision) of
    its mean, so that the relative error against the true mean is at most `precision` with about
    probability `level`; or at `most` replications. `figures` names those that must be, by default
    all. One that is 0 or undefined in every replication has nothing to wait for; `precision_of`
    tells what was reached.

    Replications grow by a quarter to threefold from look to look. Stopping when an interval happens
    to be short makes it hold the truth a little less often than it says; at least 30 replications
    and few looks keep that small. `simulate` with the same number of replications gives the same
    run, without that choice.

    Source: Law, *Simulation Modeling and Analysis*, 5th ed., section 9.4.1 (relative precision).

    >>> from inventory_hmarl.case import default_case
    >>> run = replicate_until(default_case(), 0.05, days=30, figures=["total_cost"])
    >>> 30 < len(run.replications) < 1000
    True
    """
    *_, run = growing_runs(
        case,
        Target(precision, level, figures),
        most,
        days=days,
        seed=seed,
        engine=engine,
        precision=engine_precision,
        workers=workers,
        progress=progress,
    )
    return run


def growing_runs(
    case: Case | Mapping[str, Any] | str | Path,
    target: Target,
    most: int = MOST,
    *,
    progress: Progress | None = None,
    **choices: Any,
) -> Iterator[Run]:
    """Yield runs of more and more replications, until a target is reached: see `replicate_until`.

    The last of those that came is what is left of a study that Ctrl-C ends. `choices` are
    `simulate`'s.
    """
    check_precision(target.precision)
    if type(most) is not int or most < 2:
        raise StudyError(f"most = {most!r:.40}: must be a whole number of replications, at least 2")

    def more(numbers: range) -> Run:
        told = _after(numbers, progress)
        return simulate(case, replications=numbers, progress=told, **choices)

    run = more(range(min(FIRST, most)))
    yield run
    while (count := len(run.replications)) < most:
        found = precision_of(run, target)
        if all(each.verdict != NOT_REACHED for each in found):
            return
        run = _joined(run, more(range(count, min(most, _next(found, count, target)))))
        yield run


def runs_in_parts(
    case: Case,
    replications: int,
    parts: int = PARTS,
    *,
    progress: Progress | None = None,
    **choices: Any,
) -> Iterator[Run]:
    """Yield runs of more and more replications, at last of all of them.

    The last is what `simulate` returns; those before are what Ctrl-C leaves. `choices` are
    `simulate`'s.
    """
    size, run = math.ceil(replications / parts), None
    for start in range(0, replications, size):
        numbers = range(start, min(start + size, replications))
        told = None if progress is None else _of_all(numbers, replications, progress)
        more = simulate(case, replications=numbers, progress=told, **choices)
        run = more if run is None else _joined(run, more)
        yield run


def _of_all(numbers: range, replications: int, progress: Progress) -> Progress:
    """Return what tells progress of a part as that of all replications."""

    def tell(done: int, total: int) -> None:
        whole = total * replications // len(numbers)
        progress(total * numbers.start // len(numbers) + done, whole)

    return tell


def check_precision(precision: float) -> None:
    """Raise `StudyError` for a precision that is no share."""
    if not 0 < precision < 1:
        raise StudyError(
            f"precision = {precision}: must lie between 0 and 1, both excluded; 0.01 is 1 %"
        )


def _next(found: Sequence[Reached], count: int, target: Target) -> int:
    """Return how many replications to look at next: half-widths shrink with their root."""
    growth = SLOWEST
    for each in found:
        if each.verdict == NOT_REACHED:
            wanted = math.inf if each.relative is None else (each.relative / _share(target)) ** 2
            growth = max(growth, 1.02 * wanted)
    return math.ceil(count * min(growth, FASTEST))


def _share(target: Target) -> float:
    return target.precision / (1 + target.precision)


def _joined(run: Run, more: Run) -> Run:
    numbers = np.concatenate([run.replications, more.replications])
    return Run(run.case, run.model, numbers, joined([run.outcome, more.outcome]))


def _after(numbers: range, progress: Progress | None) -> Progress | None:
    """Return what tells progress of a batch as that of all replications so far planned."""
    if progress is None:
        return None

    def tell(done: int, total: int) -> None:
        before = total * numbers.start // len(numbers)
        progress(before + done, before + total)

    return tell


def precision_of(run: Run, target: Target) -> tuple[Reached, ...]:
    """Return what each of the network's figures has reached of a target."""
    sampled = samples(run)
    for name in target.figures or ():
        if name not in sampled:
            raise StudyError(unknown_figure(name, list(sampled)))
    names = list(target.figures or sampled)
    return tuple(_reached(name, sampled[name], target) for name in names)


def _reached(name: str, values: np.ndarray[Any, Any], target: Target) -> Reached:
    found = intervals(values, target.level).at(0)
    if found.mean is None:
        return Reached(name, found, None, UNDEFINED)
    if not np.nan_to_num(values).any():
        return Reached(name, found, None, ZERO)
    if found.half_width is None or found.mean == 0:
        return Reached(name, found, None, NOT_REACHED)
    relative = found.half_width / abs(found.mean)
    return Reached(name, found, relative, REACHED if relative <= _share(target) else NOT_REACHED)
