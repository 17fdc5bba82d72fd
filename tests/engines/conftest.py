"""What the tests of the engines share: a small chain, and how two runs compare."""

import pytest

from inventory_hmarl import case_from_dict

SETTINGS = {
    "days": 20,
    "warmup_days": 4,
    "seed": 5,
    "skus": {
        "milk": {
            "base_demand": 5,
            "demand_std": 3,
            "seasonality_amplitude": 0.4,
            "seasonality_period": 7,
            "holding_cost": 0.25,
            "stockout_penalty": 2,
            "ordering_cost": 3,
            "unit_cost": 1,
            "unit_price": 2,
        }
    },
    "stores": {
        "north": {
            "initial_inventory": 12,
            "max_inventory": 40,
            "unmet_demand": "backordered",
            "policy": {"rule": "s_S", "reorder_point": 14, "order_up_to": 26},
        },
        "south": {
            "initial_inventory": 9,
            "demand_multiplier": 1.5,
            "policy": {
                "rule": "moving_average",
                "periods": 3,
                "protection_days": 3,
                "safety_stock": 2,
            },
        },
    },
    "warehouses": {
        "centre": {"initial_inventory": 20, "policy": {"rule": "base_stock", "order_up_to": 45}}
    },
    "suppliers": {"farm": {"reliability": 0.9, "capacity": 14}},
    "lanes": [
        {"source": "farm", "destination": "centre", "lead_time": 2},
        {"source": "centre", "destination": "north", "lead_time": 1},
        {"source": "centre", "destination": "south", "lead_time": 3},
    ],
}


def plain_settings(**others):
    """Return a store that an unlimited, reliable supplier feeds: nothing special happens."""
    store = {
        "initial_inventory": 12,
        "policy": {"rule": "s_S", "reorder_point": 14, "order_up_to": 26},
    }
    return {
        "days": 12,
        "skus": {"milk": {"base_demand": 5, "demand_std": 3, "holding_cost": 1}},
        "stores": {"store": store},
        "suppliers": {"farm": {}},
        "lanes": [{"source": "farm", "destination": "store", "lead_time": 2}],
    } | others


def contents(run):
    """Return all that a run found, as bytes by name."""
    outcome = run.outcome
    found = {"sums": outcome.sums, "daily": outcome.daily, "records": outcome.records}
    for name in ("cycles_ended", "cycles_served"):
        found |= {f"{name} {level}": a for level, a in enumerate(getattr(outcome, name))}
    return {name: None if a is None else (a.shape, a.tobytes()) for name, a in found.items()}


@pytest.fixture(scope="session")
def chain_settings():
    """Give the settings of `chain`."""
    return SETTINGS


@pytest.fixture(scope="session")
def chain():
    """Give two stores behind a warehouse that an unreliable and limited supplier feeds."""
    return case_from_dict(SETTINGS)


@pytest.fixture(scope="session")
def plain():
    """Give the function that builds a single store, with other settings on top."""
    return lambda **others: case_from_dict(plain_settings(**others))


@pytest.fixture(scope="session")
def unlike():
    """Give the function that names what is not the same, to the last bit, in two runs."""

    def compare(left, right):
        one, other = contents(left), contents(right)
        assert one.keys() == other.keys()
        return [name for name in one if one[name] != other[name]]

    return compare
