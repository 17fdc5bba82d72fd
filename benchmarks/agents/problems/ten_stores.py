"""One warehouse and ten stores with lost sales: no optimum is known."""

from __future__ import annotations

import dataclasses

import numpy as np

from benchmarks.agents.problem import Problem
from benchmarks.agents.problems._lost_sales import solved
from inventory_hmarl import case_from_dict
from inventory_hmarl.core.arrays import Array

MEANS = {f"store_{number}": float(2 + number // 2) for number in range(10)}  # 2 to 6 a day
PENALTY, LEAD_TIME = 9.0, 2


@dataclasses.dataclass(frozen=True)
class SuppliersEverywhere:
    """Every store has a supplier of its own that is never short, and stores decide at their best.

    What a store does in the chain it could do here at no more cost, as nothing is paid for the
    warehouse's stock, so no policy of the chain costs less.
    """

    means: tuple[float, ...]

    def costs(self, episodes: range) -> Array:
        """Return the exact expectation, the same for all customers."""
        best = [solved(mean, LEAD_TIME, PENALTY, int(3 * mean) + 3)[1] for mean in self.means]
        return np.full(len(episodes), sum(best))


def problem() -> Problem:
    """Return ten stores, 2 days from a warehouse that is 3 days from its supplier."""
    item = {"base_demand": 1, "holding_cost": 1, "stockout_penalty": PENALTY}
    cover = {name: mean * (LEAD_TIME + 1) for name, mean in MEANS.items()}
    lanes = [{"source": "warehouse", "destination": name, "lead_time": LEAD_TIME} for name in MEANS]
    lanes.append({"source": "supplier", "destination": "warehouse", "lead_time": 3})
    supply = 4 * sum(MEANS.values())
    case = case_from_dict(
        {
            "days": 120,
            "warmup_days": 30,
            "units": "whole",
            "demand": {"distribution": "poisson", "seasonality": False},
            "skus": {"item": item},
            "stores": {
                name: {"demand_multiplier": mean} | _base_stock(cover[name])
                for name, mean in MEANS.items()
            },
            "warehouses": {"warehouse": {"holding_cost": 0.5} | _base_stock(supply)},
            "suppliers": {"supplier": {}},
            "lanes": lanes,
        }
    )
    bound = SuppliersEverywhere(tuple(MEANS.values()))
    return Problem("one warehouse, ten stores, lost sales", case, bound=lambda: bound)


def _base_stock(level: float) -> dict[str, object]:
    policy = {"rule": "base_stock", "order_up_to": level}
    return {"initial_inventory": level, "policy": policy}
