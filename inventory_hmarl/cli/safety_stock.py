"""`inventory-hmarl safety-stock`: the formula's answer beside the simulated one."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

import click

from inventory_hmarl.cli._options import case_argument, horizon_options, json_option
from inventory_hmarl.cli._shell import REPLICATIONS, UserError, print_json

if TYPE_CHECKING:
    from rich.table import Table

    from inventory_hmarl.studies.intervals import Interval
    from inventory_hmarl.studies.safety_stock import SafetyStock

WORDS = {
    "cycle_service_level": "cycle (type 1)",
    "unit_fill_rate": "fill rate (type 2)",
    "alpha_period": "alpha a day",
    "ready_rate": "ready rate",
}


@click.command()
@case_argument
@horizon_options
@click.option(
    "--service", metavar="SHARE", default="0.95", show_default=True, help="Service to be reached."
)
@click.option(
    "--replications",
    metavar="N",
    callback=REPLICATIONS,
    default="100",
    show_default=True,
    help="Futures to simulate; with several, services carry 95 % intervals.",
)
@json_option
def command(
    *,
    case: Path,
    days: int | None,
    seed: int | None,
    service: str,
    replications: int,
    as_json: bool,
) -> None:
    """Print the safety stock of every store and SKU in CASE, for each kind of service.

    Beside each closed form stands what the simulation makes of its level, and the smallest level
    that reaches the service when simulated.
    """
    from inventory_hmarl.case import load_case
    from inventory_hmarl.studies.safety_stock import safety_stock

    try:
        target = float(service)
    except ValueError:
        target = -1.0
    if not 0 < target < 1:
        raise UserError(f"--service {service:.80}: must be a share between 0 and 1, such as 0.95.")
    changes = {"days": days, "seed": seed}
    loaded = load_case(case).changed(**{n: v for n, v in changes.items() if v is not None})
    rows = safety_stock(loaded, target, replications=replications)
    if as_json:
        print_json({"service": target, "rows": [dataclasses.asdict(row) for row in rows]})
        return
    from inventory_hmarl.reports.tables import console

    screen = console()
    screen.print(_table(rows, target))
    screen.print("The formulas: one store, a source that is never short, customers who wait.")


def _table(rows: list[SafetyStock], target: float) -> Table:
    from rich import box
    from rich.table import Table

    from inventory_hmarl.reports.tables import printable

    title = f"Safety stocks for a service of {target:.1%}, units"
    table = Table(box=box.SIMPLE_HEAD, title=title, title_justify="left")
    for head in ("Store", "SKU", "Service"):
        table.add_column(head)
    for head in ("Formula", "level", "gives", "Simulated", "level", "gives"):
        table.add_column(head, justify="right")
    before = ("", "")
    for row in rows:
        names = (row.location, row.sku)
        table.add_row(
            *(("", "") if names == before else map(printable, names)),
            WORDS[row.kind],
            f"{row.formula_stock:,.1f}",
            f"{row.formula_level:,.6g}",
            _share(row.formula_service),
            *(
                ("-", "-", "-")
                if row.level is None or row.stock is None or row.service is None
                else (f"{row.stock:,.1f}", f"{row.level:,.6g}", _share(row.service))
            ),
        )
        before = names
    return table


def _share(value: Interval) -> str:
    if value.mean is None:
        return "-"
    width = "" if value.half_width is None else f" ± {100 * value.half_width:.1f}"
    return f"{100 * value.mean:.1f}{width} %"
