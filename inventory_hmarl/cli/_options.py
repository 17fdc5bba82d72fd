"""Options that several commands take."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import click

from inventory_hmarl.cli._shell import DAYS, REPLICATIONS, SEED, WORKERS, UserError

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
        metavar="NAME[:PARAMETERS]",
        help="A what-if, such as spike, or spike:first_day=20,stores=store_1+store_2; give "
        "several, or spike+supplier_delay, to combine them. 'scenarios' lists all.",
    )
    return option(function)


def replications_option(function: F) -> F:
    """Take the number of replications; None where it is left to the command."""
    option = click.option(
        "--replications",
        metavar="N",
        callback=REPLICATIONS,
        help="Futures to run side by side; with several, figures carry 95 % intervals. "
        "Default: 1. With --precision 1%: the most, by default 100,000.",
    )
    return option(function)


@dataclass(frozen=True)
class Precision:
    """What --precision asked for: of the engine's numbers, and of the figures."""

    engine: str  # "exact" or "fast"; the engines check it
    relative: float | None  # half-width / mean


def _precision(
    context: click.Context, option: click.Parameter, words: tuple[str, ...]
) -> Precision:
    """Return what the words mean: 1 % is of the figures, any other word the engine's."""
    of_engine = [word for word in words if not word.endswith("%")]
    shares = [word for word in words if word.endswith("%")]
    if len(of_engine) > 1 or len(shares) > 1:
        raise UserError(
            f"--precision {' and '.join(words):.80}: give one share such as 1%, and one of exact, "
            "fast."
        )
    if of_engine and _number(of_engine[0]) is not None:
        raise UserError(
            f"--precision {of_engine[0]:.80}: write a share with its sign, as 1%; or exact, fast."
        )
    relative = _share(shares[0]) if shares else None
    return Precision(of_engine[0] if of_engine else "exact", relative)


def refuse_share(precision: Precision) -> None:
    """Refuse a share where the number of replications is given."""
    if precision.relative is not None:
        raise UserError(
            f"--precision {100 * precision.relative:g}%: a share is for `run`; here, give "
            "--replications."
        )


def _share(word: str) -> float:
    number = _number(word.removesuffix("%"))
    if number is None or not 0 < number < 100:
        raise UserError(f"--precision {word:.80}: must lie between 0% and 100%, such as 1%.")
    return number / 100


def _number(word: str) -> float | None:
    try:
        return float(word)
    except ValueError:
        return None


def workers_option(text: str) -> Callable[[F], F]:
    """Take the number of threads or processes."""
    return click.option("--workers", metavar="N", callback=WORKERS, help=text)


def engine_options(function: F) -> F:
    """Take how a run is computed: none of these but precision shows in its results."""
    text = "Threads that share the replications; default: jax one a core, numpy one."
    return workers_option(text)(method_options(function))


def method_options(function: F) -> F:
    """Take the engine and its precision."""
    for option in (
        click.option(
            "--precision",
            metavar="P",
            multiple=True,
            callback=_precision,
            help="exact, or (with jax) fast: 32-bit floats, another sample of the same chance. Or, "
            "for `run`, a share such as 1%: replicate until every figure is known as well.",
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


def table_folder_option(function: F) -> F:
    """Take the folder that a table, its case and a manifest are written into."""
    option = click.option(
        "--out",
        type=click.Path(path_type=Path),
        help="Write a CSV table, the case and a manifest into this folder.",
    )
    return option(function)


def force_option(function: F) -> F:
    """Take the leave to replace results."""
    option = click.option(
        "--force", is_flag=True, help="With --out: replace results that are there."
    )
    return option(function)
