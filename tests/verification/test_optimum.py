"""M19: no policy beats the optimum. A policy that does has seen the future."""

import numpy as np
import pytest

from inventory_hmarl.case import case_from_dict
from inventory_hmarl.simulation import simulate
from inventory_hmarl.verification.estimates import Sample, estimate

# Lost sales, Poisson(5), h = 1, lead times 1 to 4 by penalty: Zipkin (2008), "Old and new methods
# for lost-sales inventory systems", Operations Research 56(5), Table 3.
OPTIMUM = {
    4: (4.04071, 4.3953, 4.59872, 4.72853),
    9: (5.43822, 6.09364, 6.53137, 6.83594),
    19: (6.67574, 7.66442, 8.36251, 8.88718),
    39: (7.83595, 9.10638, 10.03848, 10.79441),
}


def cost(policy, penalty, lead_time):
    """Return the estimate of the daily cost."""
    settings = {
        "days": 600,
        "warmup_days": 100,
        "seed": 3,
        "demand": {"distribution": "poisson"},
        "skus": {"item": {"base_demand": 5, "holding_cost": 1, "stockout_penalty": penalty}},
        "stores": {"store": {"initial_inventory": 15, "policy": policy}},
        "suppliers": {"supplier": {}},
        "lanes": [{"source": "supplier", "destination": "store", "lead_time": lead_time}],
    }
    run = simulate(case_from_dict(settings), replications=200)
    costs = run.figures()["avg_daily_cost"][0]
    return estimate(Sample(costs, np.ones_like(costs)))


@pytest.mark.parametrize(("penalty", "lead_time"), [(4, 1), (4, 4), (9, 2), (19, 3), (39, 1)])
def test_no_policy_beats_the_optimum(penalty, lead_time):
    """Base-stock and capped base-stock around their best levels cost at least the optimum."""
    optimum = OPTIMUM[penalty][lead_time - 1]
    cheapest = np.inf
    for level in range(5 * lead_time + 3, 5 * lead_time + 15, 2):
        for cap in (6, 8, 99):
            rule = {"rule": "capped_base_stock", "order_up_to": level, "order_cap": cap}
            if cap == 99:
                rule = {"rule": "base_stock", "order_up_to": level}
            found = cost(rule, penalty, lead_time)
            assert found.value >= optimum - 4 * found.standard_error
            cheapest = min(cheapest, found.value)
    assert cheapest < 1.1 * optimum, "the best of them should come near it"
