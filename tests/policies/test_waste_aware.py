"""Base-stock that orders again what is going to expire."""

import numpy as np
import pytest

from inventory_hmarl import Keep, case_from_dict, simulate
from inventory_hmarl.core.state import View
from inventory_hmarl.policies import RULES


def rule(mean, days, whole=True):
    """Return the rule with S = 20."""
    return RULES["waste_aware"](np.array([[20.0]]), np.array([[mean]]), days, whole)


@pytest.mark.parametrize(
    ("mean", "days", "waste"),
    [
        (2.0, 1, 3.0),  # 5 have a day left, 2 are sold
        (2.0, 2, 3.0),  # of the next 1, one is sold, and the day's other customer takes a third
        (2.0, 3, 4.0),  # 5 + 1 + 4 - 3 x 2
        (9.0, 3, 0.0),  # all are sold in time
        (2.0, 9, 4.0),  # nothing has more days left
        (2.0, 0, 0.0),
    ],
)
def test_expected_waste_by_hand(mean, days, waste):
    """What is oldest goes first; what expires of 5, 1 and 4 units is ordered again."""
    stock = np.array([[10.0]])
    ages = np.array([5.0, 1.0, 4.0]).reshape(1, 3, 1)
    orders, _ = rule(mean, days).orders(View(1, stock, None, 0 * stock, stock, ages=ages), ())
    assert orders.item() == 10 + waste


def fresh(policy, **sku):
    """Return a case of a store, most of whose stock expires."""
    milk = {"base_demand": 4, "demand_std": 2, "expiry_cost": 1, "holding_cost": 0.1}
    return case_from_dict(
        {
            "days": 60,
            "skus": {"milk": milk | {"stockout_penalty": 5} | sku},
            "stores": {"store": {"initial_inventory": 12, "policy": policy}},
            "suppliers": {"dairy": {}},
            "lanes": [{"source": "dairy", "destination": "store", "lead_time": 2}],
        }
    )


AWARE = {"rule": "waste_aware", "order_up_to": 16, "mean_demand": 4, "waste_days": 2}
BASE = {"rule": "base_stock", "order_up_to": 16}


def outcome(case):
    """Return the records of a run."""
    return simulate(case, replications=8, keep=Keep(records=True), checked=True)


def test_what_keeps_has_no_waste():
    """Without a shelf life, or with no days to look ahead, it is base-stock."""
    same = [
        (fresh(AWARE), fresh(BASE)),
        (fresh(AWARE | {"waste_days": 0}, shelf_life=3), fresh(BASE, shelf_life=3)),
    ]
    for left, right in same:
        assert np.array_equal(outcome(left).outcome.records, outcome(right).outcome.records)


def test_anticipated_waste_pays():
    """Of stock that soon expires, the best level costs less if waste is anticipated."""
    cost = [
        min(
            simulate(fresh(rule | {"order_up_to": level}, shelf_life=2), replications=50)
            .figures()["total_cost"]
            .mean()
            for level in (16, 17, 18)
        )
        for rule in (AWARE, BASE)
    ]
    assert cost[0] < 0.97 * cost[1]
