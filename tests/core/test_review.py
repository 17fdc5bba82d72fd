"""Calendars of reviews: on which days a location orders."""

import numpy as np
import pytest

from inventory_hmarl import DigitalTwin, Keep, case_from_dict, simulate
from inventory_hmarl.case import CaseError
from inventory_hmarl.case.compiling import compile_case
from inventory_hmarl.testing.agreement import differences


def weekly(**calendar):
    """Return a case of a store that orders on some days, and of one that orders every day."""
    rule = {"rule": "s_S", "reorder_point": 30, "order_up_to": 40}
    place = {"initial_inventory": 20, "policy": rule}
    return {
        "days": 21,
        "skus": {"milk": {"base_demand": 5, "demand_std": 2}, "soap": {"base_demand": 3}},
        "stores": {"weekly": place | calendar, "daily": dict(place)},
        "suppliers": {"supplier": {}},
        "lanes": [
            {"source": "supplier", "destination": name, "lead_time": 1}
            for name in ("weekly", "daily")
        ],
    }


def days_with_orders(case):
    """Return the days on which each store orders milk."""
    run = simulate(case, keep=Keep(records=True), checked=True)
    ordered = run.outcome.recorder.of(run.outcome.records, "ordered", 0)[:, ::2, 0]
    return [(np.flatnonzero(column) + 1).tolist() for column in ordered.T]


def test_orders_are_placed_on_days_of_review_only():
    """(R, s, S): the calendar repeats from day 1 on, for one location as it says."""
    case = case_from_dict(weekly(review_period=7, review_days=[1, 4]))
    found, daily = days_with_orders(case)
    assert found == [1, 4, 8, 11, 15, 18]
    assert set(daily) - {1, 4, 8, 11, 15, 18}  # who may, orders on other days too
    assert differences(case) == []


def test_a_calendar_without_a_pause_costs_nothing():
    """Days that are all open, and a period of one day, are no calendar at all (M13)."""
    plain = compile_case(case_from_dict(weekly()))
    every = compile_case(case_from_dict(weekly(review_period=2, review_days=[1, 2])))
    assert plain.network.levels[0].review is None
    assert every.network.levels[0].review is None


def test_an_agent_orders_on_days_of_review_only():
    """An order that an agent gives on another day is none."""
    twin = DigitalTwin(case_from_dict(weekly(review_period=2, review_days=[2])))
    twin.reset()
    action = {"store_orders": {"weekly": {"milk": 9}}}
    seen = []
    for _ in range(2):
        twin.step(action)
        seen.append(twin.get_state()["stores"]["weekly"]["on_order"]["milk"])
    assert seen == [0, 9]


@pytest.mark.parametrize(
    ("days", "message"),
    [([8], "at most review_period"), ([3, 3], "above the day before"), ([0], "at least 1")],
)
def test_a_calendar_that_cannot_be_is_refused(days, message):
    """Days lie within the period, and ascend."""
    with pytest.raises(CaseError, match=message):
        case_from_dict(weekly(review_period=7, review_days=days))
