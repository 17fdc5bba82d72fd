"""The table of docs/learning.md, from what is kept."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.agents.judging import Score, relative, score
from inventory_hmarl.core.arrays import Array

NONE, MISSING = "n/a", "-"
LEARNERS = "learners"


@dataclass(frozen=True)
class Cell:
    """What an entrant came to in a problem; costs are None where it is none for it."""

    problem: str
    entrant: str
    name: str
    folder: str
    costs: Array | None  # (seeds, R)
    seconds: float  # of the processor, in training a seed; the mean


def costs_table(cells: Sequence[Cell]) -> str:
    """Return a row for each entrant and a column for each problem: the cost a day."""
    problems = list(dict.fromkeys(cell.problem for cell in cells))
    rows = {(cell.entrant, cell.problem): cell for cell in cells}
    lines = [_line("cost a day", *problems), _line("---", *["---:"] * len(problems))]
    for entrant, name in dict.fromkeys((cell.entrant, cell.name) for cell in cells):
        found = [rows.get((entrant, problem)) for problem in problems]
        lines.append(_line(name, *map(_cost, found)))
    return "\n".join(lines)


def learners_table(cells: Sequence[Cell]) -> str:
    """Return what each learner came to, beside the best that can be done and the best rule."""
    heads = (
        "problem",
        "learner",
        "above the optimum",
        "above the bound",
        "against the best rule",
        "best rule",
        "seeds, lowest to highest",
        "training a seed",
    )
    lines = [_line(*heads), _line("---", "---", *["---:"] * 3, "---", "---:", "---:")]
    for problem in dict.fromkeys(cell.problem for cell in cells):
        mine = [cell for cell in cells if cell.problem == problem and cell.costs is not None]
        for cell in mine:
            if cell.folder == LEARNERS:
                lines.append(_learner(cell, {other.entrant: other for other in mine}))
    return "\n".join(lines)


def best_rule(cells: Mapping[str, Cell]) -> Cell | None:
    """Return the rule that costs least on the very customers of the table."""
    rules = [cell for cell in cells.values() if cell.folder == "rules" and cell.costs is not None]
    return min(rules, key=lambda cell: float(_known(cell).mean()), default=None)


def _learner(cell: Cell, others: Mapping[str, Cell]) -> str:
    rule, seeds = best_rule(others), _known(cell).mean(axis=1)
    against = MISSING if rule is None else _percent(relative(_known(cell), _known(rule)[0]))
    return _line(
        cell.problem,
        cell.name,
        *(_above(cell, others.get(name)) for name in ("optimum", "bound")),
        against,
        MISSING if rule is None else rule.name,
        f"{seeds.min():.2f} to {seeds.max():.2f} ({seeds.size})",
        f"{cell.seconds:.0f} s",
    )


def _above(cell: Cell, best: Cell | None) -> str:
    return MISSING if best is None else _percent(relative(_known(cell), _known(best)[0]))


def _known(cell: Cell) -> Array:
    assert cell.costs is not None  # asked of those alone that played
    return cell.costs


def _cost(cell: Cell | None) -> str:
    if cell is None:
        return MISSING
    if cell.costs is None:
        return NONE
    found = score(cell.costs)
    return (
        f"{found.mean:.2f} ± {found.half_width:.2f}" if np.ptp(cell.costs) else f"{found.mean:.2f}"
    )


def _percent(found: Score) -> str:
    return f"{100 * found.mean:+.2f} ± {100 * found.half_width:.2f} %"


def _line(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


def dated(text: str, machine: str) -> str:
    """Return a text below its machine and date."""
    today = datetime.datetime.now(datetime.UTC).date().isoformat()
    return f"{today}; {machine}.\n\n{text}"
