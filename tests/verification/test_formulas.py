"""Simulated figures lie within 4 standard errors of closed forms, worked out here from scratch.

Daily review, backorders, Poisson demand of mean m, lead time L: after ordering, the inventory
position is constant (base-stock) or uniform on r + 1 .. r + Q ((r, nQ)), and the stock at the end
of the day L days later is that position less L + 1 days of demand.
"""

import math

import numpy as np
import pytest

from inventory_hmarl.case import case_from_dict
from inventory_hmarl.simulation import simulate
from inventory_hmarl.verification.estimates import Sample, estimate

MEAN, WARMUP, DAYS, REPLICATIONS = 5, 50, 550, 400


def poisson(mean, up_to=120):
    """Return P(X = 0), P(X = 1), ..."""
    if mean == 0:
        return [1.0] + [0.0] * up_to
    return [math.exp(k * math.log(mean) - mean - math.lgamma(k + 1)) for k in range(up_to + 1)]


def shortfall(position, mean):
    """Return E(X - position)^+ for a Poisson X."""
    return sum(p * max(k - position, 0) for k, p in enumerate(poisson(mean)))


def below(position, mean):
    """Return P(X <= position) for a Poisson X."""
    return sum(p for k, p in enumerate(poisson(mean)) if k <= position)


def exact(positions, lead_time):
    """Return each figure, averaged over the inventory positions."""
    long, short = (lead_time + 1) * MEAN, lead_time * MEAN
    found = {}
    for name, figure in {
        "avg_inventory": lambda y: shortfall(y, long) + y - long,
        "waiting": lambda y: shortfall(y, long),
        "unit_fill_rate": lambda y: 1 - (shortfall(y, long) - shortfall(y, short)) / MEAN,
        # A day without demand is no stock-out day, even where earlier customers still wait.
        "alpha_period": lambda y: below(y, long) + math.exp(-MEAN) * (1 - below(y, short)),
        "ready_rate": lambda y: below(y - 1, long),
    }.items():
        found[name] = sum(figure(y) for y in positions) / len(positions)
    return found


def measured(policy, initial, lead_time):
    """Return the estimate of each figure."""
    settings = {
        "days": DAYS,
        "warmup_days": WARMUP,
        "seed": 7,
        "demand": {"distribution": "poisson"},
        "skus": {"item": {"base_demand": MEAN}},
        "stores": {
            "store": {
                "initial_inventory": initial,
                "unmet_demand": "backordered",
                "policy": policy,
            }
        },
        "suppliers": {"supplier": {}},
        "lanes": [{"source": "supplier", "destination": "store", "lead_time": lead_time}],
    }
    figures = simulate(case_from_dict(settings), replications=REPLICATIONS).figures()
    found = {name: values[0] for name, values in figures.items()}
    one, demand = np.ones(REPLICATIONS), found["total_demand"]
    samples = {name: Sample(found[name], one) for name in ("avg_inventory", "alpha_period")}
    samples["ready_rate"] = Sample(found["ready_rate"], one)
    samples["waiting"] = Sample(found["backorder_days"] / (DAYS - WARMUP), one)
    samples["unit_fill_rate"] = Sample(found["unit_fill_rate"] * demand, demand)
    return {name: estimate(sample) for name, sample in samples.items()}


def unlikely(expected, found):
    """Return the figures that are more than 4 standard errors off."""
    return {
        name: (expected[name], found[name])
        for name in expected
        if abs(found[name].value - expected[name]) > 4 * found[name].standard_error
    }


@pytest.mark.parametrize(("lead_time", "order_up_to"), [(0, 7), (1, 11), (2, 20), (3, 18), (5, 35)])
def test_base_stock(lead_time, order_up_to):
    """Base-stock: stock, backorders, fill rate, alpha and ready rate are as the formulas say."""
    policy = {"rule": "base_stock", "order_up_to": order_up_to}
    found = measured(policy, order_up_to, lead_time)
    assert unlikely(exact([order_up_to], lead_time), found) == {}


@pytest.mark.parametrize(("lead_time", "r", "q"), [(0, 5, 8), (2, 16, 12), (4, 22, 3)])
def test_order_multiples(lead_time, r, q):
    """(r, nQ): the same figures, averaged over positions r + 1 to r + Q."""
    policy = {"rule": "r_nQ", "reorder_point": r, "order_quantity": q}
    found = measured(policy, r + q, lead_time)
    assert unlikely(exact(range(r + 1, r + q + 1), lead_time), found) == {}
