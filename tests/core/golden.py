"""Hashes of twenty runs, so that no change of results goes unnoticed.

`python tests/core/golden.py` prints them, with `--write` it stores them in `golden.json`. A change
of a hash is a change of results: the changelog must say so.
"""

import hashlib
import json
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from inventory_hmarl import SCENARIOS, Keep, case_from_dict, default_case, load_case, simulate
from inventory_hmarl.scenarios import apply_scenario

FOLDER = Path(__file__).parent
STORED = FOLDER / "golden.json"
REPLICATIONS = 2
DIGITS = 9  # that count, in continuous units: there, another machine may round the last ones


def runs():
    """Return the cases of the runs, by name."""
    varied = load_case(FOLDER / "varied.toml")
    found = {f"default {name}": apply_scenario(default_case(), name) for name in BRIEF}
    found |= {f"varied {name}": apply_scenario(varied, name) for name in BRIEF}
    found["varied continuous"] = varied.changed(units="continuous")
    found |= {f"chain {name}": chain(policy) for name, policy in POLICIES.items()}
    found["chain poisson"] = chain(POLICIES["base_stock"], distribution="poisson")
    found["chain realised"] = chain(POLICIES["base_stock"], mean="realised")
    return found


BRIEF = ("normal", "spike", "strong_seasonality", "supplier_delay", "high_variability")
assert set(BRIEF) <= set(SCENARIOS)
POLICIES = {
    "s_S": {"reorder_point": 20, "order_up_to": 33},
    "base_stock": {"order_up_to": 28},
    "echelon_base_stock": {"order_up_to": 28},
    "capped_base_stock": {"order_up_to": 30, "order_cap": 7},
    "r_nQ": {"reorder_point": 20, "order_quantity": 12},
    "moving_average": {"periods": 6, "protection_days": 4, "safety_stock": 3},
    "fixed_orders": {"orders_by_day": [5, 5, 5, 6, 0, 9] * 8},
}
POLICIES = {rule: {"rule": rule, **parameters} for rule, parameters in POLICIES.items()}


def chain(policy, **demand):
    """Return three echelons in a row, with a policy at the store and scarce stock above it."""
    upper = {"rule": "base_stock", "order_up_to": 24}
    return case_from_dict(
        {
            "days": 60,
            "warmup_days": 10,
            "seed": 3,
            "demand": demand,
            "skus": {"milk": {"base_demand": 5, "demand_std": 4, "holding_cost": 1}},
            "stores": {
                "store": {"initial_inventory": 20, "unmet_demand": "backordered", "policy": policy}
            },
            "warehouses": {
                "near": {"initial_inventory": 9, "policy": upper, "short_orders": "dropped"},
                "far": {"initial_inventory": 9, "policy": upper},
            },
            "suppliers": {"supplier": {"reliability": 0.9, "capacity": 11}},
            "lanes": [
                {"source": "supplier", "destination": "far", "lead_time": 2},
                {"source": "far", "destination": "near", "lead_time": 1},
                {"source": "near", "destination": "store", "lead_time": 1},
            ],
        }
    )


def digest(case):
    """Return the SHA-256 of all quantities of all days of a case's run."""
    run = simulate(case, replications=REPLICATIONS, keep=Keep(records=True))
    records = run.outcome.records + 0.0  # which turns -0 into 0
    if case.units == "whole":
        return hashlib.sha256(records.astype("<f8").tobytes()).hexdigest()
    rounded = np.array([float(f"{value:.{DIGITS - 1}e}") for value in records.ravel()]) + 0.0
    return hashlib.sha256(rounded.astype("<f8").tobytes()).hexdigest()


def hashes():
    """Return the hash of each run."""
    return {name: digest(case) for name, case in runs().items()}


def main():
    """Print the hashes, or store them."""
    text = json.dumps(hashes(), indent=2) + "\n"
    if sys.argv[1:] == ["--write"]:
        STORED.write_text(text, encoding="utf-8")
        print("Stored. Say in CHANGELOG.md which results have changed, and why.")
    else:
        print(text, end="")


if __name__ == "__main__":
    main()
