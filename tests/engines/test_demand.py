"""Demand of every kind is the same on both engines, to the last bit."""

import numpy as np
import pytest

pytest.importorskip("jax")

from inventory_hmarl import Keep, case_from_dict, simulate

ITEM = {"base_demand": 4, "demand_std": 3, "seasonality_amplitude": 0.3, "seasonality_period": 7}
FAMILIES = {
    "negative_binomial": {},
    "geometric": {},
    "gamma": {},
    "lognormal": {},
    "intermittent": {"occurrence": 0.3, "size_cv2": 0.6},
    "empirical": {"units": [0, 4, 1, 0, 9, 2]},
}


def case(units, **others):
    """Return two stores with a SKU of each family, and seasons."""
    skus = {
        name: ITEM | {"demand": {"distribution": name} | settings}
        for name, settings in FAMILIES.items()
    }
    spike = {"first_day": 5, "last_day": 9, "multiplier": 1.5, "stores": ["one"]}
    data = {
        "days": 24,
        "units": units,
        "skus": skus,
        "spikes": [spike],
        "stores": {
            name: {"initial_inventory": 9, "policy": {"rule": "base_stock", "order_up_to": 14}}
            for name in ("one", "two")
        },
        "suppliers": {"source": {}},
        "lanes": [
            {"source": "source", "destination": name, "lead_time": 1} for name in ("one", "two")
        ],
    }
    return case_from_dict(data | others)


def both(one, **options):
    """Return the demand of each day and SKU that each engine drew."""
    runs = [
        simulate(one, replications=50, keep=Keep(records=["demand"]), engine=name, **options)
        for name in ("numpy", "jax")
    ]
    return [run.outcome.records for run in runs]


@pytest.mark.parametrize("units", ["whole", "continuous"])
def test_every_family_is_the_same_on_both_engines(units):
    """Draws that are prepared on the host end in the same bits, whatever the family."""
    numpy, jax = both(case(units))
    assert np.array_equal(numpy, jax)
    assert (numpy.max(axis=(0, 2)) > 0).all()


def test_fast_draws_are_whole_and_alike_on_average():
    """In 32-bit floats whole units stay whole, and the mean moves by no more than chance."""
    exact = simulate(case("whole"), replications=400).figures("sku")
    fast = simulate(case("whole"), replications=400, engine="jax", precision="fast").figures("sku")
    for one, other in zip(exact["total_demand"], fast["total_demand"], strict=True):
        assert (other == np.floor(other)).all()
        assert abs(one.mean() - other.mean()) <= 4 * one.std() / np.sqrt(len(one))
