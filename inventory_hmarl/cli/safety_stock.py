"""`inventory-hmarl safety-stock`: the formula's answer beside the simulated one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any  # choices are of any type

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
from inventory_hmarl.cli._shell import INTERRUPTED, REPLICATIONS, UserError, print_json

if TYPE_CHECKING:
    from inventory_hmarl.case import Case
    from inventory_hmarl.studies.safety_stock import SafetyStock


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
@engine_options
@json_option
@table_folder_option
@force_option
def command(  # noqa: PLR0913 - one name for each option of the command line
    *,
    case: Path,
    days: int | None,
    seed: int | None,
    service: str,
    replications: int,
    engine: str,
    precision: Precision,
    workers: int | None,
    as_json: bool,
    out: Path | None,
    force: bool,
) -> int:
    """Print the safety stock of every store and SKU in CASE, for each kind of service.

    Beside each closed form stands what the simulation makes of its level, and the smallest level
    that reaches the service when simulated. Ctrl-C shows the kinds of service that are finished.
    """
    from inventory_hmarl.cli._study import loaded_case
    from inventory_hmarl.reports import made, safety

    refuse_share(precision)
    target = _share(service)
    loaded = loaded_case(case, days, seed)
    if out is not None:
        made.claim(out, [safety.SAFETY], force=force)
    method: dict[str, Any] = {"engine": engine, "precision": precision.engine}
    rows, stopped = _rows(
        loaded, target, quiet=as_json, replications=replications, workers=workers, **method
    )
    if out is not None:
        options = {"service": target, "replications": replications} | method
        by = made.Made("safety-stock", loaded, options, interrupted=stopped)
        made.write(out, {safety.SAFETY: safety.writer(rows)}, by)
    if as_json:
        print_json(safety.document(rows, target))
    else:
        from inventory_hmarl.reports.tables import console

        screen = console()
        screen.print(safety.table(rows, target))
        screen.print(safety.NOTE)
        if out is not None:
            click.echo(f"Results are in {out}")
    return INTERRUPTED if stopped else 0


def _share(word: str) -> float:
    try:
        target = float(word)
    except ValueError:
        target = -1.0
    if not 0 < target < 1:
        raise UserError(f"--service {word:.80}: must be a share between 0 and 1, such as 0.95.")
    return target


def _rows(
    case: Case, target: float, *, quiet: bool, **choices: Any
) -> tuple[list[SafetyStock], bool]:
    """Return the rows, store by store, and whether they were cut short."""
    from inventory_hmarl.studies.safety_stock import by_kind, in_order

    kinds: list[list[SafetyStock]] = []
    with Bar("Looking for levels", quiet=quiet) as bar:
        try:
            for rows in by_kind(case, target, progress=bar, **choices):
                kinds.append(rows)
        except KeyboardInterrupt:
            if not kinds:
                raise
            click.echo(f"interrupted: {len(kinds)} kinds of service are finished", err=True)
            return in_order(kinds), True
    return in_order(kinds), False
