"""The default case under the scenario `strong_seasonality`: three stores, four SKUs."""

from benchmarks.agents.problem import Problem
from benchmarks.agents.problems._default import default


def problem() -> Problem:
    """Return the case with the scenario applied."""
    return default("strong_seasonality")
