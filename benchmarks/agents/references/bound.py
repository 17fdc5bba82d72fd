"""A bound that nobody can be below, where no optimum is known."""

from benchmarks.agents.playing import Player
from benchmarks.agents.problem import Problem

NAME = "bound"
SEEDS = 1


def enter(problem: Problem, seed: int) -> Player | None:
    """Return the bound of the problem; None where it has none."""
    return problem.bound() if problem.bound else None
