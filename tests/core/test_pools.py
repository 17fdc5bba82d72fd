"""Stores that help each other out."""

import copy

import pytest

from inventory_hmarl import Keep, case_from_dict, simulate
from inventory_hmarl.case import CaseError
from inventory_hmarl.testing.agreement import differences

SHOPS = {
    "days": 2,
    "skus": {"milk": {}},
    "stores": {
        name: {
            "initial_inventory": stock,
            "policy": {"rule": "fixed_orders", "orders_by_day": [0]},
            "demand": {"milk": {"distribution": "replay", "units": units}},
        }
        for name, stock, units in (("A", 2, [7, 0]), ("B", 3, [5, 0]), ("C", 9, [4, 0]))
    },
    "suppliers": {"works": {}},
    "lanes": [{"source": "works", "destination": name, "lead_time": 0} for name in "ABC"],
    "pools": {"town": {"stores": ["A", "B", "C"], "transfer_cost": 0.5}},
}


def shops(pool=None, **changes):
    """Return three shops: A lacks 5 of 7, B lacks 2 of 5, and C has 5 beyond its own 4."""
    settings = copy.deepcopy(SHOPS) | changes
    settings["pools"]["town"] |= pool or {}
    return settings


def day_1(settings, *names):
    """Return quantities of the stores on day 1."""
    run = simulate(case_from_dict(settings), keep=Keep(records=True), checked=True)
    assert differences(case_from_dict(settings)) == []
    of = run.outcome.recorder.of
    return [of(run.outcome.records, name, 0)[0, :, 0].tolist() for name in names]


@pytest.mark.parametrize(
    ("pool", "received", "given", "lost"),
    [
        # 5 for 5 and 2: 3.57 and 1.43, the remainder to A.
        ({}, [4, 1, 0], [0, 0, 5], [1, 1, 0]),
        ({"reserve": 3}, [1, 1, 0], [0, 0, 2], [4, 1, 0]),
        ({"reserve": 5}, [0, 0, 0], [0, 0, 0], [5, 2, 0]),
        ({"stores": ["B", "C"]}, [0, 2, 0], [0, 0, 2], [5, 0, 0]),
    ],
    ids=["all", "a reserve", "all reserved", "two of three"],
)
def test_who_gets_and_gives_what_by_hand(pool, received, given, lost):
    """What is lacking comes from what others can spare, worked out on paper."""
    settings = shops(pool)
    assert day_1(settings, "received", "given", "lost") == [received, given, lost]
    figures = simulate(case_from_dict(settings)).figures()
    assert figures["units_transferred"].item() == sum(given)
    assert figures["total_transport_cost"].item() == figures["total_cost"].item() == sum(given) / 2


def test_those_who_give_share_in_proportion_to_what_they_can_spare():
    """Two with 3 and 6 to spare give 1 and 2 of 3."""
    settings = shops()
    for name, stock, units in (("A", 2, 5), ("B", 8, 5), ("C", 9, 3)):
        settings["stores"][name]["initial_inventory"] = stock
        settings["stores"][name]["demand"]["milk"]["units"] = [units, 0]
    assert day_1(settings, "received", "given") == [[3, 0, 0], [0, 1, 2]]


def test_one_pool_loses_what_one_store_would_lose():
    """Without reserve and lead time, pooled stores lose what one store with all demand loses.

    All order by base-stock at lead time 0, so that their stock before sales is the sum of theirs.
    """
    store = {"initial_inventory": 6, "policy": {"rule": "base_stock", "order_up_to": 6}}
    settings = {
        "days": 200,
        "skus": {"milk": {"base_demand": 5, "demand_std": 3}},
        "stores": {name: store for name in "ABC"},
        "suppliers": {"works": {}},
        "lanes": SHOPS["lanes"],
    }
    pools = {"town": {"stores": ["A", "B", "C"]}}
    run = simulate(case_from_dict(settings | {"pools": pools}), keep=Keep(records=True))
    of = run.outcome.recorder.of
    demand, lost = (
        of(run.outcome.records, name, 0)[:, :, 0].sum(axis=1) for name in ("demand", "lost")
    )
    one = copy.deepcopy(settings) | {"lanes": settings["lanes"][:1]}
    one["skus"] = {"milk": {"demand": {"distribution": "replay", "units": demand.tolist()}}}
    one["stores"] = {
        "A": {"initial_inventory": 18, "policy": {"rule": "base_stock", "order_up_to": 18}}
    }
    single = simulate(case_from_dict(one), keep=Keep(records=True))
    alone = single.outcome.recorder.of(single.outcome.records, "lost", 0)[:, 0, 0]
    assert lost.any()
    assert (lost == alone).all()
    apart = simulate(case_from_dict(settings)).figures()["total_lost_sales"]
    assert apart.item() > lost.sum()


def test_customers_who_wait_and_stock_that_spoils_take_part():
    """Who waits is helped too, and what is sent is taken from the oldest stock of who sends it."""
    settings = shops({"reserve": 1}, units="continuous")
    settings["skus"]["milk"]["shelf_life"] = 2
    for store in settings["stores"].values():
        store["unmet_demand"] = "backordered"
        store["policy"] = {"rule": "base_stock", "order_up_to": 4}
    settings["stores"]["C"]["holding_charged"] = "before_sales"
    assert differences(case_from_dict(settings)) == []


@pytest.mark.parametrize(
    ("pool", "message"),
    [
        ({"stores": ["A", "D"]}, "= 'D': is not the id of a store"),
        ({"stores": ["A"]}, "must be two stores at least"),
        ({"skus": ["mlik"]}, "Did you mean 'milk'"),
        ({"reserve": 0.5}, "must be a whole number"),
        ({"reserve": -1}, "must be at least 0"),
    ],
    ids=["unknown", "one", "SKU", "whole", "negative"],
)
def test_a_pool_that_makes_no_sense_is_refused(pool, message):
    """Faults of a pool are told with their place."""
    with pytest.raises(CaseError, match=message):
        case_from_dict(shops(pool))


def test_a_store_is_in_one_pool_and_supplies_nobody():
    """Pools do not overlap, and what supplies others does not share with customers of others."""
    settings = shops()
    settings["pools"]["region"] = {"stores": ["C", "A"]}
    settings["lanes"][0]["source"] = "B"
    with pytest.raises(CaseError) as caught:
        case_from_dict(settings)
    assert "is in a pool already: 'town'" in str(caught.value)
    assert "supplies others: only stores that supply nobody share" in str(caught.value)


def test_a_sku_that_one_store_alone_carries_is_shared_with_nobody():
    """A pool names no SKU that fewer than two of its stores carry; unnamed, such a SKU stays."""
    settings = shops()
    settings["skus"]["tea"] = {"demand": {"distribution": "none"}}
    settings["stores"]["A"]["initial_inventory"] = 2
    for name in "BC":
        settings["stores"][name]["skus"] = ["milk"]
    assert day_1(settings, "received")[0] == [4, 0, 1, 0]
    settings["pools"]["town"]["skus"] = ["tea"]
    with pytest.raises(CaseError, match="nobody can share 'tea'"):
        case_from_dict(settings)
