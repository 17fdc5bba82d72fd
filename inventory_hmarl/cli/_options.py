"""Options that several commands take."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import click

from inventory_hmarl.cli._shell import DAYS, REPLICATIONS, SEED, WORKERS

F = TypeVar("F", bound=Callable[..., object])


def case_argument(function: F) -> F:
    """Take the path of a case: a file, a workbook or a folder of CSV tables."""
    return click.argument("case", type=click.Path(path_type=Path))(function)


def horizon_options(function: F) -> F:
    """Take the days and the seed of a run."""
    for option in (
        click.option(
            "--seed", metavar="N", callback=SEED, help="Seed of all chance; default: the case's."
        ),
        click.option(
            "--days", metavar="N", callback=DAYS, help="Days of the run, warm-up included."
        ),
    ):
        function = option(function)
    return function


def scenario_option(function: F) -> F:
    """Take scenarios: names, joined by `+` or given one by one; they are applied in order."""
    option = click.option(
        "--scenario",
        "scenarios",
        multiple=True,
        metavar="NAME",
        help="A what-if, such as spike; give several, or spike+supplier_delay, to combine them.",
    )
    return option(function)


def replications_option(function: F) -> F:
    """Take the number of replications."""
    option = click.option(
        "--replications",
        metavar="N",
        callback=REPLICATIONS,
        default="1",
        show_default=True,
        help="Futures to run side by side; with several, figures carry 95 % intervals.",
    )
    return option(function)


def engine_options(function: F) -> F:
    """Take how a run is computed: none of these but precision shows in its results."""
    for option in (
        click.option(
            "--workers",
            metavar="N",
            callback=WORKERS,
            help="Threads that share the replications; default: jax one a core, numpy one.",
        ),
        click.option(
            "--precision",
            metavar="P",
            default="exact",
            show_default=True,
            help="exact, or (with jax) fast: 32-bit floats, another sample of the same chance.",
        ),
        click.option(
            "--engine",
            metavar="NAME",
            default="numpy",
            show_default=True,
            help="numpy, or jax: the same days compiled, faster from some seconds on.",
        ),
    ):
        function = option(function)
    return function


def json_option(function: F) -> F:
    """Take the wish for one JSON document instead of tables."""
    option = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
    return option(function)
