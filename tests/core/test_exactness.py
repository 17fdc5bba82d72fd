"""Figures and draws do not depend on what stands beside them."""

import numpy as np
import pytest

from inventory_hmarl import CaseError, case_from_dict, simulate
from inventory_hmarl.case.compiling import compile_case
from inventory_hmarl.core.arrays import fold
from inventory_hmarl.core.chance import keys
from inventory_hmarl.core.demand import Demand, Share
from inventory_hmarl.core.demand.factors import Wave
from inventory_hmarl.core.demand.normal import realised_mean
from inventory_hmarl.core.demand.path import MeanPath
from inventory_hmarl.core.demand.poisson import poisson, poisson_cumulative

FIRST = np.zeros(1, dtype=np.uint32)
KEY = keys([("demand", "shop", "a")], seed=5)


def settings(skus, *, units="whole", demand=None, stock=20.0, lead_time=2, **store):
    """Return a store with some SKUs, supplied at once and without limit."""
    policy = {"rule": "base_stock", "order_up_to": stock}
    shop = {"initial_inventory": stock, "policy": policy, **store}
    return {
        "days": 60,
        "units": units,
        "demand": demand or {},
        "skus": skus,
        "stores": {"shop": shop},
        "suppliers": {"source": {}},
        "lanes": [{"source": "source", "destination": "shop", "lead_time": lead_time}],
    }


def test_zeros_after_the_last_row_change_no_bit():
    """A sum is the same to the bit when its rows are padded with zeros."""
    rows = np.random.default_rng(3).normal(size=(11, 4))
    padded = np.concatenate([rows, np.zeros((5, 4))])
    assert (fold(padded) == fold(rows)).all()


def test_a_realised_mean_does_not_look_at_its_neighbours():
    """Demand with a realised mean is the same to the unit beside a SKU of huge demand."""
    small, huge = {"base_demand": 2.3, "demand_std": 0.3}, {"base_demand": 5000, "demand_std": 9}
    demand = {"mean": "realised"}
    alone, beside = (
        compile_case(case_from_dict(settings(skus, demand=demand))).demand.draw(FIRST, 1, 60)
        for skus in ({"a": small}, {"a": small, "b": huge})
    )
    assert (alone[:, 0] == beside[:, 0]).all()


@pytest.mark.parametrize("deviation", [0.4, 3.9, 4.1, 30.0])
def test_a_realised_mean_is_realised(deviation):
    """The mean of what is asked for is as given, however much clipping and rounding bend it."""
    sku = {"base_demand": 5, "demand_std": deviation}
    model = compile_case(case_from_dict(settings({"a": sku}, demand={"mean": "realised"})))
    drawn = model.demand.draw(np.arange(20_000, dtype=np.uint32), 2, 2)
    error = drawn.std() / np.sqrt(drawn.size)
    assert abs(drawn.mean() - 5) < 4 * error


def test_steady_demand_in_continuous_units_is_never_short():
    """Rounding noise is neither a stock-out nor stock: M20 with a mean that has no exact float."""
    sku = {"base_demand": 0.1, "demand_std": 0}
    case = settings({"a": sku}, units="continuous", stock=0.3)
    figures = simulate(case_from_dict(case)).figures()
    assert figures["alpha_period"][0, 0] == 1
    assert figures["stockout_days"][0, 0] == 0
    assert figures["ready_rate"][0, 0] <= 3 / 60


def test_poisson_of_a_large_mean_is_tabulated_in_a_window():
    """A mean of 1e8 takes a table of its own width, with the right middle."""
    smallest, cumulative = poisson_cumulative(np.array([1e8]))
    middle = int(1e8) - int(smallest[0])
    assert cumulative.shape[1] < 200_000
    assert abs(cumulative[0, middle] - 0.5) < 1e-4


def test_poisson_days_may_be_drawn_in_parts():
    """Many distinct large means are drawn in parts, which do not show."""
    path = MeanPath(np.array([4e5]), (Wave(np.array([0.5]), np.array([977.0]), np.array([0])),))
    demand = Demand((Share(poisson(path), 1, (KEY,)),), None, (slice(0, 1),))
    assert demand.most_days < 400
    whole, last = demand.draw(FIRST, 1, 400), demand.draw(FIRST, 400, 1)
    assert whole.shape == (400, 1, 1)
    assert whole[-1] == last[0]
    assert abs(whole.mean() / path.means(1, 400).mean() - 1) < 1e-3


def test_demand_that_multiplies_up_is_refused():
    """A base demand times a multiplier above what can be counted is an error of the case."""
    case = settings({"a": {"base_demand": 1e9}}, demand_multiplier=1e6)
    with pytest.raises(CaseError, match="units a day"):
        simulate(case_from_dict(case))


def test_without_deviation_the_mean_is_the_rounded_mean():
    """Demand without noise is its mean, rounded half up in whole units and never below zero."""
    mean, none = np.array([2.5, 0.4, -1.0]), np.zeros(3)
    assert realised_mean(mean, none, whole_units=True).tolist() == [3.0, 0.0, 0.0]
    assert realised_mean(mean, none, whole_units=False).tolist() == [2.5, 0.4, 0.0]
