"""The laws I1 to I8, I10 and I12 of docs/verification.md hold on random cases."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from inventory_hmarl.case import case_from_dict
from inventory_hmarl.simulation import simulate
from inventory_hmarl.testing.strategies import cases

TOLERANCE = 1e-9


def close(history, left, right):
    """Return whether two quantities agree: exactly in whole units, else to 1e-9."""
    if history.whole:
        return np.array_equal(np.broadcast_to(left, np.shape(right)), right)
    return np.allclose(left, right, rtol=TOLERANCE, atol=TOLERANCE)


def before(history, name, point, opening=0.0):
    """Return a quantity as it was on the day before."""
    series = history.of(name, point)
    return np.concatenate([np.full((1, series.shape[1]), opening), series[:-1]])


@given(cases())
def test_i1_stock_changes_by_what_comes_and_goes(play, settings):
    """Stock on hand is yesterday's, plus arrivals, minus sales, shipments and what expired."""
    history = play(settings, replications=2)
    for point in history.points:
        stock, arrived = history.remaining(point), history.received(point, early=False)
        came = np.concatenate([np.zeros((1, arrived.shape[1])), arrived[:-1]])
        came = came + history.received(point, early=True)
        opening = np.full((1, stock.shape[1]), history.opening(point))
        left = np.concatenate([opening, stock[:-1]]) + came
        gone = history.of("sales", point) + history.out_of(point, "shipped")
        gone = gone + history.of("given", point) - history.of("received", point)
        gone = gone + history.of("expired", point)
        destroyed = np.broadcast_to(history.of("destroyed", point), arrived.shape)
        left = left - np.concatenate([np.zeros_like(destroyed[:1]), destroyed[:-1]])
        assert close(history, left - gone, stock)


@given(cases())
def test_i2_what_is_shipped_arrives_once_after_the_lead_time(play, settings):
    """What a line ships on day t with lead time L arrives on day t + L, and nothing else does.

    Where lead times are drawn, it has arrived within the longest, and not before the shortest. Days
    on which transit stands still are days that no lead time counts, and what is due while nothing
    is received arrives on the first day on which something is, and there is space for it.
    """
    history = play(settings, replications=2)
    slack = 0.0 if history.whole else TOLERANCE
    for line in history.lines:
        arrived, least, longest = history.of("arrived", line), *history.lead_times(line)
        stands = history.stopped(line, "transit")
        refused = history.stopped(line, "receipts") | (stands & (least == 0))
        so_far, delayed = np.cumsum(arrived, axis=0), history.delayed(line)
        least, longest = least + delayed, longest + delayed
        outside = history.of("refused", line)
        soonest, latest = (due_by(history, line, stands, days) for days in (least, longest))
        assert (so_far <= soonest + slack).all()
        assert not ((latest - so_far - outside > slack) & ~refused).any()
        assert not arrived[refused].any()
        if (least == longest).all() and not (refused | stands | (outside > 0)).any():
            assert close(history, so_far, soonest)


def due_by(history, line, stands, lead_time):
    """Return all that is due by each day `(days, R)`, were this the lead time of every shipment.

    What comes in in the mornings is due when it came to the door on the evening before.
    """
    shipped, started = history.of("shipped", line), history.started(line)
    moved = np.cumsum(~stands, axis=0)  # days on which what is under way came nearer
    due = [
        (shipped[: day + 1] * (moved[day] - moved[: day + 1] >= lead_time[: day + 1])).sum(axis=0)
        for day in range(len(shipped))
    ]
    begun = np.cumsum(started)
    found = np.array(due) + begun[np.minimum(moved, len(started) - 1)]
    if not history.early(line):
        return found
    return np.concatenate([np.full((1, found.shape[1]), started[0]), found[:-1]])


@given(cases())
def test_i3_inflow_is_sales_and_change_of_stock(play, settings):
    """What suppliers ship is what customers took, what expired, and the change of all stock."""
    history = play(settings)
    inflow, used = 0.0, 0.0
    for line in history.lines:
        if line.source in history.case.suppliers:
            inflow += history.of("shipped", line).sum()
        used += (history.of("shipped", line) - history.of("arrived", line)).sum()
    for point in history.points:
        end = history.remaining(point)[-1] + history.received(point, early=False)[-1]
        used += (end - history.opening(point)).sum() + history.of("sales", point).sum()
        destroyed = history.of("destroyed", point)
        used += history.of("expired", point).sum() + destroyed.sum() - destroyed[-1].sum()
    assert np.isclose(inflow, used, rtol=TOLERANCE, atol=0 if history.whole else 1e-6)


@given(cases())
def test_i4_demand_is_sold_or_lost_or_waits(play, settings):
    """Waiting customers are yesterday's plus demand, minus units handed over and units lost."""
    history = play(settings, replications=2)
    for point in history.points:
        served = history.of("sales", point) + history.of("lost", point)
        served = served + history.of("switched", point)
        waiting = before(history, "waiting", point) + history.of("demand", point) - served
        assert close(history, waiting, history.of("waiting", point))


@given(cases())
def test_i5_nothing_is_negative_or_more_than_there_is(play, settings):
    """No quantity is negative, and nobody ships more than its capacity, or what limits it."""
    history = play(settings, replications=2)
    slack = 0.0 if history.whole else TOLERANCE
    for (name, *_), units in history.quantities().items():
        assert name == "position" or (units >= -slack).all(), name
    for point in history.points:
        limit = history.limit(point.location, point.sku)
        assert (history.out_of(point, "shipped") <= limit + slack).all()
    for name, supplier in history.case.suppliers.items():
        for sku in history.case.skus:
            out = [li for li in history.lines if (li.source, li.sku) == (name, sku)]
            if out:
                shipped = sum(history.of("shipped", line) for line in out)
                assert (shipped <= history.limit(name, sku) + slack).all()
            if supplier.capacity is not None and out:
                limits = supplier.capacity
                limit = limits[sku] if isinstance(limits, dict) else limits
                assert (shipped <= limit + slack).all()


@given(cases())
def test_i6_no_stock_beside_waiting_customers(play, settings):
    """After its own step no location holds stock, but for what it keeps, while somebody waits.

    Customers' orders may wait where nothing leaves, or where more would leave than can be handled,
    or than a disruption lets leave.
    """
    history = play(settings, replications=2)
    slack, noise = (0.0, 0.0) if history.whole else (TOLERANCE, 1e-6)
    for point in history.points:
        idle = history.remaining(point) > slack
        assert not (idle & (history.of("waiting", point) > slack)).any()
        kept = sum(lane.reserved for lane in history.case.lanes if lane.source == point.location)
        idle = history.remaining(point) > kept + slack
        free = history.limit(point.location, point.sku) - history.out_of(point, "shipped") > noise
        waits = idle & free & (may_leave(history, point) > noise)
        if waits.any():
            assert (too_much_to_handle(history, point.location) | ~waits).all()


def may_leave(history, point):
    """Return what a point owes to customers at the end of a day, and could have shipped to them."""
    owed = np.zeros(history.of("stock", point).shape)
    for line in history.out_of_lines(point):
        gone = history.of("shipped", line) + history.of("dropped", line)
        left = np.cumsum(history.seen(line) - gone, axis=0)
        owed = owed + left * ~history.stopped(line, "shipments")
    return owed


def too_much_to_handle(history, location):
    """Return whether, of all SKUs together, more would leave than can be handled, `(days, R)`."""
    place = history.case.warehouses.get(location)
    limit = np.inf if place is None or place.handling_capacity is None else place.handling_capacity
    would = 0.0
    for point in history.points:
        if point.location == location:
            shipped = history.out_of(point, "shipped")
            stock = history.remaining(point) + history.of("expired", point) + shipped
            stock = np.minimum(stock, history.limit(point.location, point.sku))
            would = would + np.minimum(may_leave(history, point) + shipped, stock)
    return would > limit


@given(cases())
def test_i7_money_is_the_sum_of_its_parts_and_of_the_days(play, settings):
    """Total cost is the sum of its parts, from running counts and from records alike."""
    history = play(settings, replications=2)
    figures = {name: values[0] for name, values in history.run.figures().items()}
    costs = costs_of_days(history) | history.costs_of_lanes()
    costs["total_ordering_cost"] = costs["total_ordering_cost"] + costs.pop("joint")
    for name, cost in costs.items():
        assert np.allclose(figures.get(name, 0.0), cost, rtol=TOLERANCE), name
    parts = sum(figures.get(name, 0.0) for name in costs)
    assert np.allclose(figures["total_cost"], parts, rtol=TOLERANCE)
    first = history.case.warmup_days
    filled = sum(history.of("filled", p)[first:].sum(axis=0) for p in history.points)
    demand = sum(history.of("demand", p)[first:].sum(axis=0) for p in history.points)
    asked = demand > 0
    assert np.allclose(figures["unit_fill_rate"][asked], filled[asked] / demand[asked])
    assert np.isnan(figures["unit_fill_rate"][~asked]).all()


def costs_of_days(history):
    """Return what points and lines cost, `(R,)` each, from the case's rates and the records."""
    case, first, weights = history.case, history.case.warmup_days, history.case.cost_weights
    holding = stockout = ordering = expiry = overflow = 0.0
    for point in history.points:
        place, sku = point.location, point.sku
        stock = history.of("stock", point) * history.times("holding", place, sku)
        stock = stock[first:].sum(axis=0)
        holding += stock * case.rate(place, sku, "holding_cost") * weights.holding
        expired = history.of("expired", point)[first:].sum(axis=0)
        expiry += expired * case.skus[sku].expiry_cost * weights.expiry
        owner = {**case.stores, **case.warehouses}[place]
        above = history.of("overflow", point)[first:].sum(axis=0)
        overflow += above * owner.overflow_cost * weights.overflow
        if place in case.stores:
            due = history.points[point].due is not None
            unmet = history.of("overdue" if due else "waiting", point) + history.of("lost", point)
            unmet = (unmet * history.times("stockout", place, sku))[first:].sum(axis=0)
            stockout += unmet * case.rate(place, sku, "stockout_penalty") * weights.stockout
    for line in history.lines:
        rate = case.rate(line.destination, line.sku, "ordering_cost") * weights.ordering
        times = history.times("ordering", line.destination, line.sku)
        ordering += ((history.of("ordered", line) > 0) * times)[first:].sum(axis=0) * rate
    return {
        "total_holding_cost": holding,
        "total_stockout_penalty": stockout,
        "total_ordering_cost": ordering,
        "total_expiry_cost": expiry,
        "total_overflow_cost": overflow,
    }


def parameter(policy, name, sku):
    """Return a parameter of a policy for a SKU."""
    value = policy.parameters[name]
    return value[sku] if isinstance(value, dict) else value


@given(cases())
def test_i8_orders_bring_the_position_where_the_policy_wants_it(play, settings):
    """After ordering the position is S (base-stock), in (s, S] ((s, S)) or in (r, r + Q].

    Packs and least orders bring it above by less than the smallest order of each line. On a day on
    which a location does not review its stock it orders nothing, and nothing on a line on which
    orders are stopped: then the position may stay below.
    """
    history = play(settings, replications=2)
    slack = 0.0 if history.whole else TOLERANCE
    for point in history.points:
        place = {**history.case.stores, **history.case.warehouses}[point.location]
        opens, free = ordering_days(history, point, place)
        assert not history.into(point, "ordered")[~opens].any()
        if place.max_inventory is not None:
            continue
        position = history.of("position", point)
        after = position + history.into(point, "ordered")
        beyond = most_beyond(history, point)

        def of(name, policy=place.policy, sku=point.sku):
            return parameter(policy, name, sku)

        if place.policy.rule == "base_stock":
            aim = np.maximum(position, of("order_up_to"))
            assert (after <= aim + beyond + slack * (1 + abs(aim))).all()
            assert (after >= aim - slack * (1 + abs(aim)))[free].all()
        elif place.policy.rule == "s_S":
            low = of("reorder_point") < of("order_up_to")  # else they are one, and so is position
            assert not (low and (after <= of("reorder_point") - slack)[free].any())
            assert (after <= np.maximum(position, of("order_up_to") + beyond) + slack).all()
        elif place.policy.rule == "r_nQ":
            upper = of("reorder_point") + of("order_quantity") + beyond
            assert (after > of("reorder_point") - slack)[free].all()
            assert (after <= np.maximum(position, upper) + slack).all()


def ordering_days(history, point, place):
    """Return the days on which a point may order at all, `(days,)`, and on every line."""
    days = np.arange(history.case.days)
    opens = np.isin(days % place.review_period + 1, place.review_days)
    stopped = [history.stopped(line, "orders") for line in history.into_lines(point)]
    return opens, opens[:, None] & ~np.any(stopped, axis=0)


def most_beyond(history, point):
    """Return the units that packs and least orders may add to an order, over all its lines."""
    beyond = 0.0
    for line in history.into_lines(point):
        lane = history.lane(line)
        pack, least = (
            level.get(line.sku) if isinstance(level, dict) else level
            for level in (lane.order_multiple, lane.minimum_order)
        )
        beyond += max((pack or 0) - history.whole, 0) + (least or 0)
    return beyond


def test_i10_pipeline_is_throughput_times_lead_time(play, single):
    """Little's law: average units on their way are average shipments per day times lead time."""
    policy = {"rule": "s_S", "reorder_point": 17, "order_up_to": 23}
    settings = single(policy, demand=[0] * 600, lead_time=3, initial=23, warmup_days=100)
    settings["demand"] = {"distribution": "poisson", "seasonality": False}
    settings["skus"]["milk"]["base_demand"] = 5
    history = play(settings, replications=200)
    (line,) = history.lines
    shipped, arrived = history.of("shipped", line), history.of("arrived", line)
    pipeline = np.cumsum(shipped - arrived, axis=0)[100:].mean(axis=0)
    difference = pipeline - 3 * shipped[100:].mean(axis=0)
    error = difference.std(ddof=1) / np.sqrt(difference.size)
    assert 0 < abs(difference.mean()) <= 4 * error
    assert pipeline.mean() > 10


@given(cases())
def test_i12_the_future_does_not_change_the_past(play, unlike_quantities, settings):
    """A longer run begins with the shorter one, bit for bit."""
    whole = without_foresight(settings) | {"warmup_days": 0, "spikes": []}
    days = settings["days"] // 2
    left = play(whole | {"days": days}, replications=2).quantities()
    right = play(whole, replications=2).quantities(days)
    assert unlike_quantities(left, right) == []


@given(st.data())
def test_i12_demand_of_a_day_changes_nothing_earlier(play, replayed, unlike_quantities, data):
    """Other demand on day t leaves every quantity of earlier days as it was."""
    settings = without_foresight(data.draw(cases(large=False)))
    history = play(settings)
    assume(history.case.days > 1)
    settings = replayed(settings, history)
    day = data.draw(st.integers(2, history.case.days))
    store = data.draw(st.sampled_from(sorted(settings["stores"])))
    before_change = play(settings).quantities(day - 1)
    for series in settings["stores"][store]["demand"].values():
        series["units"] = [u + 5 * (d == day) for d, u in enumerate(series["units"], 1)]
    after = play(settings)
    assert unlike_quantities(before_change, after.quantities(day - 1)) == []


SEASON = {"distribution": "poisson", "seasonality": True}
RECORD = {"distribution": "replay", "units": [(7 * day) % 11 for day in range(30)]}


@pytest.mark.parametrize(("rule", "demand"), [("drp", SEASON), ("just_in_time", RECORD)])
def test_i12_a_plan_looks_as_far_ahead_as_its_lead_times_need(
    play, serial, unlike_quantities, rule, demand
):
    """Orders planned from means or from the record look to the day that they must last to."""
    plan = {"rule": rule, "safety_stock": 1}
    warehouse = {"initial_inventory": 9, "policy": plan}
    settings = serial(plan, warehouse, lead_times=(2, 1), demand=[0] * 30)
    milk = {"base_demand": 5, "seasonality_amplitude": 1, "seasonality_period": 7}
    settings |= {"demand": demand, "skus": {"milk": milk}}
    left = play(settings | {"days": 15}).quantities()
    right = play(settings).quantities(15)
    known = 15 - (2 + 1) - (1 + 1)  # the warehouse plans for the store's orders, which look ahead

    def until(day):
        sides = ({name: units[:day] for name, units in side.items()} for side in (left, right))
        return unlike_quantities(*sides)

    assert until(known) == []
    assert until(known + 1) != []


def without_foresight(settings):
    """Return a case in which nobody is told of days to come, who else would be by design.

    Of the rules, `just_in_time` is given the future itself, and `drp` the mean demand of each day
    to come, which depends on a record's later days and on which day is the last. Rationing by
    `fair_share` weighs customers by their mean demand over the whole horizon.
    """
    told = ("drp", "just_in_time")
    average = {"rule": "moving_average", "periods": 3, "protection_days": 2, "safety_stock": 2}

    def blind(place):
        rule = place.get("policy", {}).get("rule")
        unfair = place.get("allocation") == "fair_share"
        return (
            place
            | ({"policy": average} if rule in told else {})
            | ({"allocation": "proportional"} if unfair else {})
        )

    kinds = [kind for kind in ("stores", "warehouses", "suppliers") if kind in settings]
    return settings | {
        kind: {name: blind(place) for name, place in settings[kind].items()} for kind in kinds
    }


@given(cases())
def test_checked_runs_find_no_fault(settings):
    """A run in checked mode raises nothing and changes nothing."""
    case = case_from_dict(settings)
    plain = simulate(case, replications=2).figures()
    checked = simulate(case, replications=2, checked=True).figures()
    assert all(np.array_equal(plain[name], checked[name], equal_nan=True) for name in plain)
