"""The default case under the scenario `normal`: three stores, a warehouse, four SKUs."""

from benchmarks.agents.problem import Problem
from benchmarks.agents.problems._default import default


def problem() -> Problem:
    """Return the case with the scenario applied."""
    return default("normal")
