"""Fast precision: 32-bit floats tell the same story, and lose nothing on the way."""

import numpy as np
import pytest

pytest.importorskip("jax")

from inventory_hmarl import Keep, case_from_dict, default_case, simulate

REPLICATIONS = 300
WIDEST = 4.0  # standard errors


@pytest.fixture(params=["default", "whole", "continuous"])
def case(request, chain):
    """Give the default case, and the small chain in whole and in continuous units."""
    return default_case() if request.param == "default" else chain.changed(units=request.param)


def test_means_lie_within_the_intervals_of_the_exact_ones(case):
    """No figure's mean is further from the exact one than chance is, and a bias is far smaller."""
    exact, fast = (
        simulate(case, replications=REPLICATIONS, engine="jax", precision=precision).figures()
        for precision in ("exact", "fast")
    )
    assert exact.keys() == fast.keys()
    for name in exact:
        one, other = exact[name][0], fast[name][0]
        assert (np.isnan(one) == np.isnan(other)).all(), name
        error = np.nanstd(one, ddof=1) / np.sqrt(REPLICATIONS)
        off = abs(np.nanmean(other) - np.nanmean(one))
        assert off <= WIDEST * error + 1e-6 * abs(np.nanmean(one)), name


def level_days(run, name):
    """Return a quantity of each level, summed over its rows: `(levels, days, R)`."""
    outcome, levels = run.outcome, len(run.model.network.levels)
    return np.stack([outcome.kept.of(outcome.records, name, n).sum(axis=1) for n in range(levels)])


def test_nothing_is_lost_on_the_way(case):
    """Stock is yesterday's, and arrivals, less sales and shipments, in 32 bits as well."""
    run = simulate(case, replications=20, keep=Keep(records=True), engine="jax", precision="fast")
    stock, sales, shipped, arrived = (
        level_days(run, name) for name in ("stock", "sales", "shipped", "arrived")
    )
    sales[1:] = 0.0  # warehouses sell nothing
    left = np.zeros_like(shipped)
    left[1:] = shipped[:-1]  # each level is supplied by the next
    change = stock[:, 1:] - (stock[:, :-1] + arrived[:, :-1] - sales[:, 1:] - left[:, 1:])
    if case.units == "whole":
        assert (change == 0).all()
        assert (stock == np.floor(stock)).all()
    else:
        assert abs(change).max() < 1e-3


def test_noise_is_not_ordered(chain_settings):
    """What 32 bits leave of a position that is at its target is no order, and costs none."""
    policy = {"rule": "echelon_base_stock", "order_up_to": 150.3}
    case = case_from_dict(
        chain_settings
        | {
            "days": 60,
            "units": "continuous",
            "demand": {"distribution": "table", "values": [0, 7.7], "probabilities": [0.7, 0.3]},
            "warehouses": {"centre": {"initial_inventory": 60.7, "policy": policy}},
            "suppliers": {"farm": {}},
        }
    )
    exact, fast = (
        simulate(case, replications=20, engine="jax", precision=precision).figures("location")
        for precision in ("exact", "fast")
    )
    assert (exact["order_lines"] == fast["order_lines"]).all()
