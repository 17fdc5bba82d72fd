"""The conservation laws I1 to I6 and I8 hold on every day of random cases.

In whole units they hold exactly; in continuous units within a rounding error.
"""

from itertools import pairwise
from math import ceil, floor, inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory_hmarl.testing import simulate_reference
from inventory_hmarl.testing.plain_trouble import Troubles, troubles_of
from inventory_hmarl.testing.records import DayRecord, Luck
from inventory_hmarl.testing.strategies import cases, demands, failures, word_of

SLACK = 1e-8
"""units: what rounding to packs may miss a promise by, in continuous units"""


class Run:
    """A random case, its records, and a record of the evening before day 1."""

    def __init__(self, build, data, units=None):
        """Draw and run."""
        self.settings = data.draw(cases(units=units))
        self.whole = self.settings["units"] == "whole"
        self.case = build(self.settings)
        self.fails = data.draw(failures())
        demand = data.draw(demands(whole=self.whole))
        self.luck = lucky(data.draw(st.integers(0, 2**32)), self.case)
        self.records = simulate_reference(self.case, demand, self.fails, self.luck)
        self.days = [self.eve(), *self.records]
        self.lines = list(self.records[0].line_ordered)
        self.points = list(self.records[0].on_hand)
        self.lanes = {(lane.source, lane.destination): lane for lane in self.case.lanes}
        self.stopped = {what: self.stops(what) for what in STOPS}
        self.troubles = self.by_day()

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
            posted=dict.fromkeys(first.owed, 0),
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

    def location(self, name):
        """Return the store or warehouse of a name."""
        return {**self.case.stores, **self.case.warehouses}[name]

    def charged_early(self, point):
        """Return whether holding cost is charged before outflows."""
        return self.location(point[0]).holding_charged.startswith("before")

    def stops(self, what):
        """Return the (day, line) of all that disruptions stop."""
        troubles, found = troubles_of(self.case), set()
        for record in self.records:
            troubles.wake(record.day, self.luck.spell)
            found |= {(record.day, line) for line in self.lines if troubles.stop(line, what)}
        return found

    def by_day(self):
        """Return the disruptions of each day."""
        troubles, found = troubles_of(self.case), {}
        for record in self.records:
            troubles.wake(record.day, self.luck.spell)
            found[record.day] = Troubles(troubles.disruptions, today=set(troubles.today))
        return found

    def early(self, line):
        """Return whether what a line brings comes in in the morning."""
        return self.location(line[1]).receives == "morning"

    def came_early(self, record, point):
        """Return what came in at a point before a day's sales."""
        return sum(record.arrived[line] for line in self.into(point) if self.early(line))

    def lead_time(self, line):
        """Return a line's fewest days from shipping to the evening when it is at the door."""
        return of_sku(self.lanes[line[:2]].lead_time, line[2]) - self.early(line)

    def way(self, line, day):
        """Return the days that what leaves or fails on a day takes, where it never stands still."""
        days = self.lead_time(line) + self.luck.delay(day, *line) + self.troubles[day].late(line)
        supplier = self.case.suppliers.get(line[0])
        late = supplier is not None and supplier.failure == "late" and self.fails(day, *line)
        return days + (supplier.failure_days if late else 0)

    def failed_today(self, record, line):
        """Return the units that fail of the order line that its supplier sees today."""
        supplier, ordered = self.case.suppliers.get(line[0]), record.line_seen[line]
        if supplier is None or supplier.failure == "late" or not self.fails(record.day, *line):
            return 0
        if supplier.failure == "lost":
            return ordered
        lost = ordered * (1 - supplier.failure_share)
        return floor(lost + 0.5) if self.whole else lost

    def moved(self, line):
        """Return on how many days what is on a line moved, up to each evening; day 0 is first."""
        found = [0]
        for record in self.records:
            found.append(found[-1] + ((record.day, line) not in self.stopped["transit"]))
        return found

    def arrivals(self, line):
        """Return the units that come in on a line, by day: once they moved, and are let in."""
        moved, units = self.moved(line), {}
        early = self.early(line)
        parcels = [(0, due - early, started) for due, started in self.started(line).items()]
        last = max((due for _, due, started in parcels if started > 0), default=0)
        for record in self.records:
            if record.shipped[line] > 0:
                due = moved[record.day] + self.way(line, record.day)
                if not self.lanes[line[:2]].overtaking:
                    due = last = max(due, last)
                parcels.append((record.day, due, record.shipped[line]))
        for day, due, parcel in parcels:
            opens = self.open_days(line, day + early)
            came = next((d for d in opens if moved[d - early] >= due), None)
            units[came] = units.get(came, 0) + parcel
        return units

    def open_days(self, line, first):
        """Return the days, from one on, on which a line's destination lets in what comes."""
        closed = self.stopped["receipts"]
        if self.lead_time(line) == 0:
            closed = closed | self.stopped["transit"]
        return [d for d in range(max(first, 1), self.case.days + 1) if (d, line) not in closed]

    def reports(self, line):
        """Return the units reported failed on a line, by day: when they would have been due."""
        moved, units = self.moved(line), {}
        for record in self.records:
            due = moved[record.day] + self.way(line, record.day)
            days = range(record.day, self.case.days + 1)
            told = next((day for day in days if moved[day] >= due), None)
            units[told] = units.get(told, 0) + self.failed_today(record, line)
        return units

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


STOPS = ("orders", "shipments", "transit", "receipts")


def lucky(seed, case):
    """Return delays out of each lane's, and disruptions that come and go."""
    delays = {(lane.source, lane.destination): lane.delays or (0,) for lane in case.lanes}

    def delay(day, source, destination, sku):
        these = delays[source, destination]
        return these[word_of(seed, day, source, destination, sku) % len(these)]

    def spell(day, name):
        word = word_of(seed, day, name) % 100
        return word < 20, word < 60

    return Luck(spell, delay)


def of_sku(level, sku):
    """Return the number of a level for a SKU, 0 where it has none."""
    return level.get(sku, 0) if isinstance(level, dict) else level


def total(quantities, keys):
    """Return a sum over some keys."""
    return sum(quantities[key] for key in keys)


@given(data=st.data())
def test_stock_is_conserved(data, build):
    """I1: on hand = on hand before + arrivals - sales - shipments - expired - destroyed."""
    run = Run(build, data)
    for before, day in run.pairs():
        for point in run.points:
            came = total(day.arrived, run.into(point))
            went = day.sales[point] + total(day.shipped, run.out_of(point)) + day.expired[point]
            went += day.given[point] - day.received[point]
            gone = went + day.destroyed[point]
            assert run.same(day.on_hand[point], before.on_hand[point] + came - gone)
            found = before.on_hand[point] + run.came_early(day, point)
            assert run.same(day.remaining[point], found - went)
            charged = found if run.charged_early(point) else day.remaining[point]
            assert run.same(day.charged_stock[point], charged)


@given(data=st.data())
def test_the_pipeline_is_conserved(data, build):
    """I2: in transit = before + shipped - arrived, and what moved for its lead time arrives.

    It moves on each day after the one on which it left but those on which its lane stands still;
    then it comes in on the first evening on which it is let in, and there is space for it.
    """
    run = Run(build, data)
    coming = {line: run.arrivals(line) for line in run.lines}
    opened = {line: {*run.open_days(line, 1)} for line in run.lines}
    waits = dict.fromkeys(run.lines, 0)
    for before, day in run.pairs():
        for line in run.lines:
            expected = before.in_transit[line] + day.shipped[line] - day.arrived[line]
            assert run.same(day.in_transit[line], expected)
            if day.day in opened[line]:
                due = coming[line].get(day.day, 0) + waits[line]
                assert run.same(day.arrived[line], due - day.refused[line])
                waits[line] = day.refused[line]
            else:
                assert day.arrived[line] == day.refused[line] == 0


@given(data=st.data())
def test_no_more_comes_in_than_there_is_space_for(data, build):
    """What has to wait for space would not fit: not one more unit of the largest that waits."""
    run = Run(build, data)
    for before, day in run.pairs():
        for name in {point[0] for point in run.points}:
            place = run.case.stores.get(name) or run.case.warehouses[name]
            mine = {line: run.case.skus[line[2]].volume for line in run.lines if line[1] == name}
            waiting = [size for line, size in mine.items() if day.refused[line] > 1e-9]
            if place.when_full == "overflow" or place.storage is None:
                assert not waiting
                continue
            kept = before.on_hand if place.receives == "morning" else day.on_hand
            early = 0.0
            if place.receives == "morning":
                early = sum(day.arrived[line] * size for line, size in mine.items())
            full = early + sum(
                kept[point] * run.case.skus[point[1]].volume
                for point in run.points
                if point[0] == name
            )
            came = sum(day.arrived[line] * size for line, size in mine.items())
            assert full <= place.storage + 1e-6 or came == 0
            least = max(waiting, default=0) if run.whole else 1e-6
            assert not waiting or full > place.storage - least


@given(data=st.data())
def test_the_network_is_conserved(data, build):
    """I3: what suppliers shipped was sold, spoiled or destroyed, or is still in the network."""
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
    gone = sum(sum(day.expired.values()) + sum(day.destroyed.values()) for day in run.records)
    assert run.same(inflow, sold + gone + stock + pipeline)


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
    of_points = ("on_hand", "sales", "filled", "lost", "waiting", "charged_stock", "ordered")
    of_lines = ("line_ordered", "shipped", "owed", "arrived", "failed", "dropped")
    for before, day in run.pairs():
        for name in of_points + of_lines:
            assert min(getattr(day, name).values()) >= (0 if run.whole else -1e-9)
        for point in run.points:
            went = day.sales[point] + total(day.shipped, run.out_of(point))
            found = before.on_hand[point] + run.came_early(day, point) + day.received[point]
            assert went + day.given[point] <= found + (0 if run.whole else 1e-9)
        for name, supplier in run.case.suppliers.items():
            for sku in run.case.skus if supplier.capacity is not None else ():
                shipped = total(day.shipped, run.out_of((name, sku)))
                assert shipped <= of_sku(supplier.capacity, sku) + (0 if run.whole else 1e-9)


@given(data=st.data())
def test_nobody_waits_beside_stock(data, build):
    """I6: who goes without finds no stock, no capacity or no hands that were free for it.

    But for what is kept for some location, and where disruptions stop or limit shipments.
    """
    run = Run(build, data, units="whole")
    for before, day in run.pairs():
        for point in run.points:
            without = day.waiting[point] + day.lost[point] + day.switched[point]
            found = before.on_hand[point] + run.came_early(day, point)
            found += day.received[point] - day.given[point]
            assert min(found - day.sales[point], without) <= 0
            left = day.remaining[point] + day.expired[point]
            assert unserved_beside(run, day, point, left) <= 0
        for name, supplier in run.case.suppliers.items():
            for sku in run.case.skus:
                capacity = inf if supplier.capacity is None else of_sku(supplier.capacity, sku)
                left = capacity - total(day.shipped, run.out_of((name, sku)))
                assert unserved_beside(run, day, (name, sku), left) <= 0


def unserved_beside(run, day, point, left):
    """Return the units that a source could have shipped out of what it has left, and did not."""
    lines = run.out_of(point)
    open_lines = [line for line in lines if (day.day, line) not in run.stopped["shipments"]]
    kept = sum(max(run.lanes[line[:2]].reserved - day.shipped[line], 0) for line in lines)
    source = {**run.case.warehouses, **run.case.suppliers}.get(point[0])
    hands = None if source is None else source.handling_capacity
    shipped = sum(day.shipped[line] for line in run.lines if line[0] == point[0])
    free = inf if hands is None else hands - shipped
    limit = run.troubles[day.day].limit(*point)
    free = min(free, limit - sum(day.shipped[line] for line in lines))
    return min(left - kept, free, total(day.owed, open_lines) + total(day.dropped, open_lines))


@given(data=st.data())
def test_orders_are_accounted_for(data, build):
    """What is ordered is shipped, owed, dropped or fails, which is told when it would be due."""
    run = Run(build, data)
    told = {line: run.reports(line) for line in run.lines}
    for before, day in run.pairs():
        for line in run.lines:
            failed = run.failed_today(day, line)
            late = (day.day - 1) % 7 + 1 in run.lanes[line[:2]].after_cutoff
            assert run.same(day.posted[line], day.line_ordered[line] if late else 0)
            seen = before.posted[line] + day.line_ordered[line] - day.posted[line]
            assert run.same(day.line_seen[line], seen)
            owed = before.owed[line] + seen - failed
            assert run.same(day.owed[line], owed - day.shipped[line] - day.dropped[line])
            assert run.same(day.failed[line], told[line].get(day.day, 0))
            if day.in_full[line]:
                assert day.line_seen[line] > 0
                assert failed == 0
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
            coming = before.on_order[point] - run.came_early(day, point)
            held = day.remaining[point] - day.waiting[point]
            held -= total(day.owed, run.out_of(point))
            if getattr(run.location(point[0]), "orders", "") == "before_shipping":
                held = before.on_hand[point] + run.came_early(day, point) - day.sales[point]
                held -= day.waiting[point] + total(before.owed, run.out_of(point))
                held -= total(before.posted, run.out_of(point))
            assert run.same(day.inventory_position[point], held + coming)


@given(data=st.data())
def test_positions_after_ordering_keep_what_the_policy_promises(data, build):
    """I8: S under base-stock, S from at most s under (s, S), in (r, r + Q] under (r, nQ).

    Packs and least orders may lift a position above that, or leave it below where there is no room
    for more. What is ordered on a stopped line, or on no day of review, is nothing.
    """
    run = Run(build, data)
    for day in run.records:
        for line in run.lines:
            assert (day.day, line) not in run.stopped["orders"] or day.line_ordered[line] == 0
        for point in run.points:
            location = run.location(point[0])
            if (day.day - 1) % location.review_period + 1 in location.review_days:
                check_promise(run, day, point)
            else:
                assert day.ordered[point] == 0


def check_promise(run, day, point):
    """Assert what a policy promises of the position after ordering, on a day of review."""
    location, sku, position = run.location(point[0]), point[1], day.inventory_position[point]
    policy, after = location.policy, position + day.ordered[point]
    slack = 0 if run.whole else SLACK
    numbers = {
        name: of_sku(level, sku)
        for name, level in policy.parameters.items()
        if name in ("order_up_to", "reorder_point", "order_quantity")
    }
    more = sum(rounding(run.lanes[line[:2]], sku) for line in run.into(point)) + slack
    less = more if location.max_inventory is not None else slack
    if any((day.day, line) in run.stopped["orders"] for line in run.into(point)):
        less = inf  # what was meant for a stopped lane is not placed
    if policy.rule == "base_stock" or (policy.rule == "s_S" and orders_now(position, numbers)):
        assert after >= numbers["order_up_to"] - less
        assert after <= max(position, numbers["order_up_to"] + more)
    elif policy.rule == "s_S":
        assert day.ordered[point] == 0
    elif policy.rule == "r_nQ" and location.max_inventory is None:
        assert after > numbers["reorder_point"] - less
        assert after <= max(position, sum(numbers.values()) + more)
    if location.max_inventory is not None and day.ordered[point] > 0:
        assert after <= of_sku(location.max_inventory, sku) + slack


def orders_now(position, numbers):
    """Return whether a position is at or below the reorder point."""
    return position <= numbers["reorder_point"]


def rounding(lane, sku):
    """Return the most units by which packs and a least order change an order line."""
    pack, least = of_sku(lane.order_multiple or 0, sku), of_sku(lane.minimum_order or 0, sku)
    return max(pack, ceil(least / pack) * pack if pack else least)


@given(data=st.data())
def test_the_first_days_do_not_know_how_long_the_run_is(data, build):
    """I12: the days of a shorter run are the first days of a longer one, but for an oracle's."""
    settings = data.draw(cases())
    for place in (*settings["stores"].values(), *settings.get("warehouses", {}).values()):
        if place["policy"]["rule"] == "just_in_time":
            place["policy"]["rule"] = "drp"  # whose parameters are the same
    whole = settings["units"] == "whole"
    demand, fails = data.draw(demands(whole=whole)), data.draw(failures())
    longer = simulate_reference(build(settings), demand, fails)
    shorter = simulate_reference(build(settings | {"days": 5, "warmup_days": 0}), demand, fails)
    assert longer[:5] == shorter
