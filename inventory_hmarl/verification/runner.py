"""Runs verification cases through `simulate`, and judges what comes out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from inventory_hmarl.engines.outcome import Keep
from inventory_hmarl.simulation import Run, simulate
from inventory_hmarl.verification.case_files import Figure, VerificationCase, select
from inventory_hmarl.verification.estimates import Estimate, Sample, estimate, joined
from inventory_hmarl.verification.measures import MEASURES, Observed
from inventory_hmarl.verification.traces import differing_cells

WIDEST = 4.0  # standard errors: a false alarm in 16,000 figures
LARGEST_BATCH = 2**24  # numbers kept at a time: 128 MiB of records

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Row:
    """One figure: what must come out, what came out, and the verdict."""

    case: str
    title: str
    figure: str
    expected: float
    measured: float
    standard_error: float
    z: float | None  # (measured - expected) / standard error; None where that is 0
    allowed: float  # largest |measured - expected|
    verdict: str  # "pass", "off" or "blunt": the standard error is too large to tell
    replications: int
    days: int  # measured days of each replication
    warmup_days: int
    seed: int
    source: str

    @property
    def passed(self) -> bool:
        """Whether the figure is as it must be."""
        return self.verdict == "pass"


def run_verification(
    names: Iterable[str] | None = None,
    *,
    long: bool = False,
    engine: str = "numpy",
    progress: Progress | None = None,
) -> list[Row]:
    """Run verification cases, all of them unless named; return a row a figure.

    `long` runs some two million days a case, and more where a figure needs it; `engine` is that of
    `simulate`. `progress(done, all)` is called as chain-days are finished.

    >>> [row.verdict for row in run_verification(["P13-T5"])]
    ['pass']
    """
    chosen = select(names)
    total, done, rows = sum(_chain_days(case, long=long) for case in chosen), 0, []
    for case in chosen:

        def advance(now: int, before: int = done) -> None:
            if progress is not None:
                progress(before + now, total)

        rows += verify_case(case, long=long, engine=engine, advance=advance)
        done += _chain_days(case, long=long)
    return rows


def verify_case(
    case: VerificationCase,
    *,
    long: bool = False,
    engine: str = "numpy",
    advance: Callable[[int], None] | None = None,
) -> list[Row]:
    """Run one verification case; return a row a figure. `advance(done)` is told chain-days."""
    replications = _replications(case, long=long)
    samples: dict[str, list[Sample]] = {figure.name: [] for figure in case.figures}
    differing = 0
    for run in _batches(case, replications, engine, advance):
        seen = Observed(run)
        for figure in case.figures:
            samples[figure.name].append(MEASURES[figure.measure].compute(seen, figure.at))
        if case.trace is not None:
            differing += differing_cells(run, case.trace)
    rows = [
        _judged(case, figure, estimate(joined(samples[figure.name])), long=long)
        for figure in case.figures
    ]
    if case.trace is not None:
        cells = sum(len(column) for column in case.trace.columns.values())
        exact = Figure(f"cells of {cells} that differ", "", 0.0, tolerance=0.0)
        rows.append(_judged(case, exact, Estimate(differing, 0.0, replications), long=long))
    return rows


def _replications(case: VerificationCase, *, long: bool) -> int:
    return case.long_replications if long else case.replications


def _chain_days(case: VerificationCase, *, long: bool) -> int:
    return _replications(case, long=long) * case.case.days


def _batches(
    case: VerificationCase,
    replications: int,
    engine: str,
    advance: Callable[[int], None] | None,
) -> Iterator[Run]:
    """Yield runs of some replications each, so that what is kept fits in memory."""
    records = case.trace is not None or any(
        MEASURES[figure.measure].needs_records for figure in case.figures
    )
    points = len(case.case.stores) + len(case.case.warehouses)
    size = max(2, LARGEST_BATCH // (case.case.days * (24 if records else 8) * points))
    for first in range(0, replications, size):
        if advance is not None:
            advance(first * case.case.days)
        yield simulate(
            case.case,
            replications=range(first, min(first + size, replications)),
            keep=Keep(records=records),
            engine=engine,
        )


def _judged(case: VerificationCase, figure: Figure, found: Estimate, *, long: bool) -> Row:
    difference, error = found.value - figure.expected, found.standard_error
    if figure.tolerance is None:
        allowed = WIDEST * error
        share = figure.long_sharpness if long else figure.sharpness
        sharp = error <= share * abs(figure.expected)
    else:
        allowed = figure.tolerance
        sharp = WIDEST * error <= figure.tolerance
    close = abs(difference) <= allowed
    warmup = case.case.warmup_days
    return Row(
        case.name,
        case.title,
        figure.name,
        figure.expected,
        found.value,
        error,
        difference / error if error else None,
        allowed,
        ("pass" if sharp else "blunt") if close else "off",
        found.replications,
        case.case.days - warmup,
        warmup,
        case.case.seed,
        case.source,
    )
