"""Disruptions: each kind does what a reader works out by hand, and chance is as often as asked."""

import itertools

import numpy as np
import pytest

from inventory_hmarl import Keep, case_from_dict, simulate
from inventory_hmarl.case import CaseError
from inventory_hmarl.case.compiling import compile_case
from inventory_hmarl.case.models import Disruption
from inventory_hmarl.core.disruptions import go_on
from inventory_hmarl.core.model import draw_days
from inventory_hmarl.testing.agreement import differences

CHAIN = {
    "days": 8,
    "skus": {"milk": {"demand": {"distribution": "replay", "units": [1] * 8}}},
    "stores": {
        "store": {
            "initial_inventory": 20,
            "policy": {"rule": "fixed_orders", "orders_by_day": [1, 2, 3, 4, 5, 6, 7, 8]},
        }
    },
    "suppliers": {"works": {}},
    "lanes": [{"source": "works", "destination": "store", "lead_time": 2}],
}
GIVEN = {"lanes": [{"source": "works", "destination": "store"}], "first_day": 3, "last_day": 4}


def case(**disruption):
    """Return the chain with a disruption."""
    return case_from_dict(CHAIN | {"disruptions": {"trouble": GIVEN | disruption}})


def series(a_case, name):
    """Return a quantity of the only row of a case on each day."""
    run = simulate(a_case, keep=Keep(records=True), checked=True)
    return run.series(name)[0][:, 0, 0].tolist()


def test_no_orders_are_placed():
    """What was to be ordered on a day without orders is not ordered at all."""
    stopped = case(stops=["orders"])
    assert series(stopped, "ordered") == [1, 2, 0, 0, 5, 6, 7, 8]
    assert series(stopped, "arrived") == [0, 0, 1, 2, 0, 0, 5, 6]


def test_what_begins_after_the_last_day_does_nothing():
    """A run that ends before its disruption is as one without."""
    late = case(stops=["orders", "shipments", "transit", "receipts"], first_day=9, last_day=12)
    assert series(late, "arrived") == series(case_from_dict(CHAIN), "arrived")
    assert compile_case(late).network.disruptions is None


def test_no_shipments_leave():
    """Orders placed meanwhile are owed, and leave together when the disruption is over."""
    stopped = case(stops=["shipments"])
    assert series(stopped, "ordered") == [1, 2, 3, 4, 5, 6, 7, 8]
    assert series(stopped, "shipped") == [1, 2, 0, 0, 12, 6, 7, 8]
    assert series(stopped, "in_full") == [1, 1, 0, 0, 1, 1, 1, 1]


def test_transit_stands_still():
    """What is on its way arrives as many days later as it stood; what leaves today moves later."""
    stopped = case(stops=["transit"])
    assert series(stopped, "shipped") == [1, 2, 3, 4, 5, 6, 7, 8]
    # 1 unit stood on two days, 2 units on two, 3 units on one, 4 units had just left.
    assert series(stopped, "arrived") == [0, 0, 0, 0, 1, 2 + 3 + 4, 5, 6]


def test_receipts_are_refused():
    """What arrives waits at the door, and comes in on the first evening without a disruption."""
    assert series(case(stops=["receipts"]), "arrived") == [0, 0, 0, 0, 1 + 2 + 3, 4, 5, 6]


def test_what_leaves_meanwhile_is_late():
    """A delay is on top of the lead time of what leaves while it lasts; the next overtakes it."""
    late = case(delay=2)
    assert series(late, "shipped") == [1, 2, 3, 4, 5, 6, 7, 8]
    assert series(late, "arrived") == [0, 0, 1, 2, 0, 0, 3 + 5, 4 + 6]
    assert differences(late) == []


def test_delays_of_several_disruptions_add_up():
    """Where two last on one day, what leaves takes the days of both longer."""
    troubles = {"a": GIVEN | {"delay": 2}, "b": GIVEN | {"delay": 1, "last_day": 3}}
    both = case_from_dict(CHAIN | {"disruptions": troubles})
    assert series(both, "arrived") == [0, 0, 1, 2, 0, 0, 5, 3 + 4 + 6]
    assert differences(both) == []


def test_no_more_than_the_limit_leaves():
    """The rest is owed; where two limits hold, the smaller one does."""
    limited = GIVEN | {"lanes": [], "locations": ["works"], "limit": 3.0}
    other = limited | {"first_day": 4, "limit": 2.0, "last_day": 5}
    cut = case_from_dict(CHAIN | {"disruptions": {"a": limited, "b": other}})
    assert series(cut, "shipped") == [1, 2, 3, 2, 2, 5 + 6, 7, 8]
    assert series(cut, "in_full") == [1, 1, 1, 0, 0, 1, 1, 1]
    assert differences(cut) == []


def test_a_limit_holds_with_what_is_kept_and_handled(example):
    """Both implementations agree where a limit meets reserved stock and shared handling."""
    shared = example("handling")
    places, lanes = (*shared.warehouses, *shared.suppliers), list(shared.lanes)
    lanes[-1] = lanes[-1].model_copy(update={"reserved": 4.0})
    cut = Disruption(locations=places, weekdays=(2, 3), limit=6.0)
    limited = shared.changed(days=40, lanes=tuple(lanes), disruptions={"cut": cut})
    assert differences(limited) == []


def test_stock_is_destroyed_once():
    """A share of stock is lost on the first evening, rounded half up, and none on the second."""
    burnt = case(locations=["store"], lanes=[], destroys=0.25)
    # After three days of sales, and one unit that is not in yet: 17 x 0.25 is 4.25.
    assert series(burnt, "destroyed") == [0, 0, 4, 0, 0, 0, 0, 0]
    run = simulate(burnt)
    assert run.figures()["units_destroyed"][0, 0] == 4


def test_what_is_destroyed_is_gone_by_age():
    """Of stock that spoils, what is destroyed goes oldest first, and does not expire later."""
    skus = {"milk": CHAIN["skus"]["milk"] | {"shelf_life": 5}}
    fire = GIVEN | {"locations": ["store"], "lanes": [], "destroys": 0.25}
    burnt = case_from_dict(CHAIN | {"skus": skus, "disruptions": {"fire": fire}})
    assert differences(burnt) == []
    # Of 20 units 5 are sold in 5 days; without the fire the other 15 expire on day 5.
    assert series(case_from_dict(CHAIN | {"skus": skus}), "expired")[4] == 15
    assert series(burnt, "expired")[4] == 11


def test_a_lane_that_takes_no_day_refuses_what_stands_still():
    """Without a lead time, what leaves while transit stands still waits at the door."""
    quick = copy_with_lead_time(0)
    stopped = case_from_dict(quick | {"disruptions": {"trouble": GIVEN | {"stops": ["transit"]}}})
    assert series(stopped, "arrived") == [1, 2, 0, 0, 3 + 4 + 5, 6, 7, 8]


def copy_with_lead_time(days):
    """Return the chain with another lead time."""
    return CHAIN | {"lanes": [CHAIN["lanes"][0] | {"lead_time": days}]}


def lasting(days=120, replications=600, **disruption):
    """Return whether a disruption lasts, `(days, R)`, from the draws of its chance."""
    times = {"first_day": None, "last_day": None}
    given = {n: v for n, v in (GIVEN | times | disruption).items() if v is not None}
    model = compile_case(
        case_from_dict(CHAIN | {"disruptions": {"t": given | {"stops": ["orders"]}}})
    )
    numbers = np.arange(replications, dtype=np.uint32)
    supply = draw_days(model, numbers, 1, days)
    left, found = np.zeros((1, replications)), []
    for begins, stays in zip(supply.begins, supply.stays, strict=True):
        left = go_on(model.network.disruptions, left, begins, stays)
        found.append(left[0] > 0)
    return np.array(found)


@pytest.mark.parametrize(
    ("settings", "share"),
    [
        # No beginning on any of the last 4 days: 1 - (1 - p)^4.
        ({"probability": 0.05, "duration": 4}, 1 - 0.95**4),
        # A Markov chain of two states: p / (p + r).
        ({"probability": 0.05, "recovery": 0.25}, 0.05 / 0.30),
    ],
    ids=["duration", "recovery"],
)
def test_the_share_of_days_is_the_theoretical_one(settings, share):
    """In the long run, as many days are disrupted as theory says, within 4 standard errors."""
    daily = lasting(**settings)[40:].mean(axis=0)
    error = daily.std(ddof=1) / np.sqrt(daily.size)
    assert abs(daily.mean() - share) < 4 * error


def test_a_chain_lasts_as_long_as_theory_says():
    """A Markov chain is down for 1 / r days on average: geometric, from its first day on."""
    down = lasting(probability=0.05, recovery=0.25)
    spans = [
        len(list(days))
        for column in down.T
        for is_down, days in itertools.groupby(column.tolist())
        if is_down
    ]
    assert abs(np.mean(spans) - 4) < 4 * np.std(spans) / np.sqrt(len(spans))


def test_chance_is_tied_to_the_name():
    """Another disruption beside it leaves its days as they are; another id does not."""
    given = {"probability": 0.3, "duration": 1, "stops": ["orders"], "lanes": GIVEN["lanes"]}
    alone, beside, renamed = (
        series(case_from_dict(CHAIN | {"disruptions": which}), "ordered")
        for which in ({"a": given}, {"b": given | {"probability": 1e-9}, "a": given}, {"b": given})
    )
    assert alone == beside
    assert alone != renamed


def test_both_implementations_agree_where_everything_is_hit(example):
    """The example with a chain, given days, a fire and weekdays runs alike in both."""
    assert differences(example("disruptions").changed(days=60, units="continuous")) == []


WRONG = [
    ({"stops": ["orders"], "first_day": None}, "never comes: give one of 'first_day', 'weekdays'"),
    ({"stops": ["orders"], "weekdays": [1]}, "has 'first_day', 'weekdays': give one of"),
    ({"stops": ["orders"], "last_day": 2}, "must be at least first_day, 3"),
    ({"stops": ["orders"], "first_day": None, "weekdays": [2]}, "needs a first_day"),
    ({"stops": ["orders"], "weekdays": [8], "first_day": None}, "must be at most 7"),
    ({"stops": ["orders"], "duration": 2}, "is for disruptions at random: give a probability"),
    (
        {"stops": ["orders"], "first_day": None, "last_day": None, "probability": 0.1},
        "does not say how long it lasts: give one of 'duration', 'recovery'",
    ),
    ({"stops": ["order"]}, "Did you mean 'orders'?"),
    ({}, "does nothing: give it 'stops', 'destroys', 'delay' or 'limit'"),
    ({"delay": 2, "lanes": [], "locations": ["store"]}, "delays no lane: name lanes, or"),
    ({"limit": 2.0, "locations": ["store"]}, "limits nobody: name locations that lanes lead"),
    ({"limit": 2.5, "locations": ["works"]}, "must be a whole number, because units are whole"),
    ({"destroys": 0.5}, "hits no stock: name a store or warehouse among its locations"),
    ({"stops": ["orders"], "locations": ["stor"]}, "Did you mean 'store'?"),
    ({"stops": ["transit"], "lanes": [], "locations": ["works"]}, "hits no lane"),
    (
        {"stops": ["orders"], "lanes": [{"source": "work", "destination": "store"}]},
        "is not a lane of the case: name the ends of one. Did you mean 'works > store'?",
    ),
]


@pytest.mark.parametrize(("settings", "message"), WRONG, ids=[w[1][:30] for w in WRONG])
def test_what_is_wrong_with_a_disruption_is_said(settings, message):
    """A disruption that cannot be names its setting, the rule and what to do."""
    given = {n: v for n, v in (GIVEN | settings).items() if v is not None}
    with pytest.raises(CaseError) as error:
        case_from_dict(CHAIN | {"disruptions": {"trouble": given}})
    assert message in str(error.value)


@pytest.mark.parametrize("stop", ["orders", "shipments", "transit", "receipts", None])
def test_a_disruption_can_be_of_some_skus(stop):
    """Only the lines and the stock of the SKUs that it names are hit, as the reference has it."""
    chain = CHAIN | {"skus": {name: CHAIN["skus"]["milk"] for name in ("milk", "soap")}}
    trouble = {"locations": ["store"], "first_day": 3, "last_day": 4, "skus": ["soap"]}
    what = {"destroys": 1.0} if stop is None else {"stops": [stop]}
    if stop == "shipments":
        trouble["locations"] = ["works"]
    hit = case_from_dict(chain | {"disruptions": {"trouble": trouble | what}})
    assert differences(hit) == []
    usual, run = (simulate(each, keep=Keep(records=True)) for each in (case_from_dict(chain), hit))
    names = ("stock", "position")
    milk, soap = (
        [np.array_equal(run.series(n)[0][:, sku], usual.series(n)[0][:, sku]) for n in names]
        for sku in (0, 1)
    )
    assert milk == [True, True]
    assert not all(soap)


def test_a_disruption_of_an_unknown_sku_is_told():
    """The error names the nearest SKU."""
    with pytest.raises(CaseError, match=r"skus #1 = 'mlik'.*Did you mean 'milk'"):
        case(stops=["orders"], skus=["mlik"])
