"""What the tests of the environments share: a chain in which most things happen."""

import pytest

from inventory_hmarl import case_from_dict


def _settings():
    """Return a chain in which most things happen: failures, rationing, limits, memory, waiting."""
    return {
        "days": 14,
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
            },
            "soap": {
                "base_demand": 2,
                "holding_cost": 0.5,
                "stockout_penalty": 1,
                "goodwill_loss": 0.2,
                "goodwill_recovery": 0.1,
                "demand": {"distribution": "poisson"},
            },
        },
        "stores": {
            "north": {
                "initial_inventory": 12,
                "max_inventory": 40,
                "unmet_demand": "backordered",
                "due_days": 2,
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
        "suppliers": {"farm": {"reliability": 0.9, "capacity": 24}},
        "lanes": [
            {"source": "farm", "destination": "centre", "lead_time": 2},
            {"source": "centre", "destination": "north", "lead_time": 1},
            {"source": "centre", "destination": "south", "lead_time": 3},
        ],
    }


@pytest.fixture(scope="session")
def eventful():
    """Give the function that builds the chain, its settings changed in place by another one."""

    def build(change=None):
        settings = _settings()
        if change is not None:
            change(settings)
        return case_from_dict(settings)

    return build
