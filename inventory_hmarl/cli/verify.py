"""`inventory-hmarl verify`: hold the simulator against answers that are known."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from inventory_hmarl.cli._options import workers_option
from inventory_hmarl.cli._progress import Bar
from inventory_hmarl.cli._shell import LARGEST_COUNT, UserError, Whole, print_json

if TYPE_CHECKING:
    from rich.table import Table

    from inventory_hmarl.verification import EngineRow, Row

COUNT = Whole(0, LARGEST_COUNT)
COLOURS = {"pass": "green", "off": "red", "blunt": "yellow"}


@click.command()
@click.argument("cases", nargs=-1)
@click.option("--long", is_flag=True, help="Two million days a case and more: minutes, sharper.")
@click.option(
    "--engine",
    metavar="NAME",
    default="numpy",
    show_default=True,
    help="Whose days are held against the answers: numpy's, or jax's.",
)
@click.option(
    "--engines",
    metavar="N",
    callback=COUNT,
    help="Instead: run the package's cases and N random ones on both engines; some seconds a case.",
)
@workers_option("With --engines: processes that share the cases; default: 1.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document instead.")
@click.option(
    "--markdown",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Also write the table between the markers of this file.",
)
def command(
    *,
    cases: tuple[str, ...],
    long: bool,
    engine: str,
    engines: int | None,
    workers: int | None,
    as_json: bool,
    markdown: Path | None,
) -> int:
    """Run CASES with known answers, by default all of them (P01, P02, ...).

    Prints what must come out, what came out, its standard error and a verdict: pass; off (more
    than 4 standard errors, or the case's own tolerance, away); or blunt (too few days to tell).
    The exit status is 1 unless every verdict is pass, and with --engines unless all agree.
    """
    from inventory_hmarl.engines import check_choice
    from inventory_hmarl.verification.report import as_document
    from inventory_hmarl.verification.report import markdown as table

    if engines is not None:
        if cases or long:
            raise UserError("--engines runs cases of its own: leave out CASES and --long")
        return _engines(engines, workers or 1, as_json=as_json, markdown=markdown)
    check_choice(engine)
    rows = _answers(cases, long=long, engine=engine, quiet=as_json)
    if markdown is not None:
        _write(table(rows), markdown)
    if as_json:
        print_json(as_document(rows))
    else:
        _print(rows)
    return 0 if all(row.passed for row in rows) else 1


def _answers(cases: tuple[str, ...], *, long: bool, engine: str, quiet: bool) -> list[Row]:
    from inventory_hmarl.verification import run_verification, select
    from inventory_hmarl.verification.statistics import NAME, statistics_rows

    others = [name for name in cases if name.upper() != NAME]
    try:
        chosen = [case.name for case in select(others if cases else None)]
    except ValueError as error:
        raise UserError(str(error)) from error
    with Bar("Verifying", quiet=quiet) as progress:
        rows = run_verification(chosen, long=long, engine=engine, progress=progress)
    if len(others) < len(cases) or not cases:
        rows += statistics_rows(long=long, engine=engine)
    return rows


def _engines(count: int, workers: int, *, as_json: bool, markdown: Path | None) -> int:
    from inventory_hmarl.engines import EngineError
    from inventory_hmarl.verification import run_engine_cases
    from inventory_hmarl.verification.report import (
        BEGIN_ENGINES,
        engines_document,
        engines_markdown,
    )

    _need_hypothesis()
    with Bar("Comparing engines", quiet=as_json) as progress:
        try:
            rows = run_engine_cases(count, workers=workers, progress=progress)
        except EngineError as error:
            raise UserError(str(error)) from error
    if markdown is not None:
        _write(engines_markdown(rows), markdown, BEGIN_ENGINES)
    if as_json:
        print_json(engines_document(rows))
    else:
        _print_engines(rows)
    return 1 if any(row.differing for row in rows) else 0


def _need_hypothesis() -> None:
    import importlib.util

    if importlib.util.find_spec("hypothesis") is None:
        raise UserError("--engines draws cases with Hypothesis: pip install hypothesis")


def _write(table: str, path: Path, marker: str | None = None) -> None:
    from inventory_hmarl.verification.report import BEGIN, write_markdown

    try:
        write_markdown(table, path, marker or BEGIN)
    except ValueError as error:
        raise UserError(str(error)) from error


def _print_engines(rows: list[EngineRow]) -> None:
    for row in rows:
        click.echo(
            f"{row.what}: {row.cases:,}, {row.numbers:,} numbers compared, "
            f"{len(row.differing):,} cases differ"
        )
        for line in row.differing:
            click.echo(f"  {line}")


def _print(rows: list[Row]) -> None:
    from inventory_hmarl.reports.tables import console

    screen = console()
    screen.print(_table(rows))
    screen.print(f"{sum(row.passed for row in rows)} of {len(rows)} figures pass.")


def _table(rows: list[Row]) -> Table:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    from inventory_hmarl.verification.report import deviation, error, number

    table = Table(box=box.SIMPLE_HEAD)
    table.add_column("case", no_wrap=True)
    table.add_column("figure")
    for heading in ("expected", "measured", "SE", "z", "days"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("verdict", no_wrap=True)
    previous = ""
    for row in rows:
        table.add_row(
            "" if row.case == previous else row.case,
            row.figure,
            number(row.expected),
            number(row.measured),
            error(row.standard_error),
            deviation(row),
            f"{row.replications * row.days:,}",
            Text(row.verdict, style=COLOURS[row.verdict]),
        )
        previous = row.case
    return table
