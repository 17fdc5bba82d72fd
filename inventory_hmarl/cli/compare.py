"""`inventory-hmarl compare`: alternatives against a base, on the same customers."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import TYPE_CHECKING

import click

from inventory_hmarl.cli._best import Output, Wanted, choose
from inventory_hmarl.cli._options import (
    Precision,
    engine_options,
    horizon_options,
    json_option,
    refuse_share,
)
from inventory_hmarl.cli._shell import (
    INTERRUPTED,
    LARGEST_COUNT,
    REPLICATIONS,
    UserError,
    Whole,
    print_json,
)
from inventory_hmarl.cli._study import Study

if TYPE_CHECKING:
    from inventory_hmarl.case import Case
    from inventory_hmarl.core.arrays import Array
    from inventory_hmarl.studies.comparing import Comparison


@click.command()
@click.argument("cases", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--scenario",
    "scenarios",
    multiple=True,
    metavar="NAME[:PARAMETERS]",
    help="A what-if of the first case, such as spike, or spike:first_day=20,multiplier=2; give "
    "several; a+b combines two into one. 'scenarios' lists all.",
)
@click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="PLACE=VALUE",
    help="The first case with another setting: stores.store_1.policy.reorder_point=250.",
)
@click.option(
    "--figure",
    "figures",
    multiple=True,
    metavar="NAME",
    help="A figure to compare, such as total_cost; give several, or all. Default: ten usual ones.",
)
@horizon_options
@click.option(
    "--replications",
    metavar="N",
    callback=Whole(2, LARGEST_COUNT),
    help="Futures that every alternative meets; default: 200. With --best: the most of a case.",
)
@click.option(
    "--confidence",
    type=float,
    default=0.95,
    show_default=True,
    help="Of intervals and of all verdicts together.",
)
@click.option("--best", is_flag=True, help="Choose the best of all, by one --figure.")
@click.option(
    "--indifference",
    type=float,
    metavar="D",
    help="With --best: a difference that matters; the best is found with that confidence.",
)
@click.option(
    "--budget",
    metavar="N",
    callback=REPLICATIONS,
    help="With --best: replications of all cases together, spent where they help most.",
)
@click.option("--largest", is_flag=True, help="With --best: the largest figure is best.")
@engine_options
@json_option
@click.option(
    "--out", type=click.Path(path_type=Path), help="Write comparison.csv and a manifest here."
)
@click.option("--force", is_flag=True, help="With --out: replace the results of other cases.")
def command(  # noqa: PLR0913 - one name for each option of the command line
    *,
    cases: tuple[Path, ...],
    scenarios: tuple[str, ...],
    settings: tuple[str, ...],
    figures: tuple[str, ...],
    days: int | None,
    seed: int | None,
    replications: int | None,
    confidence: float,
    best: bool,
    indifference: float | None,
    budget: int | None,
    largest: bool,
    as_json: bool,
    out: Path | None,
    force: bool,
    engine: str,
    precision: Precision,
    workers: int | None,
) -> int:
    """Compare alternatives with the first of CASES, all on the same customers.

    An alternative is each further case, and the first case with a --scenario or a --set. Of each
    figure: both means, the difference by replication with its interval, its p-value (paired t, and
    adjusted by Holm for all that is shown), whether it is real, and the share of its variance that
    common customers removed. Ctrl-C shows the alternatives that are finished; with --best, what is
    known by then.

    With --best, the case with the smallest total cost (or another --figure) is chosen: with a
    guarantee (--indifference 50, by Kim and Nelson) or within a --budget (OCBA).
    """
    from inventory_hmarl.engines import check_choice
    from inventory_hmarl.reports.comparison import claim
    from inventory_hmarl.studies.comparing import REPLICATIONS as USUAL
    from inventory_hmarl.studies.comparing import check_level

    refuse_share(precision)
    check_choice(engine, precision.engine)
    check_level(confidence)
    study = Study(
        studied_cases(cases, scenarios, settings, days, seed),
        replications or USUAL,
        engine,
        precision.engine,
        workers,
    )
    if len(study.cases) < 2:
        raise UserError("nothing to compare with: name another case, a --scenario or a --set.")
    if best:
        wanted = Wanted(figures, largest, indifference, confidence, budget, replications)
        return choose(study, wanted, Output(as_json, out, force))
    if indifference is not None or budget is not None or largest:
        raise UserError("--indifference, --budget and --largest choose the best: give --best.")
    if out is not None:
        claim(out, list(study.hashes.values()), force=force)
    found, stopped = _compared(study, figures, confidence, quiet=as_json)
    _tell(study, found, out, as_json=as_json)
    return INTERRUPTED if stopped else 0


def studied_cases(
    paths: tuple[Path, ...],
    scenarios: tuple[str, ...],
    settings: tuple[str, ...],
    days: int | None,
    seed: int | None,
) -> dict[str, Case]:
    """Return the base and its alternatives by name, all with the base's seed and horizon."""
    from inventory_hmarl.case import load_case
    from inventory_hmarl.scenarios import apply_scenario
    from inventory_hmarl.studies.comparing import same_customers

    base, *others = map(str, paths)
    loaded = load_case(Path(base))
    chosen = {base: loaded}
    named = [(name, load_case(Path(name))) for name in others]
    named += [(name, apply_scenario(loaded, name)) for name in scenarios]
    named += [(words, _with(loaded, words)) for words in settings]
    for name, case in named:
        if name in chosen:
            raise UserError(f"{name} is given twice: name each alternative once.")
        chosen[name] = case
    return {name: case for name, (case, _) in same_customers(chosen, days, seed).items()}


def _with(case: Case, words: str) -> Case:
    import json

    from inventory_hmarl.case.override import with_setting

    place, equals, word = words.partition("=")
    if not equals:
        raise UserError(f"--set {words:.80}: must be PLACE=VALUE, such as days=30.")
    try:
        value = json.loads(word)
    except ValueError:
        value = word
    return with_setting(case, place.strip(), value)


def _compared(
    study: Study, figures: tuple[str, ...], confidence: float, *, quiet: bool
) -> tuple[Comparison, bool]:
    """Return the comparison, and whether it was cut short."""
    from inventory_hmarl.cli._progress import Bar
    from inventory_hmarl.studies.comparing import FIGURES, comparison, study_each

    studied: dict[str, dict[str, Array]] = {}
    stopped = False
    try:
        with Bar("Comparing", quiet=quiet) as bar:
            for name, samples in study_each(
                study.cases, study.replications, progress=bar, choices=study.choices
            ):
                studied[name] = samples
    except KeyboardInterrupt:
        if len(studied) < 2:
            raise
        stopped = True
        click.echo(
            f"interrupted: {len(studied) - 1} of {len(study.cases) - 1} alternatives are finished",
            err=True,
        )
    return comparison(studied, figures or FIGURES, confidence), stopped


def _tell(study: Study, found: Comparison, out: Path | None, *, as_json: bool) -> None:
    from inventory_hmarl.reports import comparison as report

    finished = {name: study.cases[name] for name in (found.base, *found.names)}
    study = dataclasses.replace(study, cases=finished)
    about = study.about()
    if out is not None:
        report.write_comparison(out, found, about, study.cases.values())
    if as_json:
        print_json(report.document(found, about))
        return
    from inventory_hmarl.reports.tables import console

    base = next(iter(study.cases.values()))
    screen = console()
    screen.print(
        f"{base.title or 'Case'}: days {base.warmup_days + 1:,} to {base.days:,}, "
        f"seed {base.seed}, {found.replications:,} replications on the same customers"
    )
    screen.print(
        f"Mean ± half-width of the {100 * found.level:g} % interval; "
        "a difference is alternative - base, by replication."
    )
    for table in report.tables(found):
        screen.print(table)
    if out is not None:
        click.echo(f"Results are in {out}")
