"""Demand: every family against exact figures, seasons, spikes, and streams that stay apart."""

import copy
import math
import tomllib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory_hmarl import case_from_dict, default_case
from inventory_hmarl.case import case_to_dict
from inventory_hmarl.core.chance import keys, words
from inventory_hmarl.core.demand.normal import Normal, latent_mean, realised_mean
from inventory_hmarl.core.demand.path import MeanPath
from inventory_hmarl.core.demand.poisson import poisson, poisson_cumulative, poisson_quantile
from inventory_hmarl.core.demand.replay import Nothing, Replay
from inventory_hmarl.core.demand.table import tabulated
from inventory_hmarl.entities import DemandGenerator
from inventory_hmarl.scenarios import SCENARIOS, apply_scenario

DRAWS = 400_000
KEY = keys([("demand", "store", "milk")], seed=8)
VARIED = tomllib.loads((Path(__file__).parent / "varied.toml").read_text(encoding="utf-8"))


def flat(mean):
    """Return a mean path that is the same every day."""
    return MeanPath(np.array([mean], np.float64))


def drawn(family, number=DRAWS):
    """Return many draws of one row."""
    replications = np.arange(number // 4, dtype=np.uint32)
    return family.sample(
        words(KEY, replications, 1, 4), family.prepare(1, 4), (4, 1, number // 4)
    ).ravel()


def normal(mean, deviation, *, whole, realised=False):
    """Return the normal family with the same mean on all days."""
    return Normal(flat(mean), np.array([deviation]), np.zeros(1), whole, realised)


def near(sample, mean):
    """Tell whether a mean is within four standard errors of a sample's."""
    error = sample.std() / math.sqrt(sample.size)
    return abs(sample.mean() - mean) <= 4 * error + 1e-12


@pytest.mark.parametrize(
    ("mean", "deviation", "bias"),
    [(5, 1.6, 0.0004), (5, 2, 0.0040), (5, 5, 0.4166), (5, 8, 1.2954), (0, 20, 7.9788)],
)
def test_normal_clipped_at_zero(mean, deviation, bias):
    """Clipping at zero lifts the mean by m Phi(m/s) + s phi(m/s) - m."""
    exact = float(realised_mean(np.array([mean]), np.array([deviation]), False)[0])
    assert exact - mean == pytest.approx(bias, abs=5e-5)
    sample = drawn(normal(mean, deviation, whole=False))
    assert sample.min() >= 0
    assert near(sample, exact)


@pytest.mark.parametrize(
    ("mean", "deviation", "exact", "spread"),
    [(5, 8, 6.2937, 6.2374), (5, 14, 8.4365, 9.8189), (0, 20, 7.9780, 11.6787)],
)
def test_normal_rounded_and_clipped(mean, deviation, exact, spread):
    """In whole units the moments are those of the rounded variable, clipped at zero."""
    found = float(realised_mean(np.array([mean]), np.array([deviation]), True)[0])
    assert found == pytest.approx(exact, abs=5e-5)
    sample = drawn(normal(mean, deviation, whole=True))
    assert (sample == np.floor(sample)).all()
    assert near(sample, exact)
    assert sample.std() == pytest.approx(spread, rel=0.01)


@pytest.mark.parametrize("whole", [False, True])
@pytest.mark.parametrize(("mean", "deviation"), [(5, 8), (5, 0), (0, 3), (0.2, 4), (100, 25)])
def test_the_realised_mean_is_the_one_asked_for(whole, mean, deviation):
    """With `mean = "realised"` customers ask on average for what the user wrote."""
    wanted, spread = np.array([float(mean)]), np.array([float(deviation)])
    solved = latent_mean(wanted, spread, whole)
    if deviation and mean:
        assert float(realised_mean(solved, spread, whole)[0]) == pytest.approx(mean, abs=1e-8)
        assert near(drawn(normal(mean, deviation, whole=whole, realised=True)), mean)


def test_means_that_are_large():
    """With thousands of units rounding is left out of the mean, where it cannot be seen."""
    means, spread = np.array([50_000.0]), np.array([400.0])
    assert realised_mean(means, spread, True)[0] == pytest.approx(50_000.0, abs=1e-6)
    assert latent_mean(means, spread, True)[0] == pytest.approx(50_000.0, abs=1e-6)


@pytest.mark.parametrize("mean", [0.3, 1.7, 5.0, 63.0, 900.0])
def test_poisson_moments(mean):
    """Mean and variance are the parameter, and P(0) is exp(-mean)."""
    sample = drawn(poisson(flat(mean)))
    assert near(sample, mean)
    assert sample.var() == pytest.approx(mean, rel=0.02)
    zero = math.exp(-mean)
    error = math.sqrt(zero * (1 - zero) / sample.size)
    assert abs((sample == 0).mean() - zero) <= 4 * error + 1e-9


def test_poisson_table():
    """The tabulated probabilities are exp(-m) m^k / k!, to the last digits."""
    _, cumulative = poisson_cumulative(np.array([3.5]))
    exact = np.cumsum([math.exp(-3.5) * 3.5**k / math.factorial(k) for k in range(20)])
    assert cumulative[0, :20] == pytest.approx(exact, abs=1e-14)
    assert [poisson_quantile(3.5, p) for p in (0.03, 0.1, 0.5, 0.99)] == [0, 1, 3, 8]


def test_no_mean_is_no_demand():
    """A mean of zero is nobody, on every draw."""
    assert not drawn(poisson(flat(0.0)), 4000).any()
    assert not drawn(normal(0, 0, whole=True), 4000).any()


def test_table_probabilities():
    """A tabulated distribution comes out with its probabilities; what has none never comes."""
    values = np.array([0.0, 2.0, 3.0, 7.0, 50.0])
    odds = np.array([0.2, 0.5, 0.0, 0.25, 0.05])
    sample = drawn(tabulated([(values, odds)]))
    for value, odd in zip(values, odds, strict=True):
        error = math.sqrt(odd * (1 - odd) / sample.size)
        assert abs((sample == value).mean() - odd) <= 4 * error
    assert set(np.unique(sample)) == {0.0, 2.0, 7.0, 50.0}


def test_rows_of_a_table_are_apart():
    """Each row of a family has its own distribution, of its own length."""
    family = tabulated(
        [
            (np.array([1.0]), np.array([1.0])),
            (np.arange(9.0), np.full(9, 1 / 9)),
            (np.array([4.0, 6.0]), np.array([0.5, 0.5])),
        ]
    )
    key = keys([("a",), ("b",), ("c",)], seed=1)
    sample = family.sample(
        words(key, np.arange(999, dtype=np.uint32), 1, 2), family.prepare(1, 2), (2, 3, 999)
    )
    found = [set(np.unique(sample[:, row]).tolist()) for row in range(3)]
    assert found == [{1.0}, set(map(float, range(9))), {4.0, 6.0}]


def recorded(family, first_day, shape):
    """Return what a family without chance draws."""
    return family.sample(None, family.prepare(first_day, shape[0]), shape)


def test_replayed_demand():
    """A record comes as it is written, to every replication; a scale multiplies and rounds it."""
    record = np.array([[3, 1], [0, 7], [5, 2]], dtype=np.uint16)
    plain = recorded(Replay(record), 2, (2, 2, 3))
    assert plain.tolist() == [[[0.0] * 3, [7.0] * 3], [[5.0] * 3, [2.0] * 3]]
    twofold = MeanPath(np.array([2.0, 0.5]))
    scaled = recorded(Replay(record, twofold), 1, (3, 2, 1))[..., 0]
    assert scaled.tolist() == [[6.0, 1.0], [0.0, 4.0], [10.0, 1.0]]
    assert not recorded(Nothing(), 1, (2, 2, 2)).any()


# --- through a case --------------------------------------------------------------------------


def store_case(days=60, **others):
    """Return a case of two stores and two SKUs with seasons."""
    sku = {"base_demand": 40, "demand_std": 0, "seasonality_amplitude": 0.5}
    return {
        "days": days,
        "units": "continuous",
        "skus": {
            "milk": sku | {"seasonality_period": 20},
            "soap": sku | {"seasonality_period": 7.5},
        },
        "stores": {
            name: {"initial_inventory": 50, "policy": {"rule": "base_stock", "order_up_to": 90}}
            for name in ("one", "two")
        },
        "suppliers": {"supplier": {}},
        "lanes": [
            {"source": "supplier", "destination": name, "lead_time": 1} for name in ("one", "two")
        ],
    } | others


def series(case, replication=0):
    """Return demand of each store and SKU by day."""
    customers = DemandGenerator(case, replication=replication)
    units = customers.series(1, case.days)
    return {point: units[:, column] for column, point in enumerate(customers.points)}


def test_seasons_are_the_briefs_formula_and_repeat():
    """The mean is base x (1 + amplitude x sin(2 pi day / period)), and repeats to the bit."""
    asked = series(case_from_dict(store_case()))
    day = np.arange(1, 61)
    for sku, period, cycle in (("milk", 20, 20), ("soap", 7.5, 15)):
        mean = 40 * (1 + 0.5 * np.sin(2 * np.pi * day / period))
        assert asked["one", sku] == pytest.approx(mean, rel=1e-12)
        assert np.array_equal(asked["one", sku][:cycle], asked["one", sku][cycle : 2 * cycle])
        assert asked["one", sku][: 4 * cycle].mean() == pytest.approx(40, rel=1e-12)


def test_spikes_hold_on_both_end_days_and_where_they_are_told():
    """A spike multiplies demand from its first to its last day, at its stores and SKUs alone."""
    flat_case = store_case(demand={"seasonality": False})
    spike = {"first_day": 30, "last_day": 32, "multiplier": 2.5}
    plain = series(case_from_dict(flat_case))
    everywhere = series(case_from_dict(flat_case | {"spikes": [spike]}))
    local = {"stores": ["one"], "skus": ["soap"]}
    somewhere = series(case_from_dict(flat_case | {"spikes": [spike | local]}))
    factor = np.ones(60)
    factor[29:32] = 2.5
    for point in plain:
        assert everywhere[point] == pytest.approx(plain[point] * factor)
        touched = point == ("one", "soap")
        assert somewhere[point] == pytest.approx(plain[point] * (factor if touched else 1.0))
    double = series(case_from_dict(flat_case | {"spikes": [spike, spike | local]}))
    assert double["one", "soap"][30] == pytest.approx(40 * 6.25)


def test_multiplicative_noise_follows_the_mean():
    """Under multiplicative noise the deviation is the same share of every day's mean."""
    case = store_case(days=20, demand={"noise": "multiplicative"})
    for sku in case["skus"].values():
        sku["demand_std"] = 4
    model = DemandGenerator(case_from_dict(case))._model  # noqa: SLF001  # for many replications
    sample = model.demand.draw(np.arange(20_000, dtype=np.uint32), 1, 20)[:, 0]
    share = sample.std(axis=1) / sample.mean(axis=1)
    assert share == pytest.approx(np.full(20, 0.1), rel=0.03)


def test_the_brief_s_spike_moves_three_days_only():
    """Under scenario "spike" days 30 to 32 change and all others stay, bit for bit."""
    normal_days, spiked = (series(apply_scenario(default_case(), n)) for n in ("normal", "spike"))
    for point, units in normal_days.items():
        changed = np.flatnonzero(units != spiked[point]) + 1
        assert set(changed.tolist()) <= {30, 31, 32}
    total = [sum(units[29:32].sum() for units in run.values()) for run in (normal_days, spiked)]
    assert total[1] / total[0] == pytest.approx(2.5, rel=0.1)


# --- streams ---------------------------------------------------------------------------------


def varied(**tables):
    """Return the varied case with some tables replaced."""
    return case_from_dict(copy.deepcopy(VARIED) | tables)


def kept(before, after):
    """Tell whether the demand of every pair of a case is bit for bit the same in another."""
    return all(units.tobytes() == after[point].tobytes() for point, units in before.items())


BEFORE = series(varied())
NEWCOMER = {"initial_inventory": 5, "policy": {"rule": "base_stock", "order_up_to": 9}}


def test_adding_a_store_changes_no_other_demand():
    """A new store, even before all others, leaves the customers of the others alone."""
    stores = {"aaa": NEWCOMER} | VARIED["stores"]
    lane = {"source": "works", "destination": "aaa", "lead_time": 1}
    after = series(varied(stores=stores, lanes=[lane, *VARIED["lanes"]]))
    assert len(after) == len(BEFORE) + 3
    assert kept(BEFORE, after)


def test_adding_a_sku_changes_no_other_demand():
    """A new SKU leaves the demand of the others alone."""
    skus = {"aaa": {"base_demand": 3, "demand_std": 1}} | VARIED["skus"]
    stores = copy.deepcopy(VARIED["stores"])
    stores["north"]["skus"] = ["milk", "bread", "soap"]
    stores["north"]["unmet_demand"] = "lost"
    stores["new"] = NEWCOMER | {"skus": ["aaa"]}
    lane = {"source": "works", "destination": "new", "lead_time": 1}
    after = series(varied(skus=skus, stores=stores, lanes=[*VARIED["lanes"], lane]))
    assert ("new", "aaa") in after
    assert kept(BEFORE, after)


def test_dropping_a_store_changes_no_other_demand():
    """Closing a store leaves the customers of the others alone."""
    stores = {name: store for name, store in VARIED["stores"].items() if name != "fair"}
    lanes = [lane for lane in VARIED["lanes"] if lane["destination"] != "fair"]
    after = series(varied(stores=stores, lanes=lanes))
    assert kept(after, BEFORE)
    assert len(after) < len(BEFORE)


def test_policies_and_costs_change_no_demand():
    """Another policy, another rate or another lead time meets the same customers."""
    stores = copy.deepcopy(VARIED["stores"])
    stores["north"]["policy"] = {"rule": "base_stock", "order_up_to": 40}
    lanes = [lane | {"lead_time": 5} for lane in VARIED["lanes"]]
    assert kept(BEFORE, series(varied(stores=stores, lanes=lanes, cost_weights={"holding": 9})))


# The last day of each scenario that multiplies demand from day 30 on, of 40 days.
MULTIPLY = {
    "spike": 32,
    "store_closed": 36,
    **dict.fromkeys(
        ("demand_surge", "demand_drop", "regime_shift", "promotion", "price_change"), 40
    ),
}


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_scenarios_reach_no_other_stream(scenario):
    """Recorded and tabulated demand without a season is under every scenario the same.

    Those that multiply demand itself are the exception, on their own days.
    """
    after = series(apply_scenario(varied(), scenario))
    calm = np.ones(40, bool)
    calm[29 : MULTIPLY.get(scenario, 29)] = False
    point = ("kiosk", "milk")
    assert np.array_equal(after[point][calm], BEFORE[point][calm])


def test_the_horizon_and_the_replications_change_no_demand():
    """A longer run, and other replications beside it, meet the same customers on its first days."""
    kiosk = copy.deepcopy(VARIED["stores"])
    kiosk["kiosk"]["demand"]["milk"]["units"] *= 2
    after = series(varied(days=80, stores=kiosk))
    assert all(np.array_equal(units, after[point][:40]) for point, units in BEFORE.items())


@given(
    replication=st.integers(0, 2**32 - 1),
    first=st.integers(1, 40),
    days=st.integers(1, 12),
)
def test_any_block_of_days_is_a_part_of_the_whole(replication, first, days):
    """Demand asked for in blocks is the demand asked for at once."""
    case = varied()
    days = min(days, 41 - first)
    customers = DemandGenerator(case, replication=replication)
    whole = customers.series(1, 40)
    assert np.array_equal(customers.series(first, days), whole[first - 1 : first - 1 + days])


def test_pairs_and_seeds_are_independent():
    """Stores, SKUs, days, replications and seeds have no draws in common."""
    names = [("demand", store, sku) for store in "abc" for sku in "xyz"]
    found = words(keys(names, seed=1), np.arange(50, dtype=np.uint32), 1, 40)
    assert np.unique(found).size > 0.999 * found.size
    uniform = found.reshape(40, 9, 50).astype(float) / 2**32
    assert abs(uniform.mean() - 0.5) < 4 / math.sqrt(12 * found.size)
    rows = np.corrcoef(uniform.transpose(1, 0, 2).reshape(9, -1))
    lagged = np.corrcoef(uniform[1:].ravel(), uniform[:-1].ravel())[0, 1]
    assert np.abs(rows - np.eye(9)).max() < 4.5 / math.sqrt(2000)
    assert abs(lagged) < 4 / math.sqrt(found.size)
    other = words(keys(names, seed=2), np.arange(50, dtype=np.uint32), 1, 40)
    assert (found != other).mean() > 0.999


@pytest.mark.parametrize("noise", ["additive", "multiplicative"])
@pytest.mark.parametrize("mean", ["latent", "realised"])
def test_nobody_comes_on_days_with_a_factor_of_0(noise, mean):
    """Before a launch, after the end and under a factor of 0 normal demand is 0, and only then."""
    spikes = [{"first_day": 20, "last_day": 24, "multiplier": 0}]
    demand = {"noise": noise, "mean": mean, "first_day": 10, "last_day": 35}
    content = case_to_dict(default_case()) | {"days": 40, "demand": demand, "spikes": spikes}
    units = DemandGenerator(case_from_dict(content)).series(1, 40)
    open_days = np.r_[10:20, 25:36] - 1
    assert units[open_days].sum(axis=1).all()
    assert not np.delete(units, open_days, axis=0).any()
