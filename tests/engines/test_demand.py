"""Demand of every kind is the same on both engines, to the last bit."""

import numpy as np
import pytest

pytest.importorskip("jax")

import jax

from inventory_hmarl import Keep, case_from_dict, simulate
from inventory_hmarl.entities import DemandGenerator
from inventory_hmarl.envs.functional import key_of, make_functional

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
    """Return two stores with a SKU of each family, and all that moves a mean."""
    skus = {
        name: ITEM | {"demand": {"distribution": name} | settings}
        for name, settings in FAMILIES.items()
    }
    spike = {"first_day": 5, "last_day": 9, "multiplier": 1.5, "stores": ["one"]}
    shape = {
        "weekdays": [1, 1, 1, 1, 2, 3, 0.5],
        "yearly_amplitude": 0.2,
        "trend": 0.01,
        "last_day": 22,
        "elasticity": -1.7,
    }
    data = {
        "days": 24,
        "demand": shape,
        "events": [{"day": 3, "factor": 1.3, "store": "two"}],
        "promotions": [{"first_day": 8, "last_day": 10, "price": 0.9, "dip": 0.3}],
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
    numpy, compiled = both(case(units))
    assert np.array_equal(numpy, compiled)
    assert (numpy.max(axis=(0, 2)) > 0).all()


TIED = {
    "demand": {"distribution": "poisson", "autocorrelation": -0.6},
    "correlation": {"within_store": 0.3, "within_sku": 0.4},
    "skus": {"milk": {"base_demand": 4}, "soap": {"base_demand": 2}},
}


def test_correlated_demand_is_the_same_on_both_engines():
    """What stores, SKUs and days have in common is drawn in the same bits, whatever the blocks."""
    numpy, compiled = both(case("whole", **TIED))
    assert np.array_equal(numpy, compiled)


def test_correlated_demand_comes_to_functional_environments():
    """A key's customers are those that NumPy's chains of that seed meet, on every day."""
    one = case("whole", **TIED, seed=9)
    with jax.enable_x64(True):
        env = make_functional(one)
        _, state = env.reset(key_of(9))
        found = [state.moment.sales[0].demand]
        for _ in range(2):
            _, state, *_ = env.step_env(key_of(0), state, np.zeros(len(env.scene.controls)))
            found.append(state.moment.sales[0].demand)
    exact = DemandGenerator(one).series(1, 3)
    assert np.array_equal(np.stack(found)[..., 0], exact)


def test_fast_draws_are_whole_and_alike_on_average():
    """In 32-bit floats whole units stay whole, and the mean moves by no more than chance."""
    exact = simulate(case("whole"), replications=400).figures("sku")
    fast = simulate(case("whole"), replications=400, engine="jax", precision="fast").figures("sku")
    for one, other in zip(exact["total_demand"], fast["total_demand"], strict=True):
        assert (other == np.floor(other)).all()
        assert abs(one.mean() - other.mean()) <= 4 * one.std() / np.sqrt(len(one))
