"""The conservation laws I1 to I6 and I8 hold on every day of random cases.

In whole units they hold exactly; in continuous units within a rounding error.
"""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory_hmarl.testing import simulate_reference
from inventory_hmarl.testing.records import DayRecord
from inventory_hmarl.testing.strategies import cases, demands, failures


class Run:
    """A random case, its records, and a record of the evening before day 1."""

    def __init__(self, build, data, units=None):
        """Draw and run."""
        self.settings = data.draw(cases(units=units))
        self.whole = self.settings["units"] == "whole"
        self.case = build(self.settings)
        self.fails = data.draw(failures())
        demand = data.draw(demands(whole=self.whole))
        self.records = simulate_reference(self.case, demand, self.fails)
        self.days = [self.eve(), *self.records]
        self.lines = list(self.records[0].line_ordered)
        self.points = list(self.records[0].on_hand)
        self.lanes = {(lane.source, lane.destination): lane for lane in self.case.lanes}

    def eve(self):
        """Return what a record of day 0 would hold."""
        first = self.records[0]
        started = {line: sum(self.started(line).values()) for line in first.line_ordered}
        on_order = {point: 0 for point in first.on_hand}
        for line, units in started.items():
            on_order[line[1:]] += units
        return DayRecord(
            day=0,
            waiting=dict.fromkeys(first.waiting, 0),
            on_hand={point: self.initial(point) for point in first.on_hand},
            on_order=on_order,
            owed=dict.fromkeys(first.owed, 0),
            in_transit=started,
        )

    def initial(self, point):
        """Return a point's opening stock."""
        location = {**self.settings["stores"], **self.settings.get("warehouses", {})}[point[0]]
        return of_sku(location["initial_inventory"], point[1])

    def started(self, line):
        """Return what is on its way at the start, by due day."""
        lanes = [
            lane
            for lane in self.settings["lanes"]
            if (lane["source"], lane["destination"]) == line[:2]
        ]
        starts = lanes[0].get("initial_on_order", [])
        return {start["due_day"]: start["units"] for start in starts if start["sku"] == line[2]}

    def lead_time(self, line):
        """Return a line's days from shipping to delivery."""
        return of_sku(self.lanes[line[:2]].lead_time, line[2])

    def failed_today(self, record, line):
        """Return the units of today's order line that fail."""
        fails = line[0] in self.case.suppliers and self.fails(record.day, *line)
        return record.line_ordered[line] if fails else 0

    def same(self, left, right):
        """Return whether two quantities are equal, in the sense of the case's units."""
        return left == right if self.whole else left == pytest.approx(right, rel=1e-9, abs=1e-9)

    def pairs(self):
        """Return each day with the evening before it."""
        return pairwise(self.days)

    def into(self, point):
        """Return the lines that replenish a point."""
        return [line for line in self.lines if line[1:] == point]

    def out_of(self, point):
        """Return the lines that a point serves."""
        return [line for line in self.lines if (line[0], line[2]) == point]


def of_sku(level, sku):
    """Return the number of a level for a SKU."""
    return level[sku] if isinstance(level, dict) else level


def total(quantities, keys):
    """Return a sum over some keys."""
    return sum(quantities[key] for key in keys)


@given(data=st.data())
def test_stock_is_conserved(data, build):
    """I1: on hand = on hand before + arrivals - sales - shipments - what expired."""
    run = Run(build, data)
    for before, day in run.pairs():
        for point in run.points:
            came = total(day.arrived, run.into(point))
            went = day.sales[point] + total(day.shipped, run.out_of(point)) + day.expired[point]
            assert run.same(day.on_hand[point], before.on_hand[point] + came - went)
            assert run.same(day.charged_stock[point], before.on_hand[point] - went)


@given(data=st.data())
def test_the_pipeline_is_conserved(data, build):
    """I2: in transit = in transit before + shipped - arrived, and shipments arrive L days later."""
    run = Run(build, data)
    for before, day in run.pairs():
        for line in run.lines:
            expected = before.in_transit[line] + day.shipped[line] - day.arrived[line]
            assert run.same(day.in_transit[line], expected)
            shipping_day = day.day - run.lead_time(line)
            came = run.records[shipping_day - 1].shipped[line] if shipping_day > 0 else 0
            assert run.same(day.arrived[line], came + run.started(line).get(day.day, 0))


@given(data=st.data())
def test_the_network_is_conserved(data, build):
    """I3: what suppliers shipped was sold, has expired or is still somewhere in the network."""
    run = Run(build, data)
    first, last = run.days[0], run.days[-1]
    inflow = sum(
        day.shipped[line]
        for day in run.records
        for line in run.lines
        if line[0] in run.case.suppliers
    )
    sold = sum(sum(day.sales.values()) for day in run.records)
    stock = sum(last.on_hand.values()) - sum(first.on_hand.values())
    pipeline = sum(last.in_transit.values()) - sum(first.in_transit.values())
    expired = sum(sum(day.expired.values()) for day in run.records)
    assert run.same(inflow, sold + expired + stock + pipeline)


@given(data=st.data())
def test_customers_are_accounted_for(data, build):
    """I4: demand is sold, lost or waits; the waiting of yesterday are served first."""
    run = Run(build, data)
    for before, day in run.pairs():
        for point in run.points:
            asked = before.waiting[point] + day.demand[point]
            served = day.sales[point] + day.lost[point] + day.switched[point]
            assert run.same(asked, served + day.waiting[point])
            store = run.case.stores.get(point[0])
            if store is not None and store.waiting_share == 1 and store.patience is None:
                assert min(day.lost[point], day.waiting[point]) == 0
            served_before = min(before.waiting[point], day.sales[point])
            assert run.same(day.filled[point], day.sales[point] - served_before)


@given(data=st.data())
def test_no_quantity_is_negative_or_beyond_what_there_is(data, build):
    """I5: stock, sales, orders and shipments are at least 0, and within stock and capacity."""
    run = Run(build, data)
    for before, day in run.pairs():
        for name in ("on_hand", "sales", "filled", "lost", "waiting", "charged_stock", "ordered"):
            assert min(getattr(day, name).values()) >= 0
        for name in ("line_ordered", "shipped", "owed", "arrived", "failed", "dropped"):
            assert min(getattr(day, name).values()) >= (0 if run.whole else -1e-9)
        for point in run.points:
            went = day.sales[point] + total(day.shipped, run.out_of(point))
            assert went <= before.on_hand[point] + (0 if run.whole else 1e-9)
        for name, supplier in run.case.suppliers.items():
            for sku in run.case.skus if supplier.capacity is not None else ():
                shipped = total(day.shipped, run.out_of((name, sku)))
                assert shipped <= of_sku(supplier.capacity, sku) + (0 if run.whole else 1e-9)


@given(data=st.data())
def test_nobody_waits_beside_stock(data, build):
    """I6: stock left after the last outflow means that nothing is owed; what waits means none.

    But for what is kept for some location.
    """
    run = Run(build, data, units="whole")
    for day in run.records:
        for point in run.points:
            unserved = day.waiting[point] + total(day.owed, run.out_of(point))
            unserved += total(day.dropped, run.out_of(point))
            kept = sum(lane.reserved for lane in run.case.lanes if lane.source == point[0])
            left = day.charged_stock[point] + day.expired[point]
            assert min(left - kept, unserved) <= 0


@given(data=st.data())
def test_orders_are_accounted_for(data, build):
    """What is ordered on a line is shipped, owed, dropped or fails, and reported L days later."""
    run = Run(build, data)
    for before, day in run.pairs():
        for line in run.lines:
            failed = run.failed_today(day, line)
            owed = before.owed[line] + day.line_ordered[line] - failed
            assert run.same(day.owed[line], owed - day.shipped[line] - day.dropped[line])
            ordering_day = day.day - run.lead_time(line)
            if ordering_day > 0:
                failed = run.failed_today(run.records[ordering_day - 1], line)
            assert day.failed[line] == (failed if ordering_day > 0 else 0)
            if day.in_full[line]:
                assert day.line_ordered[line] > 0
                assert run.same(day.owed[line] + day.dropped[line], 0)


@given(data=st.data())
def test_positions_are_accounted_for(data, build):
    """On order grows by orders, and shrinks by arrivals, failures and drops."""
    run = Run(build, data)
    for before, day in run.pairs():
        for point in run.points:
            into = run.into(point)
            assert run.same(total(day.line_ordered, into), day.ordered[point])
            gone = total(day.arrived, into) + total(day.failed, into) + total(day.dropped, into)
            expected = before.on_order[point] + day.ordered[point] - gone
            assert run.same(day.on_order[point], expected)
            owed = total(day.owed, run.out_of(point))
            held = day.charged_stock[point] - day.waiting[point] - owed
            assert run.same(day.inventory_position[point], held + before.on_order[point])


@given(data=st.data())
def test_positions_after_ordering_keep_what_the_policy_promises(data, build):
    """I8: S under base-stock, above s and at most S under (s, S), in (r, r + Q] under (r, nQ)."""
    run = Run(build, data)
    for day in run.records:
        for point in run.points:
            check_promise(run, point, day.inventory_position[point], day.ordered[point])


def check_promise(run, point, position, ordered):
    """Assert what a policy promises of the position after ordering."""
    location = {**run.settings["stores"], **run.settings.get("warehouses", {})}[point[0]]
    policy = location["policy"]
    numbers = {
        name: of_sku(policy[name], point[1])
        for name in ("order_up_to", "reorder_point", "order_quantity")
        if name in policy
    }
    after = position + ordered
    slack = 0 if run.whole else 1e-9
    if policy["rule"] == "base_stock":
        assert run.same(after, max(position, numbers["order_up_to"]))
    elif policy["rule"] == "s_S":
        assert after > numbers["reorder_point"] or run.same(
            numbers["reorder_point"], numbers["order_up_to"]
        )
        assert after <= max(position, numbers["order_up_to"]) + slack
    elif policy["rule"] == "r_nQ" and "max_inventory" not in location:
        reach = numbers["reorder_point"] + numbers["order_quantity"]
        assert after > numbers["reorder_point"]
        assert after <= max(position, reach) + slack
    if "max_inventory" in location and ordered > 0:
        assert after <= of_sku(location["max_inventory"], point[1]) + slack


@given(data=st.data())
def test_the_first_days_do_not_know_how_long_the_run_is(data, build):
    """I12: the days of a shorter run are the first days of a longer one."""
    settings = data.draw(cases())
    whole = settings["units"] == "whole"
    demand, fails = data.draw(demands(whole=whole)), data.draw(failures())
    longer = simulate_reference(build(settings), demand, fails)
    shorter = simulate_reference(build(settings | {"days": 5, "warmup_days": 0}), demand, fails)
    assert longer[:5] == shorter
