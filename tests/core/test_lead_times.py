"""Lead times that vary, suppliers that fail in part or late, packs and least orders."""

import math

import numpy as np
import pytest

from inventory_hmarl import Keep, case_from_dict, simulate
from inventory_hmarl.case import CaseError
from inventory_hmarl.case.compiling import compile_case
from inventory_hmarl.core.model import draw_days
from inventory_hmarl.testing.agreement import differences


def chain(days=9, orders=(1, 2, 3, 4, 5, 6, 7, 8, 9), lane=(), supplier=(), **settings):
    """Return a store that orders what it is told of a supplier two days away."""
    store = {
        "initial_inventory": 0,
        "policy": {"rule": "fixed_orders", "orders_by_day": list(orders)},
    }
    ends = {"source": "works", "destination": "store", "lead_time": 2}
    return case_from_dict(
        {
            "days": days,
            "skus": {"milk": {"demand": {"distribution": "none"}}},
            "stores": {"store": store},
            "suppliers": {"works": dict(supplier)},
            "lanes": [ends | dict(lane)],
            **settings,
        }
    )


def series(case, name):
    """Return a quantity of the only row of a case on each day."""
    run = simulate(case, keep=Keep(records=True), checked=True)
    return run.series(name)[0][:, 0, 0].tolist()


def delays(case):
    """Return the days that the shipment of each day takes beyond the fewest."""
    supply = draw_days(compile_case(case), np.zeros(1, np.uint32), 1, case.days)
    return supply.delays[0][:, 0, 0].astype(int).tolist()


DRAWN = {"delays": [0, 1, 3], "delay_probabilities": [0.5, 0.25, 0.25]}


def test_each_shipment_takes_its_own_time():
    """What leaves on a day arrives after the fewest days and its own delay."""
    case, expected = chain(days=30, orders=range(1, 31), lane=DRAWN), [0] * 50
    drawn = delays(case)
    assert set(drawn) == {0, 1, 3}
    for day, delay in enumerate(drawn, start=1):
        expected[day + 2 + delay] += day
    assert series(case, "arrived") == expected[1:31]


def test_nothing_overtakes():
    """Without overtaking, what leaves later arrives no earlier, and no later than it must."""
    case = chain(days=30, orders=range(1, 31), lane=DRAWN | {"overtaking": False})
    expected, last = [0] * 50, 0
    for day, delay in enumerate(delays(case), start=1):
        last = max(last, day + 2 + delay)
        expected[last] += day
    assert series(case, "arrived") == expected[1:31]
    free = chain(days=30, orders=range(1, 31), lane=DRAWN)
    assert series(free, "arrived") != expected[1:31]


def test_nothing_overtakes_what_is_on_its_way_at_the_start():
    """What was under way before day 1 is not overtaken either, and an order of nothing is not."""
    started = [{"sku": "milk", "due_day": 4, "units": 10}]
    lane = {"delays": [0, 3], "delay_probabilities": [1.0, 0.0], "overtaking": False}
    case = chain(orders=[1, 0, 3], lane=lane | {"initial_on_order": started, "lead_time": 4})
    assert series(case, "arrived")[3:] == [10, 1, 0, 3, 0, 0]


def test_delays_are_as_often_as_asked():
    """Each delay is drawn with its probability, within 4 standard errors."""
    case = chain(days=2000, orders=[1], lane=DRAWN)
    drawn = np.array(delays(case))
    for delay, probability in zip(DRAWN["delays"], DRAWN["delay_probabilities"], strict=True):
        error = math.sqrt(probability * (1 - probability) / drawn.size)
        assert abs((drawn == delay).mean() - probability) < 4 * error


def test_base_stock_under_crossing_orders():
    """Units that wait are those of the exact distribution of what is outstanding, beyond S.

    The order of k days ago is today's demand of then, and is outstanding whole if its own lead time
    is at least k days: independent of the others, so that the distributions convolve.
    """
    mean, level = 4.0, 18
    case = case_from_dict(
        {
            "days": 400,
            "warmup_days": 20,
            "skus": {"milk": {"base_demand": mean, "demand": {"distribution": "poisson"}}},
            "stores": {
                "store": {
                    "initial_inventory": level,
                    "unmet_demand": "backordered",
                    "policy": {"rule": "base_stock", "order_up_to": level},
                }
            },
            "suppliers": {"works": {}},
            "lanes": [{"source": "works", "destination": "store", "lead_time": 2, **DRAWN}],
        }
    )
    day = np.array([math.exp(-mean + k * math.log(mean) - math.lgamma(k + 1)) for k in range(40)])
    outstanding, none = np.ones(1), np.eye(1, 40)[0]
    for share in (1.0, 1.0, 1.0, 0.5, 0.25, 0.25):  # P(lead time >= k) for k = 0, 1, ...
        outstanding = np.convolve(outstanding, share * day + (1 - share) * none)
    expected = outstanding @ np.maximum(np.arange(outstanding.size) - level, 0)
    waiting = simulate(case, replications=200).figures()["backorder_days"][0] / 380
    assert abs(waiting.mean() - expected) < 4 * waiting.std(ddof=1) / np.sqrt(waiting.size)


def test_a_line_that_fails_in_part():
    """Of a failing line a share arrives; the rest, rounded half up, is reported and was paid."""
    supplier = {"reliability": 1e-9, "failure": "partial", "failure_share": 0.7}
    case = chain(orders=[10, 5, 1], supplier=supplier)
    assert series(case, "arrived") == [0, 0, 7, 3, 1, 0, 0, 0, 0]
    assert series(case, "failed") == [0, 0, 3, 2, 0, 0, 0, 0, 0]
    assert series(case, "in_full") == [0, 0, 1, 0, 0, 0, 0, 0, 0]


def test_a_line_that_fails_is_late():
    """All of a failing line arrives, some days later, and counts as shipped in full."""
    supplier = {"reliability": 1e-9, "failure": "late", "failure_days": 3}
    case = chain(supplier=supplier)
    assert series(case, "arrived") == [0, 0, 0, 0, 0, 1, 2, 3, 4]
    assert series(case, "in_full") == [1] * 9
    assert sum(series(case, "failed")) == 0


@pytest.mark.parametrize(
    ("lane", "ordered"),
    [
        ({"order_multiple": 6}, [6, 0, 6, 12, 12]),
        ({"minimum_order": 6}, [6, 0, 6, 7, 12]),
        ({"minimum_order": {"milk": 8}, "order_multiple": {"milk": 6}}, [12, 0, 12, 12, 12]),
    ],
)
def test_orders_come_in_packs(lane, ordered):
    """An order is rounded up to whole packs, and to the least, but nothing stays nothing."""
    case = chain(days=5, orders=[1, 0, 6, 7, 12], lane=lane)
    assert series(case, "ordered") == ordered
    halves = chain(days=5, orders=[0.5, 0, 6, 6.5, 12], lane=lane, units="continuous")
    assert series(halves, "ordered") == [*ordered[:3], 6.5 if ordered[3] == 7 else 12, 12]


def test_packs_are_rounded_down_for_want_of_room():
    """Where whole packs would not fit under max_inventory, fewer are ordered, or none."""
    stores = {
        "store": {
            "initial_inventory": 0,
            "max_inventory": 20,
            "policy": {"rule": "fixed_orders", "orders_by_day": [10, 7, 7]},
        }
    }
    # 12 of 10; then 8 have room, and 12 would not fit: 6; then 2 have room, less than the least.
    lane = {"order_multiple": 6, "minimum_order": 3}
    assert series(chain(days=3, lane=lane, stores=stores), "ordered") == [12, 6, 0]


def test_both_implementations_agree_where_nothing_may_overtake_what_stands_still():
    """Delays, an order kept and transit that stands still together run alike in both."""
    stopped = {
        "storm": {
            "lanes": [{"source": "works", "destination": "store"}],
            "stops": ["transit"],
            "probability": 0.3,
            "duration": 2,
        }
    }
    for overtaking in (True, False):
        lane = DRAWN | {"overtaking": overtaking, "lead_time": 0}
        case = chain(days=60, orders=[3, 0, 1] * 20, lane=lane, disruptions=stopped)
        assert differences(case) == []


WRONG = [
    ({"delays": [0, 1]}, "delay_probabilities: is required: delays and delay_probabilities"),
    ({"delay_probabilities": [1.0]}, "delays: is required"),
    ({"delays": [1, 1], "delay_probabilities": [0.5, 0.5]}, "must be strictly increasing"),
    ({"delays": [1], "delay_probabilities": [0.5, 0.5]}, "must be as many as the delays: 2 for 1"),
    ({"delays": [0, 1], "delay_probabilities": [0.5, 0.4]}, "must sum to 1; they sum to 0.9"),
    ({"order_multiple": 1.5}, "must be a whole number, because units are whole"),
    ({"minimum_order": {"mlik": 2}}, "is not the id of a SKU. Did you mean 'milk'?"),
]


@pytest.mark.parametrize(("lane", "message"), WRONG, ids=[wrong[1][:30] for wrong in WRONG])
def test_what_is_wrong_with_a_lane_is_said(lane, message):
    """A lane that cannot be names its setting, the rule and what to do."""
    with pytest.raises(CaseError) as error:
        chain(lane=lane)
    assert message in str(error.value)
