"""`python -m benchmarks.agents`: train and judge, and print the table of docs/learning.md."""

from __future__ import annotations

import argparse
import os
import platform
import sys
import time
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import Path

import numpy as np

from benchmarks.agents import entrants, keeping, table
from benchmarks.agents.entrants import HERE
from benchmarks.agents.judging import differs, sees_the_future
from benchmarks.agents.keeping import Result
from benchmarks.agents.playing import held_out
from benchmarks.bench import put_between

CUSTOMERS = 2000  # held-out replications
MARKS = "agents"


def main(arguments: Sequence[str]) -> int:
    """Train whatever is not kept, and print the table."""
    choice = _choices(arguments)
    cells = list(_cells(choice))
    text = f"{table.costs_table(cells)}\n\n{table.learners_table(cells)}"
    print(text)
    if choice.markdown is not None:
        put_between(table.dated(text, _machine()), choice.markdown, MARKS)
    faults = list(impossible(cells))
    for line in faults:
        print(f"error: {line}", file=sys.stderr)
    return 1 if faults else 0


def _choices(arguments: Sequence[str]) -> argparse.Namespace:
    known, problems = entrants.entrants(), entrants.files("problems")
    parser = argparse.ArgumentParser(prog="python -m benchmarks.agents", description=__doc__)
    parser.add_argument("problems", nargs="*", help=f"by default all: {', '.join(problems)}")
    parser.add_argument("--only", nargs="+", default=list(known), choices=known, metavar="NAME")
    parser.add_argument("--seeds", type=int, help="of training, instead of each learner's own")
    parser.add_argument("--customers", type=int, default=CUSTOMERS, help="held-out replications")
    parser.add_argument("--kept", action="store_true", help="train nothing: show what is kept")
    parser.add_argument("--folder", type=Path, default=keeping.FOLDER, help="of what is kept")
    parser.add_argument("--markdown", type=Path, help="also write the table between its markers")
    choice = parser.parse_args(arguments)
    for name in choice.problems:
        if name not in problems:
            parser.error(f"no problem '{name}': one of {', '.join(problems)}")
    choice.problems = choice.problems or list(problems)
    return choice


def _cells(choice: argparse.Namespace) -> Iterator[table.Cell]:
    """Yield what each entrant came to, problem by problem."""
    for problem in choice.problems:
        for name in choice.only:
            entrant = entrants.entrant(name)
            count = min(choice.seeds or entrant.SEEDS, entrant.SEEDS)
            try:
                results = [found for found in _results(choice, problem, name, count) if found]
            except ModuleNotFoundError as error:
                print(f"{name} cannot train here: {error}", file=sys.stderr)
                continue
            if results:
                yield _cell(problem, name, entrant.NAME, results)


def _results(
    choice: argparse.Namespace, problem: str, name: str, count: int
) -> Iterator[Result | None]:
    """Yield the result of each seed, made now if it is not kept."""
    played = None
    for seed in range(count):
        path = keeping.path_of(problem, name, seed, choice.folder)
        stamp = keeping.stamp_of(_sources(problem, name), choice.customers)
        result = keeping.kept(path, stamp)
        if result is None and not choice.kept:
            played = played or entrants.problem(problem)  # one object, for which learners compile
            begin = time.process_time()
            player = entrants.entrant(name).enter(played, seed)
            seconds = time.process_time() - begin
            costs = None if player is None else player.costs(held_out(choice.customers))
            result = Result(costs, seconds)
            keeping.keep(path, stamp, result)
            mean = "n/a" if costs is None else f"{costs.mean():.3f} a day"
            print(f"{problem}, {name}, seed {seed}: {mean}, {seconds:.0f} s", file=sys.stderr)
        yield result


def _sources(problem: str, name: str) -> list[Path]:
    """Return the files that a result is made by: its own two, and those that many share."""
    folder = entrants.entrants()[name]
    shared = [path for where in ("problems", folder) for path in (HERE / where).glob("_*.py")]
    if folder == table.LEARNERS:
        shared += [HERE / name for name in ("deciding.py", "rolling.py", "seeing.py")]
    own = [entrants.files("problems")[problem], entrants.files(folder)[name]]
    return own + shared


def _cell(problem: str, name: str, title: str, results: Sequence[Result]) -> table.Cell:
    costs = [result.costs for result in results if result.costs is not None]
    seconds = float(np.mean([result.seconds for result in results]))
    folder = entrants.entrants()[name]
    return table.Cell(problem, name, title, folder, np.array(costs) if costs else None, seconds)


def impossible(cells: Sequence[table.Cell]) -> Iterator[str]:
    """Yield who is below what nobody can be below, and optima that are not what is published."""
    for best in cells:
        if best.folder != "references" or best.costs is None:
            continue
        published = entrants.problem(best.problem).published
        if published is not None and differs(best.costs[0], published):
            yield f"the optimum of {best.problem} is not the {published:g} that is published"
        others = (cell for cell in cells if cell.problem == best.problem and cell is not best)
        for cell in others:
            if cell.costs is not None and sees_the_future(cell.costs, best.costs[0]):
                yield f"{cell.name} is below the {best.name} of {cell.problem}"


def _machine() -> str:
    libraries = ", ".join(f"{name} {version(name)}" for name in ("numpy", "jax", "cmaes"))
    python = platform.python_version()
    return f"{platform.machine()}, {os.cpu_count()} cores; Python {python}, {libraries}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
