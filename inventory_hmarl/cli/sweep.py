"""`inventory-hmarl sweep`: a case at many points of its parameters."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from inventory_hmarl.cli._options import (
    Precision,
    case_argument,
    horizon_options,
    json_option,
    method_options,
    refuse_share,
    scenario_option,
    workers_option,
)
from inventory_hmarl.cli._shell import (
    INTERRUPTED,
    REPLICATIONS,
    SEED,
    UserError,
    Whole,
    print_json,
)

if TYPE_CHECKING:
    from inventory_hmarl.case import Case
    from inventory_hmarl.studies.designs import Design
    from inventory_hmarl.studies.sweeping import Plan, Sweep

SAMPLE = Whole(1, 10_000_000)


@click.command()
@case_argument
@click.option(
    "--vary",
    multiple=True,
    metavar="PATH=VALUES",
    help="What to vary, and its values: 200,250,300, low:high:steps, or (sampled) low:high. PATH "
    "is as in the case file: stores.store_1.policy.reorder_point, lanes[0].lead_time, "
    "skus.*.holding_cost.",
)
@click.option(
    "--sample", metavar="N", callback=SAMPLE, help="Draw N points, instead of all of a grid."
)
@click.option(
    "--design",
    metavar="NAME",
    help="How points are drawn: latin (hypercube, with --sample the default) or halton.",
)
@click.option(
    "--sample-seed",
    metavar="N",
    callback=SEED,
    default="0",
    show_default=True,
    help="Seed of the sample; the customers' is --seed.",
)
@click.option(
    "--replications",
    metavar="N",
    callback=REPLICATIONS,
    default="100",
    show_default=True,
    help="Futures of every point; with several, figures carry 95 % intervals.",
)
@scenario_option
@horizon_options
@method_options
@workers_option("Processes that share the chunks; default: one a core; 1 is this process.")
@click.option(
    "--on",
    metavar="PLACE",
    default="cores",
    show_default=True,
    help="cores, or ray: the Ray cluster of RAY_ADDRESS, or one of this machine's own.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    help="Keep every finished chunk in this folder; the same command goes on where it ended.",
)
@json_option
@click.option("--quiet", is_flag=True, help="Print no table.")
def command(  # noqa: PLR0913 - one name for each option of the command line
    *,
    case: Path,
    vary: tuple[str, ...],
    sample: int | None,
    design: str | None,
    sample_seed: int,
    replications: int,
    scenarios: tuple[str, ...],
    days: int | None,
    seed: int | None,
    engine: str,
    precision: Precision,
    workers: int | None,
    on: str,
    out: Path | None,
    as_json: bool,
    quiet: bool,
) -> int:
    """Simulate CASE at many points of its parameters, all on the same customers.

    Ctrl-C shows the points that are finished; with --out, the same command goes on.
    """
    from inventory_hmarl.studies.executing import check_place
    from inventory_hmarl.studies.sweeping import plan

    refuse_share(precision)
    check_place(on)
    made = plan(
        _base(case, scenarios, days, seed),
        _varied(vary),
        replications=replications,
        design=_design(design, sample, sample_seed),
        engine=engine,
        precision=precision.engine,
    )
    found = _swept(made, out, on, workers, hidden=quiet or as_json)
    for line in found.damaged:
        click.echo(f"warning: {line}", err=True)
    _print(found, out, as_json=as_json, quiet=quiet)
    return INTERRUPTED if found.interrupted else 0


def _base(case: Path, scenarios: tuple[str, ...], days: int | None, seed: int | None) -> Case:
    from inventory_hmarl.case import load_case
    from inventory_hmarl.cli.run import changed_case
    from inventory_hmarl.reports.manifest import Request

    return changed_case(Request(load_case(case), scenarios, days, seed))


def _varied(words: tuple[str, ...]) -> dict[str, str]:
    """Return the values' words by place; the `=` stands after the place's last quote."""
    found: dict[str, str] = {}
    for word in words:
        head, quote, tail = word.rpartition('"')
        place, equals, values = tail.partition("=")
        place = head + quote + place
        if not (place and equals):
            raise UserError(
                f"--vary {word:.200}: must be PATH=VALUES, such as "
                "stores.store_1.max_inventory=200,250,300."
            )
        if place in found:
            raise UserError(f"--vary {place:.200}: is given twice: give all its values at once.")
        found[place] = values
    return found


def _design(name: str | None, sample: int | None, seed: int) -> Design:
    from inventory_hmarl.studies.designs import Design

    usual = "grid" if sample is None else "latin"
    return Design(name or usual, sample, seed if sample is not None else 0)


def _swept(made: Plan, out: Path | None, on: str, workers: int | None, *, hidden: bool) -> Sweep:
    from inventory_hmarl.cli._progress import Bar
    from inventory_hmarl.studies.sweeping import run_plan

    kept = f"; what is finished is kept in {out}: the same command goes on" if out else ""
    try:
        with Bar("Sweeping", quiet=hidden) as bar:
            found = run_plan(made, out=out, on=on, workers=workers, progress=bar)
    except KeyboardInterrupt:
        click.echo(f"interrupted: no point is finished{kept}", err=True)
        raise
    if found.interrupted:
        points = f"{len(found.results.rows):,} of {len(made.study.points):,} points"
        click.echo(f"interrupted: {points} are finished{kept}", err=True)
    return found


def _print(found: Sweep, out: Path | None, *, as_json: bool, quiet: bool) -> None:
    from inventory_hmarl.reports.sweeps import document, table

    if as_json:
        print_json(document(found))
        return
    if not quiet:
        from inventory_hmarl.reports.tables import console

        screen = console()
        for part in table(found):
            screen.print(part)
    if out is not None and not found.interrupted:
        click.echo(f"Results are in {out}")
