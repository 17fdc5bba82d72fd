"""Newsvendors, whose best S is known, and studies that are quick."""

import pytest

from inventory_hmarl.case import case_from_dict, default_case
from inventory_hmarl.studies import planning
from inventory_hmarl.studies.sweeping import plan

PLACE = "suppliers.supplier_1.reliability"


def newsvendor(level, days=1):
    """Return a newsvendor with Poisson(5) demand, holding cost 1 and penalty 9."""
    item = {"base_demand": 5, "holding_cost": 1, "stockout_penalty": 9, "ordering_cost": 0}
    store = {
        "initial_inventory": level,
        "unmet_demand": "backordered",
        "policy": {"rule": "base_stock", "order_up_to": level},
    }
    return case_from_dict(
        {
            "days": days,
            "seed": 11,
            "demand": {"distribution": "poisson", "seasonality": False},
            "skus": {"paper": item},
            "stores": {"kiosk": store},
            "suppliers": {"press": {}},
            "lanes": [{"source": "press", "destination": "kiosk", "lead_time": 0}],
        }
    )


@pytest.fixture(name="newsvendor")
def newsvendor_fixture():
    """What makes a newsvendor of a level S and some days."""
    return newsvendor


@pytest.fixture
def made(monkeypatch):
    """The plan of a study of four points in four chunks."""
    monkeypatch.setattr(planning, "CHUNK_COST", 70_000)
    return plan(default_case().changed(days=20), {PLACE: [0.7, 0.8, 0.9, 1]}, replications=10)
