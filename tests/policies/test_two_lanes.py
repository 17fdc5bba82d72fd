"""Rules that choose the lane of each order, and the way such an order takes through the day."""

import dataclasses

import numpy as np
import pytest

from inventory_hmarl import DigitalTwin, Keep, case_from_dict, simulate
from inventory_hmarl.case import CaseError
from inventory_hmarl.core.decide import everywhere
from inventory_hmarl.testing.agreement import differences
from inventory_hmarl.testing.engines import engine_differences

DUAL = {"rule": "dual_index", "expedited_level": 8, "order_up_to": 22}


def chain(policy, units=(4, 6, 2, 5, 0, 7), **changes):
    """Return a case of a store with a slow and a fast supplier, and what customers ask for."""
    store = {"initial_inventory": 12, "policy": policy}
    demand = {"distribution": "replay", "units": list(units)}
    settings = {
        "days": len(units),
        "demand": demand,
        "skus": {"milk": {}},
        "stores": {"store": store | changes},
        "suppliers": {"far": {}, "near": {}},
        "lanes": [
            {"source": "far", "destination": "store", "lead_time": 3},
            {"source": "near", "destination": "store", "lead_time": 0},
        ],
    }
    return settings


def lines_of(settings, **options):
    """Return the orders of each day, far and near: `(days, 2)`."""
    run = simulate(case_from_dict(settings), keep=Keep(records=True), checked=True, **options)
    return run.outcome.recorder.of(run.outcome.records, "ordered", 0)[:, :, 0]


def test_dual_index_by_hand():
    """Orders are those worked out by hand from both positions.

    The fast lane orders up to 8 on what is there by tonight, the slow one up to 22 on all.
    """
    # After sales: 8, then 2 + nothing due before day 4 -> 6 fast, 8 - 2 -> 2, 8 - 5 -> 5 fast;
    # on day 4 the 14 of day 1 arrive: 3 + 14, so that nothing more is wanted fast.
    expected = [[14, 0], [0, 6], [0, 2], [5, 0], [0, 0], [7, 0]]
    assert lines_of(chain(DUAL)).tolist() == expected


def test_no_fast_orders_is_base_stock_on_the_slow_lane():
    """An expedited level of 0 never orders fast: base-stock on the slow lane remains."""
    settings = chain(DUAL | {"expedited_level": 0})
    base = chain({"rule": "base_stock", "order_up_to": 22})
    base["lanes"], base["suppliers"] = base["lanes"][:1], {"far": {}}
    found = lines_of(settings)
    assert not found[:, 1].any()
    assert np.array_equal(found[:, :1], lines_of(base))


def test_a_low_regular_level_is_base_stock_on_the_fast_lane():
    """Where both levels are one, everything is ordered fast, and base-stock remains."""
    settings = chain(DUAL | {"expedited_level": 22})
    base = chain({"rule": "base_stock", "order_up_to": 22})
    base["lanes"], base["suppliers"] = base["lanes"][1:], {"near": {}}
    found = lines_of(settings)
    assert not found[:, 0].any()
    assert np.array_equal(found[:, 1:], lines_of(base))


def test_tailored_base_surge_orders_its_base_every_day():
    """The slow lane has the base order on each day, the fast one what is short of the level."""
    rule = {"rule": "tailored_base_surge", "base_order": 3, "expedited_level": 8}
    found = lines_of(chain(rule))
    assert (found[:, 0] == 3).all()
    assert found[:, 1].tolist() == [0, 6, 2, 2, 0, 1]


EMERGENCY = {
    "rule": "emergency_orders",
    "reorder_point": 12,
    "order_up_to": 22,
    "emergency_point": 3,
    "emergency_up_to": 8,
}


def test_emergency_orders_by_hand():
    """The fast lane is used on days with 3 or less at hand, the slow one by (s, S)."""
    # After sales: 8; 8 - 6 -> 2, and 6 more by courier: 22 in all; 8 - 2 -> 6, in all 20; 1 and 14
    # more tonight, too late for courier's rule not to see; 15; 15 - 7 -> 8, nothing on its way.
    expected = [[14, 0], [0, 6], [0, 0], [0, 0], [0, 0], [14, 0]]
    assert lines_of(chain(EMERGENCY)).tolist() == expected


def test_without_an_emergency_there_is_only_the_slow_lane():
    """An emergency point of 0 is never undercut where sales are lost: (s, S) remains."""
    settings = chain(EMERGENCY | {"emergency_point": 0, "emergency_up_to": 0})
    base = chain({"rule": "s_S", "reorder_point": 12, "order_up_to": 22})
    base["lanes"], base["suppliers"] = base["lanes"][:1], {"far": {}}
    found = lines_of(settings)
    assert not found[:, 1].any()
    assert np.array_equal(found[:, :1], lines_of(base))


def test_emergencies_every_day_are_dual_index():
    """With both points at their levels the rule is dual index, unit for unit."""
    same = {"reorder_point": 22, "emergency_point": 8}
    assert np.array_equal(lines_of(chain(EMERGENCY | same)), lines_of(chain(DUAL)))


@pytest.mark.parametrize("low", ["reorder_point", "emergency_point"])
def test_a_point_above_its_level_is_refused(low):
    """Neither point may lie above the level to which it orders."""
    with pytest.raises(CaseError, match=f"{low} = 30: exceeds"):
        case_from_dict(chain(EMERGENCY | {low: 30}))


def test_an_order_that_is_cut_loses_the_slow_part_first():
    """`max_inventory` leaves room for the fast order, and cuts the slow one."""
    found = lines_of(chain(DUAL | {"expedited_level": 10}, max_inventory=22, review_period=1))
    tight = lines_of(chain(DUAL | {"expedited_level": 10, "order_up_to": 15}, max_inventory=15))
    assert found[0].tolist() == [12, 2]
    assert tight[0].tolist() == [5, 2]
    agent = {"store_orders": {"store": {"milk": 1}}}
    twin = DigitalTwin(case_from_dict(chain(DUAL | {"expedited_level": 10})))
    twin.reset()
    twin.step(agent)
    assert in_transit(twin) == 0  # the one unit came fast


def test_an_agents_order_beyond_the_rules_goes_the_slow_way():
    """Somebody who orders more in the rule's place has the rest on the slow lane."""
    twin = DigitalTwin(case_from_dict(chain(DUAL | {"expedited_level": 10})))
    twin.reset()
    twin.step({"store_orders": {"store": {"milk": 30}}})
    assert in_transit(twin) == 28


def in_transit(twin):
    """Return the units on their way to the store."""
    return twin.get_state()["stores"]["store"]["on_order"]["milk"]


def mixed(units):
    """Return a case in which rules that choose lanes stand beside shares, fail and pause."""
    settings = chain(DUAL | {"expedited_level": 12, "order_up_to": 40}, [4] * 30)
    del settings["demand"]
    settings["units"] = units
    settings["skus"] = {
        "milk": {"base_demand": 5, "demand_std": 3},
        "soap": {"base_demand": 2, "demand_std": 2},
    }
    surge = {"rule": "tailored_base_surge", "base_order": 2, "expedited_level": 9}
    share = {"rule": "s_S", "reorder_point": 20, "order_up_to": 40}
    rest = {"initial_inventory": 9}
    settings["stores"]["urgent"] = rest | {"policy": EMERGENCY}
    settings["stores"] |= {
        "surge": rest | {"policy": surge, "review_period": 3, "review_days": [1, 3]},
        "shared": rest | {"policy": share, "max_inventory": 44},
    }
    settings["suppliers"]["near"] = {"reliability": 0.7}
    best = {"sourcing": "cheapest", "policy": share}
    settings["stores"]["best"] = rest | best
    settings["disruptions"] = {
        "strike": {"locations": ["near"], "stops": ["orders"], "probability": 0.2, "duration": 2}
    }
    for name in ("surge", "shared", "urgent", "best"):
        shares = {"share": 0.5} if name == "shared" else {}
        settings["lanes"] += [
            {"source": source, "destination": name, "lead_time": days} | shares
            for source, days in (("near", 2), ("far", 6))
        ]
    settings["lanes"][0]["initial_on_order"] = [{"sku": "milk", "due_day": 2, "units": 5}]
    return case_from_dict(settings)


@pytest.mark.parametrize("units", ["whole", "continuous"])
def test_lanes_beside_shares_are_what_the_reference_says(units):
    """Core and reference agree where some stores choose lanes and others divide by shares."""
    assert differences(mixed(units)) == []


def test_lanes_are_chosen_alike_on_both_engines():
    """Both engines order the same on each lane, and on the same days."""
    assert engine_differences(mixed("whole")) == []


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"lanes": [{"source": "far", "destination": "store", "lead_time": 3}]}, "orders on 2"),
        (
            {
                "lanes": [
                    {"source": name, "destination": "store", "lead_time": 1, "share": 0.5}
                    for name in ("far", "near")
                ]
            },
            "must be left out",
        ),
    ],
    ids=["one lane", "shares"],
)
def test_lanes_that_do_not_fit_the_rule_are_refused(change, message):
    """A rule that chooses among two lanes wants two, without shares."""
    with pytest.raises(CaseError, match=message):
        case_from_dict(chain(DUAL) | change)


@dataclasses.dataclass(frozen=True)
class Own:
    """A rule of one's own: a unit on the fast lane, two on the slow one."""

    sees = frozenset()
    lanes = 2

    def init(self, points, replications):
        """Return no memory."""
        return ()

    def orders(self, view, memory):
        """Return the orders on both lanes."""
        return np.stack([np.ones_like(view.on_hand), 2 * np.ones_like(view.on_hand)]), memory


def test_a_rule_of_ones_own_chooses_lanes():
    """A class with `lanes` decides everywhere, and is refused where there are others."""
    settings = chain({"rule": "base_stock", "order_up_to": 5})
    for lane in settings["lanes"]:
        lane["share"] = 0.5
    assert lines_of(settings, policies=everywhere(Own())).tolist() == [[2, 1]] * 6
    settings["lanes"] = [settings["lanes"][0] | {"share": 1.0}]
    settings["suppliers"] = {"far": {}}
    with pytest.raises(ValueError, match="orders on 2 lanes"):
        lines_of(settings, policies=everywhere(Own()))
