"""The order of the day as a choice: each one against what it must equal, or a sum by hand."""

import copy

import numpy as np
import pytest
from hypothesis import Phase, given, settings

from inventory_hmarl import DigitalTwin, Keep, case_from_dict, simulate
from inventory_hmarl.policies import RULES
from inventory_hmarl.reports.events import COLUMNS, events
from inventory_hmarl.reports.reasons import REASONS, missing
from inventory_hmarl.testing.strategies import cases

PLACES = ("stores", "warehouses")
NOT_THE_DAY, OF_DELIVERIES = {"arrived"}, {"purchase_cost", "profit", "cycle_service_level"}
"""What comes in in the morning is written down a day later than on the evening before."""


def with_places(data, **changes):
    """Return settings with other values at every store and warehouse."""
    places = {
        kind: {name: place | changes for name, place in data[kind].items()}
        for kind in PLACES
        if kind in data
    }
    return data | places


def a_day_longer(lane):
    """Return a lane that takes a day more, also for what is on its way at first."""
    days, started = lane["lead_time"], lane.get("initial_on_order", [])
    longer = {sku: n + 1 for sku, n in days.items()} if isinstance(days, dict) else days + 1
    later = [each | {"due_day": each["due_day"] + 1} for each in started]
    return lane | {"lead_time": longer, "initial_on_order": later}


@settings(max_examples=10, phases=[Phase.generate])
@given(cases())
def test_the_morning_after_is_the_evening_before(play, unlike_quantities, settings):
    """Receiving a day later, in the morning, changes nothing but the day of the delivery.

    Where a disruption or a full storage refuses goods it does: a morning is another one than the
    evening before, and has more space.
    """
    usual = {"receives": "evening", "when_full": "overflow"}
    evening = with_places(settings | {"disruptions": {}}, **usual)
    morning = with_places(evening, receives="morning")
    morning["lanes"] = [a_day_longer(lane) for lane in evening["lanes"]]
    left, right = play(evening), play(morning)
    one, other = (
        {name: units for name, units in history.quantities().items() if name[0] not in NOT_THE_DAY}
        for history in (left, right)
    )
    assert unlike_quantities(one, other) == []
    before, after = left.run.figures(), right.run.figures()
    for name in before.keys() - OF_DELIVERIES:
        assert np.array_equal(before[name], after[name], equal_nan=True), name
    for line in left.lines:
        assert np.array_equal(left.of("arrived", line)[:-1], right.of("arrived", line)[1:])


@pytest.mark.parametrize(("charged", "cost"), [("after_sales", 7.5), ("before_sales", 12.5)])
def test_holding_of_a_cycle(play, single, charged, cost):
    """20 units that last 4 days are (Q - d) / 2 after sales and (Q + d) / 2 before, EOQ's Q / 2."""
    data = single({"rule": "s_S", "reorder_point": 0, "order_up_to": 20}, demand=[5] * 40)
    data["stores"]["store"] |= {"initial_inventory": 20, "holding_charged": charged}
    data["skus"]["milk"] |= {"ordering_cost": 0}
    run = play(data).run
    assert run.figures()["avg_daily_cost"].tolist() == [[cost]]
    assert run.figures()["ready_rate"].tolist() == [[0.75]]  # of days, at whose end there is stock


def test_a_warehouse_is_charged_before_it_ships(play, serial):
    """Before shipping, holding cost is charged on what the morning finds at the warehouse."""
    keep = {"rule": "fixed_orders", "orders_by_day": [3, 3, 3]}
    warehouse = {"initial_inventory": 10, "policy": {"rule": "fixed_orders", "orders_by_day": [0]}}
    data = serial(keep, warehouse, lead_times=(1, 0), demand=[0] * 3)
    data["skus"]["milk"] |= {"ordering_cost": 0}
    for charged, stock in (("after_shipping", 7 + 4 + 1), ("before_shipping", 10 + 7 + 4)):
        data["warehouses"]["warehouse"]["holding_charged"] = charged
        assert play(data).run.figures()["total_holding_cost"].tolist() == [[stock + 3 + 6]]


@pytest.mark.parametrize("rule", ["base_stock", "s_S", "r_nQ"])
def test_who_orders_before_shipping_orders_a_day_late(play, serial, rule):
    """A rule of the position that does not know today's orders is one with a day more of lead."""
    levels = {
        "base_stock": {"order_up_to": 15},
        "s_S": {"reorder_point": 9, "order_up_to": 18},
        "r_nQ": {"reorder_point": 10, "order_quantity": 6},
    }
    runs = []
    for lead, orders in ((2, "after_shipping"), (1, "before_shipping"), (1, "after_shipping")):
        warehouse = {"initial_inventory": 15, "policy": {"rule": rule, **levels[rule]}}
        warehouse["orders"] = orders
        data = serial(
            {"rule": "base_stock", "order_up_to": 14},
            warehouse,
            lead_times=(lead, 1),
            demand=[0] * 300,
            unmet="backordered",
            initial=14,
        )
        data["demand"] = {"distribution": "poisson", "seasonality": False}
        data["skus"]["milk"]["base_demand"] = 5
        runs.append(play(data))
    late, early, other = ([each.of("stock", point) for point in each.points] for each in runs)
    assert np.array_equal(late, early)
    assert not np.array_equal(late, other)
    first = [history.of("ordered", [*history.lines][-1])[:, 0] for history in runs]
    assert first[1][1:].tolist() == first[0][:-1].tolist()


def test_who_orders_before_shipping_sees_yesterdays_orders(play, serial):
    """The demand that it sees is what its customers ordered on the day before."""
    average = {"rule": "moving_average", "periods": 1, "protection_days": 1, "safety_stock": 0}
    warehouse = {"initial_inventory": 0, "policy": average, "orders": "before_shipping"}
    orders = {"rule": "fixed_orders", "orders_by_day": [4, 0, 9, 0, 0]}
    data = serial(orders, warehouse, lead_times=(9, 0), demand=[0] * 5)
    # Day 2: 4 were asked for and are owed, and are forecast again. Day 3: 0, with 8 on order.
    # Day 4: 9 were, and are owed: 9 more than the 5 that are missing beside the 8.
    history = play(data)
    (upper,) = (line for line in history.lines if line.source == "supplier")
    assert history.of("ordered", upper)[:, 0].tolist() == [0, 8, 0, 14, 0]


def depot_in_the_morning(**others):
    """Return a kiosk that gets its papers in the morning, of which some are due on day 1."""
    started = [{"sku": "paper", "due_day": day, "units": units} for day, units in ((1, 6), (2, 2))]
    return {
        "days": 4,
        "skus": {"paper": {"holding_cost": 1}},
        "demand": {"distribution": "replay", "units": [5, 5, 5, 5]},
        "stores": {
            "kiosk": {
                "initial_inventory": 1,
                "receives": "morning",
                "policy": {"rule": "fixed_orders", "orders_by_day": [4, 3, 0, 0]},
            }
        },
        "suppliers": {"press": {}},
        "lanes": [
            {
                "source": "press",
                "destination": "kiosk",
                "lead_time": 2,
                "initial_on_order": started,
            }
        ],
    } | others


def test_what_comes_in_the_morning_is_sold_that_day(play):
    """Units due on day 1 serve the customers of day 1, and an order those of its lead time."""
    history = play(depot_in_the_morning(), checked=True)
    (line,), (point,) = history.lines, history.points
    assert history.of("arrived", line)[:, 0].tolist() == [6, 2, 4, 3]
    assert history.of("sales", point)[:, 0].tolist() == [5, 4, 4, 3]
    rows = [dict(zip(COLUMNS, row, strict=True)) for row in events(history.run)]
    kinds = [row["event"] for row in rows if row["day"] == 3]
    assert kinds.index("delivery") < kinds.index("demand")
    shipped = {row["id"]: row["day"] for row in rows if row["event"].endswith("shipment")}
    due = [(row["day"], shipped[row["cause"]]) for row in rows if row["event"] == "delivery"]
    assert due == [(1, -1), (2, 0), (3, 1), (4, 2)]


def test_a_morning_on_which_nothing_is_received(play):
    """What is refused in the morning comes in on the next one, not in the evening."""
    closed = {"locations": ["kiosk"], "stops": ["receipts"], "first_day": 1}
    history = play(depot_in_the_morning(disruptions={"closed": closed}), checked=True)
    (line,), (point,) = history.lines, history.points
    assert history.of("arrived", line)[:, 0].tolist() == [0, 8, 4, 3]
    assert history.of("sales", point)[:, 0].tolist() == [1, 5, 5, 5]


def test_cycles_that_end_in_the_morning(play):
    """A cycle that a morning's delivery ends is over before that day's customers."""
    # Of the cycles that end on days 2, 3 and 4, the one that begins on day 1 sells all.
    history = play(depot_in_the_morning())
    assert history.run.figures()["cycle_service_level"].tolist() == [[1 / 3]]


def test_reasons_are_those_of_the_evening_before():
    """What was missing has the same reasons, whether goods come at night or in the morning."""
    found = []
    for receives, lead in (("evening", 1), ("morning", 2)):
        data = depot_in_the_morning(days=60, demand={"distribution": "poisson"})
        data["skus"]["paper"]["base_demand"] = 5
        data["suppliers"]["press"] = {"reliability": 0.8}
        data["stores"]["kiosk"] |= {
            "receives": receives,
            "policy": {"rule": "base_stock", "order_up_to": 12},
        }
        data["lanes"][0] |= {"lead_time": lead, "initial_on_order": []}
        case = case_from_dict(data)
        (level,) = missing(case, simulate(case, replications=5)).levels
        found.append(level)
    assert found[0].sum() > 0
    assert (found[0] > 0).any(axis=(1, 2)).sum() >= 4
    assert np.array_equal(*found)


EVERY_DAY = [1, 2, 3, 4, 5, 6, 7]
ON_ITS_WAY = {"shipped", "in_full", "trips", "carried", "travelling", "extra_travelling"}
"""What is counted when goods leave, a day after they are ordered; `in_full` is of that day too."""
ORDINARY = {"rule": "moving_average", "periods": 2, "protection_days": 4, "safety_stock": 3}


def of_plain_suppliers(data):
    """Return settings whose suppliers never fail, are late, closed or short.

    And whose rules do not look at the day on which something is due: after the cut-off, none is.
    Nor does a source share by run-out time, for which goods count once they have left.
    """
    places, choosing = {}, set()
    for kind in (kind for kind in PLACES if kind in data):
        places[kind] = {}
        for name, place in data[kind].items():
            rule = RULES[place["policy"]["rule"]]
            looks = "arriving" in rule.sees
            places[kind][name] = place | ({"policy": ORDINARY} if looks else {})
            if place.get("allocation") == "fair_share":
                places[kind][name]["allocation"] = "priority"
            if hasattr(rule, "lanes"):
                choosing.add(name)
    varying = ("delays", "delay_probabilities", "overtaking", "after_cutoff", "reserved")
    lanes = [{k: v for k, v in lane.items() if k not in varying} for lane in data["lanes"]]
    for lane in lanes:
        if lane["destination"] in choosing:  # of two lanes
            lane["share"] = 0.5
    plain = {"suppliers": {name: {} for name in data["suppliers"]}, "lanes": lanes}
    return data | places | plain | {"disruptions": {}}


@settings(max_examples=10, phases=[Phase.generate])
@given(cases())
def test_a_cutoff_on_every_day_is_a_day_of_lead_time(play, unlike_quantities, settings):
    """What an unlimited supplier sees a day late arrives as if it took a day more: a path alike.

    Goods leave a day later, and are on their way for a day less.
    """
    data = of_plain_suppliers(settings)
    late, longer = copy.deepcopy(data), copy.deepcopy(data)
    for lane, slower in zip(late["lanes"], longer["lanes"], strict=True):
        if lane["source"] in data["suppliers"]:
            lane["after_cutoff"] = EVERY_DAY
            days = slower["lead_time"]
            more = {sku: n + 1 for sku, n in days.items()} if isinstance(days, dict) else days + 1
            slower["lead_time"] = more
    left, right = (
        {
            name: units
            for name, units in play(each).quantities().items()
            if name[0] not in ON_ITS_WAY
        }
        for each in (late, longer)
    )
    assert unlike_quantities(left, right) == []


def test_orders_after_the_cutoff_by_hand(play, serial):
    """On days 1 and 8, and only then, the warehouse sees an order of 2 on the next day."""
    two = {"rule": "fixed_orders", "orders_by_day": [2] * 9}
    warehouse = {"initial_inventory": 50, "policy": {"rule": "base_stock", "order_up_to": 50}}
    data = serial(two, warehouse, lead_times=(1, 0), demand=[0] * 9)
    data["lanes"][1]["after_cutoff"] = [1]
    history = play(data, checked=True)
    upper, lower = sorted(history.lines, key=lambda line: line.source)
    assert history.of("shipped", lower)[:, 0].tolist() == [0, 4, 2, 2, 2, 2, 2, 0, 4]
    assert history.of("in_full", lower)[:, 0].tolist() == [0, 1, 1, 1, 1, 1, 1, 0, 1]
    assert history.of("ordered", upper)[:, 0].tolist() == [0, 4, 2, 2, 2, 2, 2, 0, 4]
    (store,) = (point for point in history.points if point.location == "store")
    assert history.of("position", store)[:, 0].tolist() == [0, 2, 4, 6, 8, 10, 12, 14, 16]


def test_a_cutoff_every_day_makes_early_orders_alike(play, unlike_quantities, serial):
    """Who sees all orders a day late knows the same before shipping and after."""
    found = []
    for orders in ("before_shipping", "after_shipping"):
        average = {"rule": "moving_average", "periods": 3, "protection_days": 3, "safety_stock": 4}
        warehouse = {"initial_inventory": 9, "policy": average, "orders": orders}
        data = serial(
            {"rule": "base_stock", "order_up_to": 12},
            warehouse,
            lead_times=(1, 1),
            demand=[3, 0, 7, 2, 9, 1, 4, 6] * 5,
        )
        data["lanes"][1]["after_cutoff"] = EVERY_DAY
        found.append(play(data).quantities())
    assert unlike_quantities(*found) == []


def test_an_echelon_position_sees_through_the_cutoff(play, serial):
    """What a store orders late is stock of the warehouse until it is seen: its echelon is alike."""
    found = []
    for late in ([], EVERY_DAY):
        warehouse = {
            "initial_inventory": 20,
            "receives": "morning",
            "policy": {"rule": "echelon_base_stock", "order_up_to": 60},
        }
        data = serial(
            {"rule": "base_stock", "order_up_to": 25},
            warehouse,
            lead_times=(2, 1),
            demand=[3, 0, 7, 2, 9, 1, 4, 6] * 5,
            unmet="backordered",
        )
        data["lanes"][1]["after_cutoff"] = late
        history = play(data, checked=True)
        (upper,) = (line for line in history.lines if line.source == "supplier")
        found.append(history.of("ordered", upper)[:, 0].tolist())
    assert found[0] == found[1]
    assert sum(found[0]) > 100


def test_what_waits_for_the_cutoff_is_on_its_way():
    """An order after the cut-off is no fault of a source: what it leaves missing is on its way."""
    data = {
        "days": 3,
        "skus": {"milk": {}},
        "demand": {"distribution": "replay", "units": [5, 5, 5]},
        "stores": {"kiosk": {"initial_inventory": 5, "policy": BASE_OF_FIVE}},
        "warehouses": {"depot": {"initial_inventory": 90, "policy": BASE_OF_FIVE}},
        "suppliers": {"dairy": {}},
        "lanes": [
            {"source": "dairy", "destination": "depot", "lead_time": 0},
            {"source": "depot", "destination": "kiosk", "lead_time": 0, "after_cutoff": [1]},
        ],
    }
    case = case_from_dict(data)
    run = simulate(case, keep=Keep(records=True))
    (level, _) = missing(case, run).levels
    # Day 2 finds nothing on the shelf: the 5 of day 1 are seen that day, and sold on day 3.
    assert (
        dict(zip(REASONS, level[:, 0, 0].tolist(), strict=True))["on its way"] == level.sum() == 5
    )
    twin = DigitalTwin(case)
    twin.step()
    assert twin.get_state()["stores"]["kiosk"]["on_order"] == {"milk": 5}
    assert twin.get_state()["warehouses"]["depot"]["owed"] == {"milk": 0}


BASE_OF_FIVE = {"rule": "base_stock", "order_up_to": 5}
