"""`inventory-hmarl new`: write a case to start from."""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any  # options of all types pass through

import click

from inventory_hmarl.calibration.assumptions import Assumptions
from inventory_hmarl.cli._shell import UserError

if TYPE_CHECKING:
    from inventory_hmarl.calibration import ReadOptions

CASE_FILE = "case.toml"
COLUMNS = ("date", "store", "sku", "units")
"""The columns that a history must have."""


def assumption_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add an option for each field of `Assumptions`."""
    hints = typing.get_type_hints(Assumptions)
    for field in reversed(dataclasses.fields(Assumptions)):
        kind = hints[field.name]
        choices = typing.get_args(kind) if typing.get_origin(kind) is typing.Literal else ()
        plain = next((each for each in typing.get_args(kind) if each is not type(None)), kind)
        option = click.option(
            f"--{field.name.replace('_', '-')}",
            type=click.Choice(choices) if choices else plain,
            help=f"Assumption; default: {_default(field.default)}.",
        )
        function = option(function)
    return function


def _default(value: object) -> str:
    return "by the length of the history" if value is None else str(value)


@click.command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Replace a file that exists.")
@click.option("--history", type=click.Path(path_type=Path), help="Sales: a row per day and series.")
@click.option("--date", metavar="C", help="Column of the history's dates.")
@click.option("--store", metavar="C", help="Column of the stores.")
@click.option("--sku", metavar="C", help="Column of the SKUs.")
@click.option("--units", metavar="C", help="Column of the units sold.")
@click.option("--calendar", type=click.Path(path_type=Path), help="File of the dates.")
@click.option("--calendar-key", metavar="C", help="Column that history and calendar share.")
@click.option("--prices", type=click.Path(path_type=Path), help="File of the prices.")
@click.option("--date-format", metavar="F", help="Such as %d.%m.%Y; default: 2013-01-31.")
@click.option("--negative", type=click.Choice(["error", "zero"]), help="Units below 0.")
@click.option("--missing", type=click.Choice(["error", "zero"]), help="Units that are missing.")
@click.option("--duplicates", type=click.Choice(["error", "sum"]), help="Rows for one day.")
@click.option(
    "--unknown-prices", type=click.Choice(["error", "ignore"]), help="Prices without sales."
)
@assumption_options
def command(*, file: Path | None, force: bool, history: Path | None, **options: Any) -> None:
    """Write a starter case to FILE (default: case.toml, commented; plan.xlsx: a workbook).

    With --history, write a case from real sales into the folder FILE (default: here): levels from
    the first year, and the rest of the history as demand.
    """
    given = {name: value for name, value in options.items() if value is not None}
    if history is None:
        if given:
            name = next(iter(given)).replace("_", "-")
            raise UserError(f"--{name} belongs to an import: say which file with --history.")
        _starter(file or Path(CASE_FILE), force=force)
    else:
        _imported(history, file or Path(), given, force=force)


def _starter(path: Path, *, force: bool) -> None:
    from inventory_hmarl.case import default_case, starter_case
    from inventory_hmarl.reports.files import write_file

    if path.suffix == ".xlsx":
        from inventory_hmarl.reports.workbook import write_case

        write_case(default_case(), path, force=force)
    elif path.suffix == ".toml":
        write_file(path, starter_case(), force=force)
    else:
        raise UserError(
            f"{path}: a starter case is TOML or an Excel workbook, so its name must end in .toml "
            "or .xlsx."
        )
    click.echo(f"{path} is written; run it with `inventory-hmarl run {path}`.")


def _imported(history: Path, folder: Path, given: dict[str, Any], *, force: bool) -> None:
    from inventory_hmarl.calibration import (
        ReadOptions,
        history_report,
        plan_case,
        read_history,
        write_case,
    )

    lacking = [f"--{name}" for name in COLUMNS if name not in given]
    if lacking:
        raise UserError(f"{' and '.join(lacking)} must name a column of {history}.")
    if ("calendar" in given) != ("calendar_key" in given):
        raise UserError("--calendar and --calendar-key go together.")
    folder = folder.parent if folder.name == CASE_FILE else folder
    if folder.suffix == ".toml":
        raise UserError(f"{folder}: an import fills a folder with {CASE_FILE} and its demand.")
    if (folder / CASE_FILE).exists() and not force:
        raise UserError(f"{folder / CASE_FILE} exists already; --force replaces it.")
    assumptions = _made(Assumptions, given)
    options = ReadOptions(**_picked(ReadOptions, given))
    ours = {f.name for kind in (Assumptions, ReadOptions) for f in dataclasses.fields(kind)}
    sources = {name: value for name, value in given.items() if name not in ours}
    read = read_history(history, options=options, **sources)
    click.echo("\n".join(history_report(read).lines()))
    plan = plan_case(read, assumptions)
    path = write_case(plan, folder, force=force)
    for note in plan.notes:
        click.echo(f"note: {note}")
    click.echo(f"{path} is written; run it with `inventory-hmarl run {path}`.")


def _picked(kind: type[Assumptions | ReadOptions], given: dict[str, Any]) -> dict[str, Any]:
    names = [field.name for field in dataclasses.fields(kind)]
    return {name: given[name] for name in names if name in given}


def _made(kind: type[Assumptions], given: dict[str, Any]) -> Assumptions:
    try:
        return kind(**_picked(kind, given))
    except ValueError as error:
        raise UserError(f"--{str(error).replace('_', '-', 2)}") from error
