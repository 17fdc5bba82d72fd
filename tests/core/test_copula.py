"""Correlated demand: as much as was asked for, with the same law for every day and store."""

import math

import numpy as np
import pytest

from inventory_hmarl import case_from_dict
from inventory_hmarl.case.compiling import compile_case
from inventory_hmarl.core.chance import standard_normal
from inventory_hmarl.core.demand.copula import doublings, memory, word_at

REPLICATIONS = 20_000
TOGETHER = {"everywhere": 0.1, "within_store": 0.3, "within_sku": 0.5}
PHI = {"autocorrelation": 0.8}


def case(correlation=None, demand=None, skus=("milk", "soap"), stores=("one", "two"), **changes):
    """Return stores and SKUs whose demand is normal, far from zero, in continuous units."""
    return {
        "days": 12,
        "units": "continuous",
        "correlation": correlation or {},
        "demand": demand or {},
        "skus": {name: {"base_demand": 100, "demand_std": 10} for name in skus},
        "stores": {
            name: {"initial_inventory": 9, "policy": {"rule": "base_stock", "order_up_to": 9}}
            for name in stores
        },
        "suppliers": {"source": {}},
        "lanes": [{"source": "source", "destination": name, "lead_time": 1} for name in stores],
    } | changes


def drawn(data, replications=REPLICATIONS, first_day=1, days=2):
    """Return demand by (store, SKU), `(days, R)` each."""
    model = compile_case(case_from_dict(data))
    units = model.demand.draw(np.arange(replications, dtype=np.uint32), first_day, days)
    points = model.network.levels[0].points
    return {(p.location, p.sku): units[:, row] for row, p in enumerate(points)}


def correlates(one, other, expected):
    """Tell whether two samples correlate as expected, within four standard errors."""
    found = float(np.corrcoef(one, other)[0, 1])
    return abs(found - expected) <= 4 * (1 - expected**2) / math.sqrt(one.size)


def test_stores_and_skus_correlate_as_asked():
    """Within a store, within a SKU, and everywhere: each pair has its own correlation."""
    units = drawn(case(TOGETHER))
    for first, one in units.items():
        for second, other in units.items():
            if first < second:
                kind = "within_store" if first[0] == second[0] else "everywhere"
                kind = "within_sku" if first[1] == second[1] else kind
                assert correlates(one[0], other[0], TOGETHER[kind]), (first, second)
                assert correlates(one[0], other[1], 0.0)


@pytest.mark.parametrize("phi", [0.8, -0.5])
def test_days_correlate_by_powers(phi):
    """At k days the correlation is phi^k, from the first day on, and the law is the same."""
    units = drawn(case(demand={"autocorrelation": phi}), days=8)["one", "milk"]
    for lag in (1, 2, 5):
        assert correlates(units[0], units[lag], phi**lag)
        assert correlates(units[2], units[2 + lag], phi**lag)
    for day in units:
        assert abs(day.mean() - 100) <= 4 * 10 / math.sqrt(REPLICATIONS)
        assert abs(day.std() - 10) <= 4 * 10 / math.sqrt(2 * REPLICATIONS)


def test_memories_of_different_length_correlate_less():
    """With phi a and b, r becomes r sqrt((1 - a^2)(1 - b^2)) / (1 - a b)."""
    data = case({"within_store": 0.6})
    for sku, phi in (("milk", 0.5), ("soap", 0.9)):
        data["skus"][sku]["demand"] = {"autocorrelation": phi}
    units = drawn(data)
    expected = 0.6 * math.sqrt((1 - 0.25) * (1 - 0.81)) / (1 - 0.45)
    assert correlates(units["one", "milk"][0], units["one", "soap"][0], expected)


def test_demand_correlates_less_than_its_latent_normals():
    """Lognormal demand with latent correlation r: (exp(r s^2) - 1) / (exp(s^2) - 1)."""
    data = case({"within_sku": 0.5}, {"distribution": "lognormal"})
    for sku in data["skus"].values():
        sku["demand_std"] = 80
    units = drawn(data)
    square = math.log(1 + 0.64)
    expected = math.expm1(0.5 * square) / math.expm1(square)
    found = np.corrcoef(units["one", "milk"][0], units["two", "milk"][0])[0, 1]
    assert found == pytest.approx(expected, abs=0.05)
    assert found < 0.48


@pytest.mark.parametrize("distribution", ["poisson", "geometric", "intermittent", "empirical"])
def test_every_family_keeps_its_law(distribution):
    """Means and zeros are the same with correlation as without it."""
    demand = {"distribution": distribution}
    if distribution == "intermittent":
        demand |= {"occurrence": 0.2, "size_cv2": 0.5}
    if distribution == "empirical":
        demand["units"] = [0, 2, 0, 5]
    data = case({}, demand)
    for sku in data["skus"].values():
        sku["base_demand"] = 1.5
    plain = drawn(data)["one", "milk"][0]
    tied = drawn(data | {"correlation": TOGETHER, "demand": demand | PHI})["one", "milk"][0]
    for one, other in ((plain, tied), (plain == 0, tied == 0)):
        error = math.sqrt((one.var() + other.var()) / REPLICATIONS)
        assert abs(one.mean() - other.mean()) <= 4 * error
    assert not np.array_equal(plain, tied)


def test_any_block_of_days_is_a_part_of_the_whole():
    """A day's demand is the same whatever days are drawn with it, before day 1 included."""
    model = compile_case(case_from_dict(case(TOGETHER, PHI)))
    numbers = np.arange(5, dtype=np.uint32)
    whole = model.demand.draw(numbers, 1, 12)
    for first, days in ((1, 1), (2, 1), (3, 4), (6, 7)):
        part = model.demand.draw(numbers, first, days)
        assert np.array_equal(part, whole[first - 1 : first - 1 + days])


def test_what_else_there_is_changes_no_demand():
    """Another store, another SKU with a longer memory: the others' customers stay as they are."""
    before = drawn(case(TOGETHER, PHI), 50)
    data = case(TOGETHER, PHI, ("aaa", "milk", "soap"), ("aaa", "one", "two"))
    data["skus"]["aaa"]["demand"] = {"autocorrelation": 0.95}
    after = drawn(data, 50)
    assert len(after) == 9
    assert all(np.array_equal(units, after[point]) for point, units in before.items())


def test_what_is_not_asked_for_leaves_no_trace():
    """Without correlation there is no copula; nor where nothing is random."""
    assert compile_case(case_from_dict(case())).demand.shares[0].copula is None
    silent = case(TOGETHER, {"distribution": "none"})
    assert compile_case(case_from_dict(silent)).demand.shares[0].copula is None


def test_full_correlation_is_one_and_the_same_draw():
    """Where everything is common, all stores ask for the same."""
    full = dict.fromkeys(TOGETHER, 1.0)
    units = list(drawn(case(full), 100).values())
    assert all(np.array_equal(units[0], other) for other in units[1:])


def test_words_return_from_normal_draws():
    """A word that becomes a normal draw and a word again is off by a few of four billion."""
    word = np.arange(0, 2**32, 65537, dtype=np.uint32)
    again = word_at(standard_normal(word)).astype(float)
    assert abs(again - word).max() < 300
    middle = (word > 2**24) & (word < 2**32 - 2**24)
    assert abs(again - word)[middle].max() < 8


def test_a_memory_has_the_variance_of_one_draw():
    """The weights of the days before, squared and scaled, sum to 1."""
    for phi in (0.3, -0.7, 0.95):
        carry, level = memory(np.array([phi]))
        weights = phi ** np.arange(2 ** doublings(phi))
        assert len(carry) == doublings(phi)
        assert (weights**2).sum() * level[0] ** 2 == pytest.approx(1.0)
        assert abs(weights[-1]) < 2e-6
