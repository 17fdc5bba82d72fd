"""`inventory-hmarl run`: simulate a case and show its figures."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any  # choices are of any type

import click

from inventory_hmarl.cli._options import (
    Precision,
    case_argument,
    engine_options,
    horizon_options,
    json_option,
    replications_option,
    scenario_option,
)
from inventory_hmarl.cli._shell import INTERRUPTED, UserError, print_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from inventory_hmarl.case import Case
    from inventory_hmarl.reports.figures import Figures
    from inventory_hmarl.reports.manifest import Request
    from inventory_hmarl.simulation import Run


@dataclass(frozen=True)
class Output:
    """How the figures are wanted."""

    as_json: bool
    quiet: bool
    out: Path | None
    force: bool
    why: bool = False


@click.command()
@case_argument
@scenario_option
@horizon_options
@replications_option
@engine_options
@json_option
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Write CSV files and a manifest into this folder, or all tables into this .xlsx.",
)
@click.option("--events", is_flag=True, help="With --out: write every event of every day as well.")
@click.option("--force", is_flag=True, help="With --out: replace the results of another case.")
@click.option("--checked", is_flag=True, help="Assert the laws of stock on every day.")
@click.option(
    "--figure",
    "figures",
    multiple=True,
    metavar="NAME",
    help="With --precision 1%: a figure that must reach it, such as total_cost. Default: all.",
)
@click.option("--why", is_flag=True, help="Say where most units were missing, and why.")
@click.option("--quiet", is_flag=True, help="Print the key figures alone.")
def command(  # noqa: PLR0913 - one name for each option of the command line
    *,
    case: Path,
    scenarios: tuple[str, ...],
    days: int | None,
    seed: int | None,
    replications: int | None,
    as_json: bool,
    out: Path | None,
    events: bool,
    force: bool,
    checked: bool,
    figures: tuple[str, ...],
    why: bool,
    quiet: bool,
    engine: str,
    precision: Precision,
    workers: int | None,
) -> int:
    """Simulate CASE and print what a planner asks: service, stock and cost.

    Ctrl-C in a long run shows the replications that are finished.
    """
    from inventory_hmarl.case import load_case
    from inventory_hmarl.reports.manifest import Request

    if events and out is None:
        raise UserError("--events writes a file: say where with --out DIR.")
    _check_share(precision.relative, figures, whole=events or checked)
    if events and out is not None and out.suffix == ".xlsx":
        raise UserError("--events are more than a sheet can hold: write a folder, --out DIR.")
    request = Request(
        load_case(case),
        scenarios,
        days,
        seed,
        _replications(replications, precision.relative),
        checked=checked,
        events=events,
        engine=engine,
        precision=precision.engine,
        relative=precision.relative,
        figures=figures,
    )
    return run_request(request, Output(as_json, quiet, out, force, why), workers)


def _replications(given: int | None, relative: float | None) -> int:
    """Return how many replications to run; with a share, the most."""
    if given is not None or relative is None:
        return given or 1
    from inventory_hmarl.studies.precision import MOST

    return MOST


def _check_share(relative: float | None, figures: tuple[str, ...], *, whole: bool) -> None:
    """Refuse what does not go with a share as precision, or without one."""
    if relative is None and figures:
        raise UserError("--figure names what must be precise: say how much with --precision 1%.")
    if relative is not None and whole:
        raise UserError(
            f"--precision {relative:.4g}: with --events or --checked, give --replications instead."
        )


def run_request(request: Request, output: Output, workers: int | None = None) -> int:
    """Run what is asked for, on some threads, write it and print it; return the exit status."""
    from inventory_hmarl.engines import check_choice
    from inventory_hmarl.reports.figures import summarise
    from inventory_hmarl.reports.folder import claim, write_results

    check_choice(request.engine, request.precision)
    changed = changed_case(request)
    if request.relative is None:
        _check_memory(changed, request, workers)
    if output.out is not None:
        claim(output.out, request, force=output.force)
    run, stopped = _simulated(changed, request, workers, quiet=output.quiet or output.as_json)
    request = dataclasses.replace(request, replications=len(run.replications))
    figures = summarise(run)
    if not output.quiet:
        _warn(run, request)
    if output.out is not None:
        write_results(output.out, run, figures, request, force=output.force)
    _print(run, figures, request, output)
    if output.why:
        _explain(run, request, output)
    return INTERRUPTED if stopped else 0


def changed_case(request: Request) -> Case:
    """Return the case with the scenarios, days and seed of a request."""
    from inventory_hmarl.scenarios import apply_scenario

    case = request.case
    if request.days is not None and request.days <= case.warmup_days:
        raise UserError(
            f"--days {request.days}: must exceed the {case.warmup_days} warm-up days of the case, "
            "which no figure counts."
        )
    changes = {"days": request.days, "seed": request.seed}
    case = apply_scenario(case, request.scenarios)
    return case.changed(**{name: value for name, value in changes.items() if value is not None})


SURELY_FITS = 2_000_000  # days x replications
LONG = 100_000_000  # days x replications x (locations x SKUs): some seconds


def _check_memory(case: Case, request: Request, workers: int | None) -> None:
    """Refuse what this machine has no memory for, before the time is spent."""
    from inventory_hmarl.engines.memory import bytes_there

    there = bytes_there()
    few = not request.events and case.days * request.replications <= SURELY_FITS
    if there is None or few:
        return
    needed = _needed(case, request, workers)
    if needed > there:
        raise UserError(
            f"the results would take about {needed / 2**30:,.0f} GiB, and this machine has "
            f"{there / 2**30:,.0f}: ask for fewer --replications or --days, or for no --events."
        )


def _needed(case: Case, request: Request, workers: int | None) -> float:
    """Return the bytes that a request takes."""
    from inventory_hmarl.case.compiling import compile_case
    from inventory_hmarl.engines import workers_of
    from inventory_hmarl.engines.memory import memory
    from inventory_hmarl.engines.outcome import Keep

    keep, threads = Keep(records=request.events), workers_of(workers, request.engine)
    told = memory(compile_case(case), keep, request.replications, request.engine)
    grows = request.relative is not None or _is_long(case, request)
    copies = 2 if grows else 1  # what is grown is copied
    return told.peak(threads) + copies * told.results  # figures take as much again


def _most_that_fit(case: Case, request: Request, workers: int | None) -> int:
    """Return how many replications may be grown to on this machine, as asked for or fewer."""
    from inventory_hmarl.engines.memory import bytes_there

    there, most = bytes_there(), request.replications
    while there is not None and most > 2 and case.days * most > SURELY_FITS:
        if _needed(case, dataclasses.replace(request, replications=most), workers) <= there:
            break
        most //= 2
    return most


def _simulated(
    case: Case, request: Request, workers: int | None, *, quiet: bool
) -> tuple[Run, bool]:
    """Return the run, and whether it was cut short."""
    from inventory_hmarl.cli._progress import Bar
    from inventory_hmarl.engines.outcome import Keep
    from inventory_hmarl.simulation import simulate
    from inventory_hmarl.studies.precision import runs_in_parts

    method: dict[str, Any] = {
        "engine": request.engine,
        "precision": request.precision,
        "workers": workers,
        "keep": Keep(records=request.events),
        "checked": request.checked,
    }
    with Bar("Simulating", quiet=quiet) as bar:
        if request.relative is not None:
            return _last(_growing(case, request, progress=bar, **method))
        if _is_long(case, request):
            return _last(runs_in_parts(case, request.replications, progress=bar, **method))
        return simulate(case, replications=request.replications, progress=bar, **method), False


def _is_long(case: Case, request: Request) -> bool:
    """Whether a run takes some seconds, so that Ctrl-C shall leave what is finished of it."""
    points = sum(len(case.carried(place)) for place in (*case.stores, *case.warehouses))
    return not request.events and case.days * request.replications * points > LONG


def _growing(case: Case, request: Request, **choices: Any) -> Iterator[Run]:
    """Return runs of more and more replications, until the figures are precise."""
    from inventory_hmarl.studies.precision import Target, growing_runs

    assert request.relative is not None
    target = Target(request.relative, figures=request.figures or None)
    return growing_runs(case, target, _most_that_fit(case, request, choices["workers"]), **choices)


def _last(runs: Iterator[Run]) -> tuple[Run, bool]:
    """Return the last of some growing runs; after Ctrl-C, of those that came, and that it was."""
    run = None
    try:
        for found in runs:
            run = found
    except KeyboardInterrupt:
        if run is None:
            raise
        click.echo(f"interrupted: {len(run.replications):,} replications are finished", err=True)
        return run, True
    assert run is not None
    return run, False


def _warn(run: Run, request: Request) -> None:
    from inventory_hmarl.reports.advice import idle_scenarios, warnings, without_chance
    from inventory_hmarl.reports.precision import warmup_notes

    lines = [*warnings(run.model), *idle_scenarios(request.case, request.scenarios)]
    if request.replications > 1 and without_chance(run.model):
        lines.append("nothing in this case is left to chance: all replications are one.")
    lines += warmup_notes(run)
    if request.relative is not None:
        from inventory_hmarl.reports.precision import notes
        from inventory_hmarl.studies.precision import Target

        lines += notes(run, Target(request.relative, figures=request.figures or None))
    for line in lines:
        click.echo(f"warning: {line}", err=True)


def _print(run: Run, figures: Figures, request: Request, output: Output) -> None:
    from inventory_hmarl.reports.manifest import about

    if output.as_json:
        from inventory_hmarl.reports.document import document

        print_json(document(figures, about(request)))
        return
    from inventory_hmarl.reports.tables import console, key_figures, report

    if output.quiet:
        click.echo(key_figures(figures))
        return
    screen = console()
    for part in report(figures, _title(run, request), screen.width):
        screen.print(part)
    if output.out is not None:
        click.echo(f"Results are in {output.out}")


def _explain(run: Run, request: Request, output: Output) -> None:
    """Say where most units were missing, and the reason of most of them."""
    from inventory_hmarl.reports.reasons import missing, worst

    found = worst(run.model, missing(run.case, run, engine=request.engine))
    lines = [
        f"{each.units:,.1f} units missing of {each.sku} at {each.location}, "
        f"{each.part:.0%} of them: {each.reason}"
        for each in found
    ] or ["Nothing was missing."]
    for line in lines:
        click.echo(line, err=output.as_json)  # the one JSON document stays alone


def _title(run: Run, request: Request) -> str:
    case = run.case
    scenario = f", scenario {' + '.join(request.scenarios)}" if request.scenarios else ""
    measured = f"days {case.warmup_days + 1:,} to {case.days:,}"
    return f"{case.title or 'Case'}: {measured}, seed {case.seed}{scenario}"
