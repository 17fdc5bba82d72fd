"""Capped base-stock: order up to a level every day, but never more than the cap."""

from collections.abc import Mapping

from benchmarks.agents.playing import Rules
from benchmarks.agents.problem import Problem
from benchmarks.agents.rules._tuning import tuned

NAME = "capped base-stock"
SEEDS = 1


def begin(mean: float, cover: float) -> Mapping[str, float]:
    """Return the level and the cap to begin at."""
    return {"order_up_to": cover + mean, "order_cap": 2 * mean}


def enter(problem: Problem, seed: int) -> Rules:
    """Return the tuned rule."""
    return tuned(problem.case, "capped_base_stock", begin, seed)
