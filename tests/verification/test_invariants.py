"""The laws I1 to I8, I10 and I12 of docs/verification.md hold on random cases."""

import numpy as np
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
        arrived = history.into(point, "arrived")
        came = np.concatenate([np.zeros((1, arrived.shape[1])), arrived[:-1]])
        left = before(history, "stock", point, history.opening(point)) + came
        gone = history.of("sales", point) + history.out_of(point, "shipped")
        gone = gone + history.of("expired", point)
        destroyed = np.broadcast_to(history.of("destroyed", point), arrived.shape)
        left = left - np.concatenate([np.zeros_like(destroyed[:1]), destroyed[:-1]])
        assert close(history, left - gone, history.of("stock", point))


@given(cases())
def test_i2_what_is_shipped_arrives_once_after_the_lead_time(play, settings):
    """What a line ships on day t with lead time L arrives on day t + L, and nothing else does."""
    history = play(settings, replications=2)
    for line in history.lines:
        shipped, arrived = history.of("shipped", line), history.of("arrived", line)
        started = np.repeat(history.started(line)[:, None], shipped.shape[1], axis=1)
        due = np.concatenate([started, shipped])[: len(arrived)]
        assert np.array_equal(arrived, due)


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
        end = history.of("stock", point)[-1] + history.into(point, "arrived")[-1]
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
    """No quantity is negative, and no supplier ships more than its capacity."""
    history = play(settings, replications=2)
    slack = 0.0 if history.whole else TOLERANCE
    for (name, *_), units in history.quantities().items():
        assert name == "position" or (units >= -slack).all(), name
    for name, supplier in history.case.suppliers.items():
        for sku in history.case.skus:
            out = [li for li in history.lines if (li.source, li.sku) == (name, sku)]
            if supplier.capacity is not None and out:
                limits = supplier.capacity
                limit = limits[sku] if isinstance(limits, dict) else limits
                assert (sum(history.of("shipped", line) for line in out) <= limit + slack).all()


@given(cases())
def test_i6_no_stock_beside_waiting_customers(play, settings):
    """After its own step no location holds stock, but for what it keeps, while somebody waits."""
    history = play(settings, replications=2)
    slack = 0.0 if history.whole else TOLERANCE
    for point in history.points:
        owed = sum(
            np.cumsum(sign * history.out_of(point, name), axis=0)
            for name, sign in (("ordered", 1), ("shipped", -1), ("dropped", -1))
        )
        idle = history.of("stock", point) > slack
        assert not (idle & (history.of("waiting", point) > slack)).any()
        kept = sum(lane.reserved for lane in history.case.lanes if lane.source == point[0])
        idle = history.of("stock", point) > kept + slack
        assert not (idle & (owed > (0.0 if history.whole else 1e-6))).any()


@given(cases())
def test_i7_money_is_the_sum_of_its_parts_and_of_the_days(play, settings):
    """Total cost is the sum of its parts, from running counts and from records alike."""
    history = play(settings, replications=2)
    figures = {name: values[0] for name, values in history.run.figures().items()}
    parts = [figures[f"total_{part}"] for part in ("holding_cost", "stockout_penalty")]
    parts += [figures["total_ordering_cost"], figures.get("total_expiry_cost", 0.0)]
    parts.append(figures.get("total_overflow_cost", 0.0))
    others = (figures.get(f"total_{part}_cost", 0.0) for part in ("in_transit", "transport"))
    assert np.allclose(figures["total_cost"], sum(parts) + sum(others), rtol=TOLERANCE)
    assert np.allclose(sum(parts), sum(costs_of_days(history)), rtol=TOLERANCE)
    first = history.case.warmup_days
    filled = sum(history.of("filled", p)[first:].sum(axis=0) for p in history.points)
    demand = sum(history.of("demand", p)[first:].sum(axis=0) for p in history.points)
    asked = demand > 0
    assert np.allclose(figures["unit_fill_rate"][asked], filled[asked] / demand[asked])
    assert np.isnan(figures["unit_fill_rate"][~asked]).all()


def costs_of_days(history):
    """Return each part of the cost `(R,)`, from the case's rates and the records."""
    case, first = history.case, history.case.warmup_days
    holding = stockout = ordering = expiry = overflow = 0.0
    for point in history.points:
        place, sku = point.location, point.sku
        stock = history.of("stock", point)[first:].sum(axis=0)
        holding += stock * case.rate(place, sku, "holding_cost") * case.cost_weights.holding
        rate = case.skus[sku].expiry_cost * case.cost_weights.expiry
        owner = {**case.stores, **case.warehouses}[place]
        above = history.of("overflow", point)[first:].sum(axis=0)
        overflow += above * owner.overflow_cost * case.cost_weights.overflow
        expiry += history.of("expired", point)[first:].sum(axis=0) * rate
        if place in case.stores:
            unmet = (history.of("waiting", point) + history.of("lost", point))[first:].sum(axis=0)
            rate = case.rate(place, sku, "stockout_penalty") * case.cost_weights.stockout
            stockout += unmet * rate
    for line in history.lines:
        rate = case.rate(line.destination, line.sku, "ordering_cost") * case.cost_weights.ordering
        ordering += (history.of("ordered", line)[first:] > 0).sum(axis=0) * rate
    return holding, stockout, ordering, expiry, overflow


def parameter(policy, name, sku):
    """Return a parameter of a policy for a SKU."""
    value = policy.parameters[name]
    return value[sku] if isinstance(value, dict) else value


@given(cases())
def test_i8_orders_bring_the_position_where_the_policy_wants_it(play, settings):
    """After ordering the position is S (base-stock), in (s, S] ((s, S)) or in (r, r + Q]."""
    history = play(settings, replications=2)
    for point in history.points:
        store = point.location in history.case.stores
        place = (history.case.stores if store else history.case.warehouses)[point.location]
        if place.max_inventory is not None:
            continue
        position = history.of("position", point)
        after = position + history.into(point, "ordered")

        def of(name, policy=place.policy, sku=point.sku):
            return parameter(policy, name, sku)

        slack = 0.0 if history.whole else TOLERANCE
        if place.policy.rule == "base_stock":
            assert close(history, after, np.maximum(position, of("order_up_to")))
        elif place.policy.rule == "s_S":
            low = of("reorder_point") < of("order_up_to")  # else they are one, and so is position
            assert not (low and (after <= of("reorder_point") - slack).any())
            assert (after <= np.maximum(position, of("order_up_to")) + slack).all()
        elif place.policy.rule == "r_nQ":
            upper = of("reorder_point") + of("order_quantity")
            assert (after > of("reorder_point") - slack).all()
            assert (after <= np.maximum(position, upper) + slack).all()


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
    whole = settings | {"warmup_days": 0, "spikes": []}
    days = settings["days"] // 2
    left = play(whole | {"days": days}, replications=2).quantities()
    right = play(whole, replications=2).quantities(days)
    assert unlike_quantities(left, right) == []


@given(st.data())
def test_i12_demand_of_a_day_changes_nothing_earlier(play, replayed, unlike_quantities, data):
    """Other demand on day t leaves every quantity of earlier days as it was."""
    settings = data.draw(cases(large=False))
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


@given(cases())
def test_checked_runs_find_no_fault(settings):
    """A run in checked mode raises nothing and changes nothing."""
    case = case_from_dict(settings)
    plain = simulate(case, replications=2).figures()
    checked = simulate(case, replications=2, checked=True).figures()
    assert all(np.array_equal(plain[name], checked[name], equal_nan=True) for name in plain)
