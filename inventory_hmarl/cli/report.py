"""`inventory-hmarl report`: a case as one HTML page."""

from __future__ import annotations

from pathlib import Path

import click

from inventory_hmarl.cli._options import (
    Precision,
    case_argument,
    engine_options,
    horizon_options,
    refuse_share,
)
from inventory_hmarl.cli._shell import REPLICATIONS


@click.command()
@case_argument
@click.option(
    "--scenario",
    "scenarios",
    multiple=True,
    metavar="NAME",
    help="An alternative to hold against the case, on the same customers; give several. "
    "spike+supplier_delay is both together.",
)
@horizon_options
@click.option(
    "--replications",
    metavar="N",
    callback=REPLICATIONS,
    default="20",
    show_default=True,
    help="Futures to run side by side; with several, figures carry 95 % intervals.",
)
@click.option(
    "--levels",
    metavar="CASE",
    type=click.Path(path_type=Path),
    help="The same chain with recommended levels, such as a tuned case: shown and compared.",
)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("report.html"),
    show_default=True,
    help="The page to write.",
)
@engine_options
@click.option("--force", is_flag=True, help="Replace the page if it is there.")
def command(  # noqa: PLR0913 - one name for each option of the command line
    *,
    case: Path,
    scenarios: tuple[str, ...],
    days: int | None,
    seed: int | None,
    replications: int,
    levels: Path | None,
    out: Path,
    engine: str,
    precision: Precision,
    workers: int | None,
    force: bool,
) -> None:
    """Write CASE as one HTML page that opens in any browser, without a network.

    It shows the chain and its flows, stock and service over time, what it cost, why units were
    missing, bullwhip, alternatives, and tables that sort. Needs the extra `report`.
    """
    import errno

    from inventory_hmarl.cli._progress import Bar
    from inventory_hmarl.engines import check_choice
    from inventory_hmarl.extras import needed
    from inventory_hmarl.reports.files import write_file
    from inventory_hmarl.reports.page import Wanted, report_html

    refuse_share(precision)
    check_choice(engine, precision.engine)
    needed("jinja2", "report", "A report")
    if out.exists() and not force:  # before the time is spent
        raise FileExistsError(errno.EEXIST, "exists already; --force replaces it", str(out))
    if not out.parent.is_dir():
        raise FileNotFoundError(errno.ENOENT, "there is no such folder", str(out.parent))
    wanted = Wanted(replications, days, seed, scenarios, levels, engine, precision.engine, workers)
    with Bar("Simulating") as bar:
        page = report_html(case, wanted, bar)
    write_file(out, page, force=force)
    click.echo(f"{out} is written; open it in a browser.")
