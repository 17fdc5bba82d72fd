"""A cell of Table 3 of Zipkin (2008), Operations Research 56(5): lead time 4, Poisson(5)."""

import functools

from benchmarks.agents.problem import Problem
from benchmarks.agents.problems._lost_sales import optimal
from inventory_hmarl.envs.store_env import store_case

LEAD_TIME, MEAN, LARGEST = 4, 5.0, 10


def cell(*, penalty: float, published: float) -> Problem:
    """Return the cell of a penalty."""
    settings = {"mean": MEAN, "lead_time": LEAD_TIME, "stockout_penalty": penalty}
    case = store_case(**settings, days=300).changed(warmup_days=50)
    best = functools.partial(
        optimal, case, mean=MEAN, lead_time=LEAD_TIME, penalty=penalty, largest=LARGEST
    )
    title = f"one store, lost sales, lead time {LEAD_TIME}, penalty {penalty:g} (Zipkin 2008)"
    return Problem(title, case, optimum=best, published=published)
