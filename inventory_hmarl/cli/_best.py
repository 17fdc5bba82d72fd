"""`inventory-hmarl compare --best`: the best of several cases."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any  # settings are of any type

import click

from inventory_hmarl.cli._progress import Bar
from inventory_hmarl.cli._shell import INTERRUPTED, UserError, print_json
from inventory_hmarl.cli._study import Study

if TYPE_CHECKING:
    from inventory_hmarl.studies.selection import Selection


@dataclass(frozen=True)
class Wanted:
    """Which case is best, and how sure that must be."""

    figures: tuple[str, ...]  # one, or none for total_cost
    largest: bool
    indifference: float | None
    confidence: float
    budget: int | None
    most: int | None  # replications of a case


@dataclass(frozen=True)
class Output:
    """How the choice is wanted."""

    as_json: bool
    out: Path | None
    force: bool


def choose(study: Study, wanted: Wanted, output: Output) -> int:
    """Choose the best case of a study, write it and print it; return the exit status."""
    from inventory_hmarl.reports import selection as report
    from inventory_hmarl.reports.comparison import claim
    from inventory_hmarl.studies.selection import select_best

    settings = _settings(wanted)
    if output.out is not None:
        claim(output.out, list(study.hashes.values()), force=output.force)
    with Bar("Choosing", quiet=output.as_json) as bar:
        found = select_best(study.cases, progress=bar, **settings, **study.choices)
    about = study.about() | {"largest": wanted.largest, "budget": wanted.budget}
    del about["replications"]  # each case has its own
    if output.out is not None:
        report.write_selection(output.out, found, about, settings, study.cases.values())
    if output.as_json:
        print_json(report.document(found, about))
    else:
        _print(found, output.out)
    if found.interrupted:
        click.echo("interrupted: what is known until then", err=True)
        return INTERRUPTED
    return 0


def _settings(wanted: Wanted) -> dict[str, Any]:
    if (wanted.indifference is None) == (wanted.budget is None):
        raise UserError(
            "--best: give one of --indifference D (a difference that matters) and --budget N "
            "(replications in all)."
        )
    if len(wanted.figures) > 1:
        raise UserError(f"--figure {' and '.join(wanted.figures):.80}: --best goes by one figure.")
    if wanted.budget is not None and wanted.most is not None:
        raise UserError(f"--replications {wanted.most}: does not go with --budget, which has it.")
    settings: dict[str, Any] = {
        "largest": wanted.largest,
        "indifference": wanted.indifference,
        "confidence": wanted.confidence,
        "budget": wanted.budget,
    }
    if wanted.figures:
        settings["figure"] = wanted.figures[0]
    if wanted.most is not None:
        settings["most"] = wanted.most
    return settings


def _print(found: Selection, out: Path | None) -> None:
    from inventory_hmarl.reports import selection as report
    from inventory_hmarl.reports.tables import console

    screen = console()
    screen.print(report.table(found))
    screen.print(report.conclusion(found))
    if out is not None:
        click.echo(f"Results are in {out}")
