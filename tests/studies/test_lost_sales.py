"""Orders that are optimal under lost sales, and what their table does in a run."""

import math

import pytest

from inventory_hmarl import case_from_dict, simulate
from inventory_hmarl.case import CaseError
from inventory_hmarl.studies.best_s_S import poisson
from inventory_hmarl.studies.lost_sales import best_lost_sales_orders

KNOWN = {1: 4.04071, 2: 4.3953}  # Zipkin (2008), table 3: Poisson(5), h = 1, p = 4


@pytest.mark.parametrize("lead_time", KNOWN)
def test_the_optimum_is_zipkins_and_its_table_reaches_it(lead_time):
    """Value iteration gives the published cost, and a run by its table has that mean (M19)."""
    best = best_lost_sales_orders(poisson(5), lead_time, rates=(1, 4), largest=(24, 12))
    assert best.cost == pytest.approx(KNOWN[lead_time], abs=2e-5)
    rates = {"base_demand": 5, "holding_cost": 1, "stockout_penalty": 4}
    case = case_from_dict(
        {
            "days": 500,
            "warmup_days": 100,
            "demand": {"distribution": "poisson"},
            "skus": {"milk": rates},
            "stores": {"store": {"initial_inventory": 8, "policy": best.policy}},
            "suppliers": {"dairy": {}},
            "lanes": [{"source": "dairy", "destination": "store", "lead_time": lead_time}],
        }
    )
    cost = simulate(case, replications=1000).figures()["avg_daily_cost"]
    error = cost.std(ddof=1) / math.sqrt(cost.size)
    assert error < 0.0025 * best.cost
    assert abs(cost.mean() - best.cost) < 4 * error
    policy = best.policy | {"orders_by_state": [3.0]}
    with pytest.raises(CaseError, match="states"):
        case.changed(stores={"store": {"initial_inventory": 8, "policy": policy}})


@pytest.mark.parametrize(("lead_time", "largest"), [(0, (9, 9)), (9, (99, 99))])
def test_a_state_that_is_too_large_is_refused(lead_time, largest):
    """No lead time, or too many states, is an error that says how many there are."""
    with pytest.raises(ValueError, match="states"):
        best_lost_sales_orders(poisson(5), lead_time, (1, 4), largest)
