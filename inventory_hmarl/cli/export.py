"""`inventory-hmarl export`: write a case as tables, to edit and to run."""

from __future__ import annotations

from pathlib import Path

import click

from inventory_hmarl.cli._options import case_argument


@click.command()
@case_argument
@click.argument("target", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Replace what is there.")
def command(*, case: Path, target: Path, force: bool) -> None:
    """Write CASE as tables: an Excel workbook (TARGET.xlsx), or a folder of CSV files.

    Recorded demand is written into the tables. Every command takes the result as its CASE.
    """
    from inventory_hmarl.case import load_case
    from inventory_hmarl.reports.workbook import write_case

    write_case(load_case(case), target, force=force)
    click.echo(f"{target} is written; run it with `inventory-hmarl run {target}`.")
