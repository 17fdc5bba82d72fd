"""The optimal policy, where it is known, played like everybody else."""

from benchmarks.agents.playing import Player
from benchmarks.agents.problem import Problem

NAME = "optimum"
SEEDS = 1


def enter(problem: Problem, seed: int) -> Player | None:
    """Return the optimal policy; None where it is unknown."""
    return problem.optimum() if problem.optimum else None
