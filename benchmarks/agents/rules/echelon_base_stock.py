"""Echelon base-stock: a level on all that is downstream as well."""

from collections.abc import Mapping

from benchmarks.agents.playing import Rules
from benchmarks.agents.problem import Problem
from benchmarks.agents.rules._tuning import tuned

NAME = "echelon base-stock"
SEEDS = 1


def begin(mean: float, cover: float) -> Mapping[str, float]:
    """Return the level to begin at."""
    return {"order_up_to": cover + mean}


def enter(problem: Problem, seed: int) -> Rules:
    """Return the tuned rule."""
    return tuned(problem.case, "echelon_base_stock", begin, seed)
