"""`inventory-hmarl optimise`: levels for least cost, or for least cost at a service."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from inventory_hmarl.cli._options import (
    Precision,
    case_argument,
    engine_options,
    force_option,
    horizon_options,
    json_option,
    refuse_share,
)
from inventory_hmarl.cli._progress import Bar
from inventory_hmarl.cli._shell import INTERRUPTED, REPLICATIONS, SEED, Whole, print_json

if TYPE_CHECKING:
    from inventory_hmarl.studies.optimising import Effort, Optimised

COUNT = Whole(1, 10**12)


@click.command()
@case_argument
@horizon_options
@click.option(
    "--service",
    metavar="NAME=SHARE",
    help="Least cost at a service that every SKU reaches, on customers not tuned on: fill_rate, "
    "alpha_period, cycle_service or ready_rate, such as fill_rate=0.98.",
)
@click.option(
    "--front",
    is_flag=True,
    help="Least holding and ordering cost at several services, of --service or 0.9 to 0.995.",
)
@click.option(
    "--replications",
    metavar="N",
    callback=REPLICATIONS,
    default="32",
    show_default=True,
    help="Customers that each candidate is tried on.",
)
@click.option(
    "--validation",
    metavar="N",
    callback=Whole(2, 10**6),
    default="500",
    show_default=True,
    help="Other customers, on whom --service must hold.",
)
@click.option(
    "--holdout",
    metavar="N",
    callback=Whole(2, 10**6),
    default="200",
    show_default=True,
    help="Yet other customers, for the final figures alone.",
)
@click.option(
    "--backtest-days",
    metavar="N",
    callback=Whole(1, 10**7),
    help="Tune on the days before the last N, and make the final figures on those.",
)
@click.option(
    "--gradient",
    is_flag=True,
    help="Begin with a descent along the cost's gradient: continuous units, and the extra jax.",
)
@click.option(
    "--generations",
    metavar="N",
    callback=COUNT,
    default="150",
    show_default=True,
    help="Most rounds of the search; where a service does not hold, more follow.",
)
@click.option("--budget", metavar="N", callback=COUNT, help="Most chain-days of the search.")
@click.option(
    "--time",
    "seconds",
    metavar="S",
    callback=COUNT,
    help="Most seconds of the search; what it finds then depends on the machine.",
)
@click.option(
    "--search-seed",
    metavar="N",
    callback=SEED,
    default="0",
    show_default=True,
    help="Seed of the search alone; customers are the case's.",
)
@engine_options
@json_option
@click.option(
    "--out", type=click.Path(path_type=Path), help="Write the tuned case and CSV files here."
)
@force_option
def command(  # noqa: PLR0913 - one name for each option of the command line
    *,
    case: Path,
    days: int | None,
    seed: int | None,
    service: str | None,
    front: bool,
    replications: int,
    validation: int,
    holdout: int,
    backtest_days: int | None,
    gradient: bool,
    generations: int,
    budget: int | None,
    seconds: int | None,
    search_seed: int,
    engine: str,
    precision: Precision,
    workers: int | None,
    as_json: bool,
    out: Path | None,
    force: bool,
) -> int:
    """Tune the levels of CASE's policies: reorder points, order-up-to levels, caps, quantities.

    Prints old and new levels, and cost and service before and after, with paired 95 % intervals, on
    customers (or days) that the search has not seen. Ctrl-C ends the search with the best so far.
    Needs the extra `study`.
    """
    from inventory_hmarl.cli._study import loaded_case
    from inventory_hmarl.engines import check_choice
    from inventory_hmarl.reports.made import Made, claim
    from inventory_hmarl.reports.tuned import CASE_FILE, FIGURES, LEVELS, write_tuned
    from inventory_hmarl.studies.objective import targets_of
    from inventory_hmarl.studies.optimising import Effort, optimise_each

    refuse_share(precision)
    check_choice(engine, precision.engine)
    targets = targets_of(service, front=front)  # before the time is spent
    effort = Effort(
        replications=replications,
        validation=validation,
        holdout=holdout,
        generations=generations,
        seed=search_seed,
        seconds=seconds,
        chain_days=budget,
        backtest_days=backtest_days or 0,
        gradient=gradient,
    )
    loaded = loaded_case(case, days, seed)
    if out is not None:
        claim(out, [CASE_FILE, LEVELS, FIGURES], force=force)
    choices = {"engine": engine, "precision": precision.engine, "workers": workers}
    with Bar("Tuning", quiet=as_json) as bar:
        settings = {"effort": effort, "progress": bar, **choices}
        results = optimise_each(loaded, targets, as_front=front, **settings)
    stopped = results[-1].ended == "interrupted"
    if out is not None:
        options = {"service": service, "front": front, **_options(effort)}
        options |= {"engine": engine, "precision": precision.engine}
        write_tuned(out, results, Made("optimise", loaded, options, interrupted=stopped))
    _print(results, out, as_json=as_json, front=front)
    return INTERRUPTED if stopped else 0


def _options(effort: Effort) -> dict[str, object]:
    """Return the options that ask for the same effort, by their long names."""
    return {
        "replications": effort.replications,
        "validation": effort.validation,
        "holdout": effort.holdout,
        "backtest-days": effort.backtest_days or None,
        "gradient": effort.gradient,
        "generations": effort.generations,
        "budget": effort.chain_days,
        "time": effort.seconds,
        "search-seed": effort.seed,
    }


def _print(results: list[Optimised], out: Path | None, *, as_json: bool, front: bool) -> None:
    from inventory_hmarl.reports.tables import console
    from inventory_hmarl.reports.tuned import document, front_table, report

    if as_json:
        found = [document(each) for each in results]
        print_json({"front": found} if front else found[0])
        return
    screen = console()
    for part in front_table(results) if front else report(results[0]):
        screen.print(part)
    if out is not None:
        click.echo(f"Results are in {out}")
