"""Small cases to run the reference on; functions, so that Hypothesis tests may use them too."""

import pytest

from inventory_hmarl.case import case_from_dict
from inventory_hmarl.testing import never, simulate_reference


def chain_settings(*, stores, warehouses=None, lanes, days=6, **others):
    """Return the settings of a case with one SKU, costs of 1, and whatever else is given."""
    milk = {"base_demand": 1, "demand_std": 0}
    milk |= {"holding_cost": 1, "stockout_penalty": 1, "ordering_cost": 1}
    return {
        "title": "Example",
        "days": days,
        "warmup_days": 0,
        "seed": 1,
        "units": "whole",
        "demand": {"distribution": "none"},
        "skus": {"milk": milk},
        "stores": stores,
        "warehouses": warehouses or {},
        "suppliers": {"supplier": {}},
        "lanes": lanes,
    } | others


def location_settings(initial, rule="base_stock", *, policy=None, **others):
    """Return a store or warehouse; `policy` holds the parameters, by default S = initial."""
    parameters = {"order_up_to": initial} if policy is None else policy
    return {"initial_inventory": initial, "policy": {"rule": rule, **parameters}, **others}


def lane_settings(source, destination, lead_time=1, **others):
    """Return a lane."""
    return {"source": source, "destination": destination, "lead_time": lead_time, **others}


@pytest.fixture(scope="session")
def chain():
    """Give the function that builds the settings of a case."""
    return chain_settings


@pytest.fixture(scope="session")
def location():
    """Give the function that builds a store or warehouse."""
    return location_settings


@pytest.fixture(scope="session")
def lane():
    """Give the function that builds a lane."""
    return lane_settings


@pytest.fixture(scope="session")
def build():
    """Give the function that turns settings into a case."""
    return case_from_dict


@pytest.fixture(scope="session")
def simulate():
    """Give the function that runs settings on demand by store and day; the rest is 0."""

    def run(settings, demand, fails=never):
        def asked(day, store, sku):
            series = demand.get(store, [])
            return series[day - 1] if day <= len(series) else 0

        return simulate_reference(case_from_dict(settings), asked, fails)

    return run
