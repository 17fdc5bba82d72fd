"""`inventory-hmarl formula`: a case's levels by a closed form or an exact algorithm."""

from __future__ import annotations

from pathlib import Path

import click

from inventory_hmarl.cli._options import case_argument, json_option
from inventory_hmarl.cli._shell import UserError, print_json


@click.command()
@case_argument
@click.argument("name")
@click.option(
    "--service",
    metavar="SHARE",
    default="0.95",
    show_default=True,
    help="Service to be reached, of the formulas that have one.",
)
@click.option(
    "--location",
    "locations",
    metavar="ID",
    multiple=True,
    help="A store or warehouse to set; may be repeated. Default: every store.",
)
@json_option
@click.option(
    "--out", type=click.Path(path_type=Path), help="Write the case with its levels as this file."
)
@click.option("--force", is_flag=True, help="With --out: replace what is there.")
def command(
    *,
    case: Path,
    name: str,
    service: str,
    locations: tuple[str, ...],
    as_json: bool,
    out: Path | None,
    force: bool,
) -> None:
    """Set the levels in CASE by the formula NAME, all of them or none.

    The names: newsvendor (base-stock levels that balance holding and penalty), cycle_service
    (reorder points or levels for a type 1 service), fill_rate (reorder points or levels for a type
    2 service, the fill rate), ready_rate (reorder points or levels for a share of days without a
    shortage), eoq (economic order quantities above the reorder points), best_s_S (the (s, S) of
    least cost, by Zheng & Federgruen), clark_scarf (echelon levels of stages in series),
    guaranteed_service (base-stock levels of a tree, by Graves & Willems).

    What a formula cannot handle is named.
    """
    from inventory_hmarl.case import dump_toml, load_case
    from inventory_hmarl.reports.files import write_file
    from inventory_hmarl.reports.tuned import levels_document, levels_table
    from inventory_hmarl.studies.formulas import by_formula

    if out is not None and out.suffix != ".toml":
        raise UserError(f"--out {out}: the case is written as a .toml file, such as tuned.toml.")
    computed = by_formula(load_case(case), name, service=_share(service), locations=locations)
    if out is not None:
        write_file(out, dump_toml(computed.case, inline=True), force=force)
    if as_json:
        print_json({"formula": name, "levels": levels_document(computed.levels)})
        return
    from inventory_hmarl.reports.tables import console

    console().print(levels_table(computed.levels))
    if out is not None:
        click.echo(f"{out} is written; run it with `inventory-hmarl run {out}`.")


def _share(word: str) -> float:
    try:
        return float(word)
    except ValueError:
        raise UserError(f"--service {word:.80}: must be a share such as 0.95.") from None
