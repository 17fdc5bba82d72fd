"""(s, S): where the position is at or below s, order up to S."""

from collections.abc import Mapping

from benchmarks.agents.playing import Rules
from benchmarks.agents.problem import Problem
from benchmarks.agents.rules._tuning import tuned

NAME = "(s, S)"
SEEDS = 1


def begin(mean: float, cover: float) -> Mapping[str, float]:
    """Return both levels to begin at."""
    return {"reorder_point": cover, "order_up_to": cover + mean}


def enter(problem: Problem, seed: int) -> Rules:
    """Return the tuned rule."""
    return tuned(problem.case, "s_S", begin, seed)
