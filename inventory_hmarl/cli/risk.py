"""`inventory-hmarl risk`: what an outage of each source and lane does."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

import click

from inventory_hmarl.cli._options import case_argument, horizon_options, json_option
from inventory_hmarl.cli._shell import DAYS, REPLICATIONS, print_json

if TYPE_CHECKING:
    from rich.table import Table

    from inventory_hmarl.studies.intervals import Interval
    from inventory_hmarl.studies.risk import Outage, Risks


@click.command()
@case_argument
@horizon_options
@click.option(
    "--outage-days",
    metavar="N",
    callback=DAYS,
    default="14",
    show_default=True,
    help="Days on which nobody can order there.",
)
@click.option(
    "--replications",
    metavar="N",
    callback=REPLICATIONS,
    default="50",
    show_default=True,
    help="Futures to simulate; the outage begins at another day in each.",
)
@json_option
def command(
    *,
    case: Path,
    days: int | None,
    seed: int | None,
    outage_days: int,
    replications: int,
    as_json: bool,
) -> None:
    """Rank the sources and lanes of CASE by the sales that an outage costs.

    With time to survive (days until service falls, if the outage does not end) and time to recover
    (days after its end until a week is as good as without it), on the same customers, with 95 %
    intervals.
    """
    from inventory_hmarl.case import load_case
    from inventory_hmarl.studies.risk import risk

    changes = {"days": days, "seed": seed}
    loaded = load_case(case).changed(**{n: v for n, v in changes.items() if v is not None})
    found = risk(loaded, outage_days=outage_days, replications=replications)
    if as_json:
        print_json({"outage_days": outage_days, **dataclasses.asdict(found)})
        return
    from inventory_hmarl.reports.tables import console, printable

    screen = console()
    screen.print(_table(found, outage_days))
    if found.left_out:
        names = printable(", ".join(_name(each) for each in found.left_out))
        screen.print(f"Left out, as somebody there has another source too: {names}.")
    screen.print(
        "An outage: nobody can order there; what has left, or is owed, still arrives. "
        "> : not reached within the days in some replications."
    )


def _table(found: Risks, outage_days: int) -> Table:
    from rich import box
    from rich.table import Table

    from inventory_hmarl.reports.tables import printable

    title = f"Outages of {outage_days} days, worst first"
    table = Table(box=box.SIMPLE_HEAD, title=title, title_justify="left")
    table.add_column("Source or lane")
    for head in ("Units lost", "Value lost", "Exposure", "Days to survive", "Days to recover"):
        table.add_column(head, justify="right")
    for row in found.rows:
        table.add_row(
            printable(_name(row.outage)),
            _text(row.units_lost),
            _text(row.value_lost),
            "-" if row.exposure is None else f"{row.exposure:.2f}",
            _text(row.days_to_survive, bound=row.survived > 0),
            _text(row.days_to_recover, bound=row.unrecovered > 0),
        )
    return table


def _name(outage: Outage) -> str:
    if outage.destination is None:
        return outage.source
    return f"{outage.source} -> {outage.destination}"


def _text(value: Interval, *, bound: bool = False) -> str:
    if value.mean is None:
        return "-"
    width = "" if value.half_width is None else f" ± {value.half_width:,.1f}"
    return f"{'> ' if bound else ''}{value.mean:,.1f}{width}"
