"""`inventory-hmarl risk`: what an outage of each location and lane does."""

from __future__ import annotations

from pathlib import Path
from typing import Any  # choices are of any type

import click

from inventory_hmarl.cli._options import (
    Precision,
    case_argument,
    engine_options,
    force_option,
    horizon_options,
    json_option,
    refuse_share,
    table_folder_option,
)
from inventory_hmarl.cli._progress import Bar
from inventory_hmarl.cli._shell import DAYS, INTERRUPTED, REPLICATIONS, print_json


@click.command()
@case_argument
@horizon_options
@click.option(
    "--outage-days",
    metavar="N",
    callback=DAYS,
    default="14",
    show_default=True,
    help="Days of an outage.",
)
@click.option(
    "--stops",
    metavar="WHAT",
    help="What stops: orders, shipments, transit, receipts, or several, with commas. By default "
    "shipments and receipts of a location, shipments and transit of a lane.",
)
@click.option(
    "--replications",
    metavar="N",
    callback=REPLICATIONS,
    default="50",
    show_default=True,
    help="Futures to simulate; the outage begins at another day in each.",
)
@engine_options
@json_option
@table_folder_option
@force_option
def command(  # noqa: PLR0913 - one name for each option of the command line
    *,
    case: Path,
    days: int | None,
    seed: int | None,
    outage_days: int,
    stops: str | None,
    replications: int,
    engine: str,
    precision: Precision,
    workers: int | None,
    as_json: bool,
    out: Path | None,
    force: bool,
) -> int:
    """Rank the locations and lanes of CASE by the sales that an outage costs.

    With time to survive (days until service falls, if the outage does not end) and time to recover
    (days after its end until a week is as good as without it), on the same customers, with 95 %
    intervals. Ctrl-C shows the outages that are finished.
    """
    from inventory_hmarl.cli._study import loaded_case
    from inventory_hmarl.reports import made, outages
    from inventory_hmarl.studies.risk import risk

    refuse_share(precision)
    loaded = loaded_case(case, days, seed)
    if out is not None:
        made.claim(out, [outages.RISK], force=force)
    settings: dict[str, Any] = {"outage_days": outage_days, "replications": replications}
    settings["stops"] = [word.strip() for word in (stops or "").split(",") if word.strip()]
    method: dict[str, Any] = {"engine": engine, "precision": precision.engine}
    with Bar("Breaking the chain", quiet=as_json) as bar:
        found = risk(loaded, **settings, **method, workers=workers, progress=bar)
    if out is not None:
        written = settings | {"stops": ",".join(settings["stops"]) or None} | method
        options = {name.replace("_", "-"): value for name, value in written.items()}
        by = made.Made("risk", loaded, options, interrupted=bool(found.unfinished))
        made.write(out, {outages.RISK: outages.writer(found)}, by)
    if as_json:
        print_json(outages.document(found, outage_days))
    else:
        from inventory_hmarl.reports.tables import console

        screen = console()
        screen.print(outages.table(found, outage_days))
        for line in outages.sentences(found, settings["stops"]):
            screen.print(line)
        if out is not None:
            click.echo(f"Results are in {out}")
    return INTERRUPTED if found.unfinished else 0
