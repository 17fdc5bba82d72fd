"""Just in time: what is expected of the next lead time + 1 days, and a safety stock.

The rule, `drp`, knows the mean of each day to come, season and spikes included, as agents do.
"""

from collections.abc import Mapping

from benchmarks.agents.playing import Rules
from benchmarks.agents.problem import Problem
from benchmarks.agents.rules._tuning import tuned

NAME = "just in time, means known"
SEEDS = 1


def begin(mean: float, cover: float) -> Mapping[str, float]:
    """Return the safety stock to begin at."""
    return {"safety_stock": mean}


def enter(problem: Problem, seed: int) -> Rules:
    """Return the tuned rule."""
    return tuned(problem.case, "drp", begin, seed)
