"""How often the best is selected, on newsvendors whose best is known.

One store a day: Poisson(5) demand, 1 for each unit left, 9 for each customer who goes without, and
S units every morning. S = 8 is best. Source: the newsvendor's critical ratio, 9 / (9 + 1).
"""

from __future__ import annotations

import functools

import numpy as np

from inventory_hmarl.case import Case, case_from_dict
from inventory_hmarl.core.arrays import Array
from inventory_hmarl.engines.outcome import Keep
from inventory_hmarl.simulation import simulate
from inventory_hmarl.studies.selection import kim_nelson, ocba

LEVELS = (6, 7, 8, 9, 10)
MEAN, HOLDING, PENALTY = 5.0, 1.0, 9.0
DAYS = 5
BUDGET = 400
MOST = 2000  # replications of a newsvendor in a trial
TRIALS_TOGETHER = 50


def newsvendor(level: int, days: int, seed: int) -> Case:
    """Return the case of a level S."""
    item = {"base_demand": MEAN, "holding_cost": HOLDING, "stockout_penalty": PENALTY}
    store = {
        "initial_inventory": level,
        "unmet_demand": "backordered",
        "policy": {"rule": "base_stock", "order_up_to": level},
    }
    return case_from_dict(
        {
            "days": days,
            "seed": seed,
            "demand": {"distribution": "poisson", "seasonality": False},
            "skus": {"paper": item | {"ordering_cost": 0}},
            "stores": {"kiosk": store},
            "suppliers": {"press": {}},
            "lanes": [{"source": "press", "destination": "kiosk", "lead_time": 0}],
        }
    )


@functools.cache
def cost(level: int) -> float:
    """Return the expected cost of a day."""
    units = np.arange(80)
    chance = np.exp(-MEAN) * np.cumprod(np.concatenate([[1.0], MEAN / units[1:]]))
    left = level - units
    return float((chance * np.where(left > 0, HOLDING * left, -PENALTY * left)).sum())


def gap() -> float:
    """Return by how much the best is better than the next, a day."""
    best, second, *_ = sorted(map(cost, LEVELS))
    return second - best


def lead(level: int) -> float:
    """Return by how much more than the gap a level is behind the best, a day."""
    return 0.0 if level == 8 else cost(level) - cost(8) - gap()


def newsvendor_costs(
    trials: int, replications: int, days: int, seed: int, engine: str = "numpy"
) -> Array:
    """Return total costs on the same customers, `(levels, trials, replications)`."""
    return np.stack(
        [
            simulate(
                newsvendor(level, days, seed),
                replications=trials * replications,
                keep=Keep(kpis=False),
                engine=engine,
            )
            .figures()["total_cost"]
            .reshape(trials, replications)
            for level in LEVELS
        ]
    )


def right_choices(
    procedure: str,
    trials: int,
    seed: int = 1,
    *,
    level_field: bool = False,
    engine: str = "numpy",
) -> tuple[Array, Array]:
    """Return whether each trial chose the best, and its replications of all cases, `(trials,)`.

    KN at 95 % and an indifference of the true gap; OCBA with 400 replications. On a level field,
    all others are moved to exactly the gap behind the best, where choosing is hardest.
    """
    right, used = [], []
    most = MOST if procedure == "KN" else BUDGET
    for batch, first in enumerate(range(0, trials, TRIALS_TOGETHER)):
        count = min(TRIALS_TOGETHER, trials - first)
        costs = newsvendor_costs(count, most, DAYS, seed * 1_000_003 + batch, engine)
        if level_field:
            costs -= DAYS * np.array([lead(level) for level in LEVELS])[:, None, None]
        for trial in range(count):
            table = costs[:, trial]

            def sample(number: int, numbers: range, table: Array = table) -> Array:
                return table[number, numbers.start : numbers.stop]

            if procedure == "KN":
                found = kim_nelson(sample, len(LEVELS), gap() * DAYS, most=most)
            else:
                found = ocba(sample, len(LEVELS), BUDGET)
            right.append(LEVELS[found.best] == 8)
            used.append(sum(each.size for each in found.values))
    return np.array(right), np.array(used)
