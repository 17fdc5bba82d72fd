"""Orders that go one way a day: to the cheapest or the fastest source that is available."""

import copy

import pytest

from inventory_hmarl import Keep, case_from_dict, simulate
from inventory_hmarl.case import CaseError
from inventory_hmarl.testing.agreement import differences

CHAIN = {
    "days": 7,
    "demand": {"distribution": "replay", "units": [4, 6, 2, 5, 3, 7, 4]},
    "skus": {"milk": {"unit_cost": 3}},
    "stores": {
        "store": {
            "initial_inventory": 20,
            "policy": {"rule": "base_stock", "order_up_to": 20},
            "sourcing": "cheapest",
        }
    },
    "suppliers": {"far": {}, "near": {}},
    "lanes": [
        {"source": "far", "destination": "store", "lead_time": 2, "unit_cost": 1},
        {"source": "near", "destination": "store", "lead_time": 0},
    ],
}


def chain(**changes):
    """Return the case's settings with other values, by place."""
    settings = copy.deepcopy(CHAIN)
    for place, value in changes.items():
        *steps, last = (int(step) if step.isdigit() else step for step in place.split("__"))
        table = settings
        for step in steps:
            table = table[step]
        table[last] = value
    return settings


def orders(settings):
    """Return the orders of each day, far and near: a list of pairs."""
    run = simulate(case_from_dict(settings), keep=Keep(records=True), checked=True)
    assert differences(case_from_dict(settings)) == []
    return run.outcome.recorder.of(run.outcome.records, "ordered", 0)[:, :, 0].tolist()


ALL_FAR = [[4, 0], [6, 0], [2, 0], [5, 0], [3, 0], [7, 0], [4, 0]]
ALL_NEAR = [pair[::-1] for pair in ALL_FAR]
STRIKE = {"strike": {"locations": ["far"], "first_day": 2, "last_day": 3}}


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, ALL_FAR),
        ({"stores__store__sourcing": "fastest"}, ALL_NEAR),
        # Transport counts with the purchase: 1 + 3 against 3.
        ({"lanes__0__unit_transport_cost": 3}, ALL_NEAR),
        # Of equals the fastest, then the first of the case.
        ({"lanes__0__unit_cost": 3}, ALL_NEAR),
        ({"lanes__0__unit_cost": 3, "lanes__0__lead_time": 0}, ALL_FAR),
        ({"stores__store__sourcing": "fastest", "lanes__0__lead_time": 0}, ALL_FAR),
    ],
    ids=["cheapest", "fastest", "transport", "equal cost", "equal in all", "equal days"],
)
def test_the_best_lane_has_every_order(changes, expected):
    """All is ordered on one lane, by purchase price and transport, or by days."""
    assert orders(chain(**changes)) == expected


@pytest.mark.parametrize("stop", ["orders", "shipments"])
def test_while_the_best_lane_stands_still_the_next_one_takes_the_orders(stop):
    """On days on which no orders are taken or nothing leaves, orders go the other way."""
    strike = {"strike": STRIKE["strike"] | {"stops": [stop]}}
    near = [[4, 0], [0, 6], [0, 2], *ALL_FAR[3:]]
    assert orders(chain(disruptions=strike)) == near


def test_a_source_that_is_behind_is_not_available():
    """Of 6 on day 2 the source can send 5: on day 3 it owes 1, and the next one has the order."""
    late = [[4, 0], [6, 0], [0, 2], [5, 0], [3, 0], [7, 0], [0, 4]]
    assert orders(chain(suppliers__far={"capacity": 5})) == late


def test_where_no_lane_is_available_the_best_one_counts():
    """With both suppliers on strike orders wait at the cheapest, or are not taken at all."""
    both = {"strike": STRIKE["strike"] | {"locations": ["far", "near"], "stops": ["shipments"]}}
    # On day 4 it still owes those of days 2 and 3.
    assert orders(chain(disruptions=both)) == [*ALL_FAR[:3], [0, 5], *ALL_FAR[4:]]
    both["strike"]["stops"] = ["orders"]
    assert orders(chain(disruptions=both))[:4] == [[4, 0], [0, 0], [0, 0], [13, 0]]


def test_a_price_of_the_lane_is_what_is_paid():
    """Purchases are reckoned at the price of the lane on which units came."""
    far, near = (
        simulate(case_from_dict(chain(stores__store__sourcing=word))).figures()
        for word in ("cheapest", "fastest")
    )
    # Of the orders of 31, those of the last two days are still on their way from afar.
    assert far["purchase_cost"].item() == 20 * 1
    assert near["purchase_cost"].item() == 31 * 3


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"lanes__0__share": 1.0}, "must be left out: 'store' orders on the cheapest lane"),
        (
            {
                "stores__store__policy": {"rule": "dual_index", "expedited_level": 1}
                | {"order_up_to": 9}
            },
            "must be 'shares': the rule here, dual_index, chooses the lane",
        ),
        ({"stores__store__sourcing": "nearest"}, "sourcing = 'nearest'"),
    ],
    ids=["share", "rule", "word"],
)
def test_what_does_not_fit_is_refused(changes, message):
    """Shares, and rules that choose lanes do not go with a choice of the best."""
    with pytest.raises(CaseError, match=message):
        case_from_dict(chain(**changes))


def test_plans_reckon_with_the_best_lane():
    """Requirements of the sources are those of the lane that has the orders."""
    settings = chain()
    drp = {"rule": "drp", "safety_stock": 0}
    settings["warehouses"] = {"depot": {"initial_inventory": 30, "policy": drp}}
    settings["lanes"][0]["source"] = "depot"
    del settings["lanes"][0]["unit_cost"]
    settings["lanes"].append({"source": "far", "destination": "depot", "lead_time": 1})
    assert differences(case_from_dict(settings)) == []
    used, idle = (
        simulate(case_from_dict(settings | {"stores": {"store": store}}), keep=Keep(records=True))
        for word in ("cheapest", "fastest")
        for store in [settings["stores"]["store"] | {"sourcing": word}]
    )
    levels = [each.outcome.recorder.of(each.outcome.records, "ordered", 1) for each in (used, idle)]
    assert levels[0].any()
    assert not levels[1].any()
