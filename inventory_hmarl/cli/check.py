"""`inventory-hmarl check`: say all that is wrong with a case, or that nothing is."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from inventory_hmarl.cli._options import case_argument

if TYPE_CHECKING:
    from inventory_hmarl.case import Case


@click.command()
@case_argument
def command(*, case: Path) -> None:
    """Check CASE: print every fault with its place, value and rule, or a summary."""
    from inventory_hmarl.case import load_case
    from inventory_hmarl.case.compiling import compile_case
    from inventory_hmarl.reports.advice import warnings

    loaded = load_case(case)
    lines = warnings(compile_case(loaded))
    click.echo(f"{case}: {summary(loaded)}")
    for line in lines:
        click.echo(f"warning: {line}", err=True)


def summary(case: Case) -> str:
    """Return the size of a case in words.

    >>> from inventory_hmarl.case import default_case
    >>> summary(default_case()).split(";")[0]
    'correct'
    """
    sizes = (
        ("store", case.stores),
        ("warehouse", case.warehouses),
        ("supplier", case.suppliers),
        ("SKU", case.skus),
        ("lane", case.lanes),
    )
    counted = (f"{len(items):,} {name}{'' if len(items) == 1 else 's'}" for name, items in sizes)
    return f"correct; {', '.join(counted)}; {case.days:,} days, {case.warmup_days:,} of warm-up."
