"""Who takes part: found by listing the folders."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from benchmarks.agents.playing import Player
from benchmarks.agents.problem import Problem

HERE = Path(__file__).parent
KINDS = ("references", "rules", "learners")


class Entrant(Protocol):
    """A file of `references/`, `rules/` or `learners/`."""

    NAME: str  # in the table
    SEEDS: int  # how many trainings; 1 where there is no chance in it

    def enter(self, problem: Problem, seed: int) -> Player | None:
        """Train with a seed, and return who plays; None: the problem is none for it."""


def files(folder: str) -> Mapping[str, Path]:
    """Return the files of a folder by name."""
    names = [module.name for module in pkgutil.iter_modules([str(HERE / folder)])]
    return {
        name: HERE / folder / f"{name}.py" for name in sorted(names) if not name.startswith("_")
    }


def entrants() -> dict[str, str]:
    """Return the folder of each entrant, by the name of its file, in the order of the table."""
    return {name: folder for folder in KINDS for name in files(folder)}


def entrant(name: str) -> Entrant:
    """Return an entrant by the name of its file."""
    found: Entrant = importlib.import_module(f"benchmarks.agents.{entrants()[name]}.{name}")
    return found


def problem(name: str) -> Problem:
    """Return a problem by the name of its file."""
    found: Problem = importlib.import_module(f"benchmarks.agents.problems.{name}").problem()
    return found
