"""Small cases to break, and the faults that come of it."""

import copy

import pytest

from inventory_hmarl.case import CaseError, case_from_dict, case_to_dict, default_case

DEFAULT = case_to_dict(default_case())


def small_case():
    """Return the data of a chain with one store, one warehouse, one supplier and two SKUs."""
    levels = {"rule": "s_S", "reorder_point": 20, "order_up_to": 60}
    return {
        "title": "small",
        "days": 10,
        "warmup_days": 2,
        "seed": 1,
        "skus": {
            "milk": {"base_demand": 10, "demand_std": 2, "holding_cost": 0.1},
            "tea": {"base_demand": 3, "demand_std": 1, "holding_cost": 0.2},
        },
        "stores": {"shop": {"initial_inventory": 60, "policy": dict(levels)}},
        "warehouses": {"depot": {"initial_inventory": 90, "policy": dict(levels)}},
        "suppliers": {"farm": {}},
        "lanes": [
            {"source": "farm", "destination": "depot", "lead_time": 3},
            {"source": "depot", "destination": "shop", "lead_time": 1},
        ],
    }


@pytest.fixture
def data():
    """Give the data of a small case, to be changed."""
    return small_case()


@pytest.fixture
def default_data():
    """Give the data of the default case, to be changed."""
    return copy.deepcopy(DEFAULT)


@pytest.fixture(scope="session")
def faults():
    """Give the function that returns the faults of some data as text, one a line."""

    def told(data, **options):
        with pytest.raises(CaseError) as caught:
            case_from_dict(data, **options)
        assert str(caught.value).splitlines() == [str(fault) for fault in caught.value.faults]
        return str(caught.value).splitlines()

    return told


@pytest.fixture
def settings():
    """Give the brief's settings of a small chain."""
    levels = {"initial_inventory": 700, "reorder_point": 300, "order_up_to": 800}
    return {
        "SIMULATION_DAYS": 60,
        "WARMUP_DAYS": 5,
        "RANDOM_SEED": 7,
        "SKU_CONFIG": {
            "milk": {"name": "Milk", "base_demand": 50, "demand_std": 15, "unit_price": 25}
        },
        "STORE_CONFIG": {
            "store_1": {"name": "One", "demand_multiplier": 1.2, "max_inventory": 2000, **levels},
            "store_2": {"name": "Two", "demand_multiplier": {"milk": 0.8}, **levels},
        },
        "WAREHOUSE_CONFIG": {"warehouse_1": {"lead_time_to_stores": 2, **levels}},
        "SUPPLIER_CONFIG": {"supplier_1": {"lead_time": 7, "reliability": 0.95}},
        "DEMAND_CONFIG": {"noise_type": "multiplicative", "enable_seasonality": False},
        "COST_CONFIG": {"holding_cost_weight": 2, "stockout_penalty_weight": 3},
    }
