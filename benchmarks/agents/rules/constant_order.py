"""Constant order: every day a fixed share of the mean demand, whatever happens.

`optimise` tunes levels, and this rule has none: the share is the best of a grid.
"""

from __future__ import annotations

import numpy as np

from benchmarks.agents.playing import Rules
from benchmarks.agents.problem import Problem
from benchmarks.agents.rules._tuning import EFFORT, with_rule
from inventory_hmarl import Case, simulate

NAME = "constant order"
SEEDS = 1
SHARES = np.arange(0.70, 1.10, 0.02)


def enter(problem: Problem, seed: int) -> Rules | None:
    """Return the rule with the best share; None where customers wait, as stock then drifts away."""
    if any(store.unmet_demand == "backordered" for store in problem.case.stores.values()):
        return None
    numbers = range(seed * EFFORT.replications, (seed + 1) * EFFORT.replications)
    tried = [planned(problem.case, float(share)) for share in SHARES]
    costs = [simulate(case, replications=numbers).figures()["total_cost"].mean() for case in tried]
    return Rules(tried[int(np.argmin(costs))])


def planned(case: Case, share: float) -> Case:
    """Return the case with a share of the mean ordered every day: in whole units on the average."""

    def begin(mean: float, cover: float) -> dict[str, tuple[float, ...]]:
        until = np.floor(share * mean * np.arange(case.days + 1) + 0.5)
        if case.units == "continuous":
            return {"orders_by_day": (share * mean,) * case.days}
        return {"orders_by_day": tuple(np.diff(until).tolist())}

    return with_rule(case, "fixed_orders", begin)
