"""Figures: sums by groups, ratios without a divisor, and what is computed from daily series."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given

from inventory_hmarl import Keep, case_from_dict, default_case, load_case, simulate
from inventory_hmarl.core.kpis import (
    divisors,
    figures,
    group,
    group_with,
    inventory_figures,
    lowest_service,
    ratio,
    variance_ratio,
)
from inventory_hmarl.testing.strategies import cases

CASES = Path(__file__).resolve().parents[2] / "examples" / "cases"

SUMMED = (
    "total_demand",
    "total_sales",
    "total_lost_sales",
    "total_cost",
    "total_holding_cost",
    "total_stockout_penalty",
    "total_ordering_cost",
    "order_lines",
    "avg_inventory",
    "revenue",
    "purchase_cost",
)


@given(settings=cases())
def test_parts_add_up(settings):
    """Figures that are sums are the same over locations, SKUs, points, and in all (I7)."""
    run = simulate(case_from_dict(settings), replications=2)
    whole = run.figures()
    for by in ("location", "sku", "point"):
        parts = run.figures(by)
        for name in SUMMED:
            assert parts[name].sum(axis=0) == pytest.approx(whole[name][0], rel=1e-9, abs=1e-9)
    money = [n for n in whole if n.startswith("total_") and n.endswith(("_cost", "_penalty"))]
    total = sum(whole[name] for name in money if name != "total_cost")
    assert total == pytest.approx(whole["total_cost"], rel=1e-12, abs=1e-12)


@given(settings=cases())
def test_figures_of_records_are_those_of_counters(settings):
    """What the counters say can be recomputed from the kept records, bit for bit (I7)."""
    case = case_from_dict(settings)
    run = simulate(case, replications=2, keep=Keep(records=True))
    total = np.zeros_like(run.outcome.sums)
    for record in run.outcome.records[case.warmup_days :]:
        total = total + record
    assert total.tobytes() == run.outcome.sums.tobytes()


def store_and_warehouse():
    """Return a short run of two stores and a warehouse."""
    policy = {"rule": "base_stock", "order_up_to": 20}
    place = {"initial_inventory": 20, "policy": policy}
    return simulate(
        case_from_dict(
            {
                "days": 15,
                "skus": {"milk": {"base_demand": 5, "holding_cost": 1}, "soap": {"base_demand": 2}},
                "stores": {"one": place, "two": place},
                "warehouses": {"house": place},
                "suppliers": {"supplier": {}},
                "lanes": [
                    {"source": "supplier", "destination": "house", "lead_time": 2},
                    {"source": "house", "destination": "one", "lead_time": 1},
                    {"source": "house", "destination": "two", "lead_time": 1},
                ],
            }
        )
    )


def test_groups_of_ones_own():
    """Any labels make groups, and what has none is left out."""
    run = store_and_warehouse()
    groups = group_with(
        run.model.network,
        lambda location, sku: "milk of stores" * (sku == "milk" and location != "house"),
    )
    assert groups.labels == ("milk of stores",)
    mine = figures(run.model, run.counts, groups)
    points = dict(zip(run.labels("point"), run.figures("point")["total_cost"][:, 0], strict=True))
    assert mine["total_cost"][0, 0] == points["one/milk"] + points["two/milk"]


@given(settings=cases())
def test_groups_are_those_of_their_labels(settings):
    """Locations, SKUs and the network are the groups that their labels make."""
    run = simulate(case_from_dict(settings))
    labels = {
        "network": lambda location, sku: "network",
        "location": lambda location, sku: location,
        "sku": lambda location, sku: sku,
        "point": lambda location, sku: f"{location}/{sku}",
    }
    for by, label in labels.items():
        groups = [group(run.model.network, by), group_with(run.model.network, label)]
        assert groups[0].labels == groups[1].labels == run.labels(by)
        mine, theirs = (figures(run.model, run.counts, each) for each in groups)
        assert all(np.array_equal(mine[name], theirs[name], equal_nan=True) for name in mine)


def test_points_that_share_a_label():
    """Ids may hold any letter: two points of one label have figures of their own."""
    place = {"initial_inventory": 20, "policy": {"rule": "base_stock", "order_up_to": 20}}
    changes = {
        "skus": {"b/c": {"base_demand": 5}, "c": {"base_demand": 2}},
        "stores": {"a": {**place, "skus": ["b/c"]}, "a/b": {**place, "skus": ["c"]}},
        "warehouses": {},
        "lanes": [
            {"source": "supplier", "destination": name, "lead_time": 1} for name in ("a", "a/b")
        ],
    }
    run = simulate(store_and_warehouse().case.changed(**changes))
    assert run.labels("point") == ("a/b/c", "a/b/c")
    assert run.figures("point")["total_demand"].sum(axis=1).all()


def test_a_ratio_without_a_divisor_is_unknown():
    """Dividing by zero gives NaN, without a warning."""
    assert np.isnan(ratio(np.array([0.0, 3.0]), np.array([0.0, 0.0]))).all()
    assert ratio(np.array([3.0]), np.array([4.0])) == [0.75]


def test_no_demand_has_no_service_level():
    """Without customers shares are NaN, and sums are zero."""
    case = store_and_warehouse().case.changed(demand={"distribution": "none"})
    found = simulate(case).figures()
    for name in ("unit_fill_rate", "gamma_service", "min_service_level"):
        assert np.isnan(found[name]).all()
    assert found["total_demand"] == found["total_lost_sales"] == 0


def test_the_lowest_service_is_that_of_a_day_with_demand():
    """Days without demand do not count; without any there is no lowest."""
    demand = np.array([[4.0, 0.0], [0.0, 0.0], [10.0, 0.0]])[:, None]
    filled = np.array([[4.0, 0.0], [0.0, 0.0], [5.0, 0.0]])[:, None]
    lowest = lowest_service(demand, filled)[0]
    assert lowest[0] == 0.5
    assert np.isnan(lowest[1])


def test_figures_of_daily_stock():
    """Average, smallest, largest and deviation over days."""
    stock = np.array([2.0, 4.0, 9.0])[:, None, None]
    found = {name: float(value[0, 0]) for name, value in inventory_figures(stock).items()}
    assert found["avg_inventory"] == 5.0
    assert (found["min_inventory"], found["max_inventory"]) == (2.0, 9.0)
    assert found["inventory_std"] == pytest.approx(np.std([2, 4, 9]))


def test_bullwhip():
    """The ratio of variances, by days or by weeks of which part ones are left out."""
    chance = np.random.default_rng(4)
    demand, orders = chance.integers(0, 9, size=(2, 30, 1)).astype(float)
    assert variance_ratio(orders, demand)[0] == pytest.approx(orders.var() / demand.var())
    weeks = [series[:28].reshape(4, 7).sum(axis=1).var() for series in (orders, demand)]
    assert variance_ratio(orders, demand, 7)[0] == pytest.approx(weeks[0] / weeks[1])
    assert np.isnan(variance_ratio(orders[:13], demand[:13], 7)).all()
    assert np.isnan(variance_ratio(orders, np.ones_like(demand))).all()


def test_divisors_are_those_of_what_was_counted():
    """A run that counts money alone divides by demand alone; without cycles, none are divided."""
    case = default_case().changed(days=20)
    assert set(simulate(case, keep=Keep(kpis=False)).divisors()) == {"unit_fill_rate"}
    run = simulate(case)
    counts = dataclasses.replace(run.counts, cycles_ended=(), cycles_served=())
    without = divisors(run.model, counts, group(run.model.network))
    assert "cycle_service_level" not in without
    assert (without["unit_fill_rate"] == run.figures()["total_demand"]).all()


def test_waste_is_divided_by_all_that_left_the_shelf():
    """The share of waste times what it divides by is what expired."""
    run = simulate(load_case(CASES / "fresh.toml"), replications=2)
    figures, divided = run.figures(), run.divisors()["waste_share"]
    assert (figures["units_expired"] > 0).all()
    assert np.allclose(figures["waste_share"] * divided, figures["units_expired"], rtol=1e-12)
