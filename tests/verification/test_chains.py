"""The relations M4 to M11, M13 and M20 of docs/verification.md hold on small chains."""

import copy

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

DEMAND = st.lists(st.integers(0, 9), min_size=5, max_size=30)
LEAD_TIMES = st.integers(0, 4)
LEVELS = st.integers(0, 30)
UNMET = st.sampled_from(["lost", "backordered"])


def base_stock(level):
    """Return a base-stock policy."""
    return {"rule": "base_stock", "order_up_to": level}


def at_store(history, name):
    """Return a quantity of the one store, `(days,)`."""
    (point,) = (p for p in history.points if p.location == "store")
    return history.of(name, point)[:, 0]


def sales(history):
    """Return units that customers of the one store have received so far, `(days,)`."""
    (point,) = (p for p in history.points if p.location == "store")
    return np.cumsum(history.of("sales", point)[:, 0])


def store_days(history):
    """Return what happened at the store, whatever stands above it, and what it ordered."""
    point = next(p for p in history.points if p.location == "store")
    found = {"ordered": history.into(point, "ordered"), "arrived": history.into(point, "arrived")}
    for name in ("demand", "filled", "waiting", "stock", "position"):
        found[name] = history.of(name, point)
    return found


def same(left, right):
    """Return whether two stores went through the same days."""
    mine, theirs = store_days(left), store_days(right)
    return all(np.array_equal(mine[name], theirs[name]) for name in mine)


@given(LEAD_TIMES, LEVELS, LEVELS)
def test_m4_at_target_and_without_demand_nothing_moves(play, serial, lead_time, s, w):
    """A chain that starts at its levels and has no customers never orders."""
    settings = serial(
        base_stock(s),
        {"initial_inventory": w, "policy": base_stock(w)},
        lead_times=(lead_time, 1),
        demand=[0] * 20,
        initial=s,
    )
    history = play(settings)
    for point in history.points:
        assert not history.into(point, "ordered").any()
        assert (history.of("stock", point) == history.opening(point)).all()


@given(LEAD_TIMES, LEVELS)
def test_m4_the_first_fill_ends(play, single, lead_time, s):
    """Without customers an empty store orders its level once, on day 1, and keeps it."""
    settings = single(base_stock(s), demand=[0] * 12, lead_time=lead_time)
    history = play(settings)
    assert at_store(history, "stock")[lead_time + 1 :].tolist() == [s] * (11 - lead_time)
    ordered = store_days(history)["ordered"][:, 0]
    assert ordered.tolist() == [s] + [0] * 11


@given(DEMAND, LEAD_TIMES, LEVELS)
def test_m5_more_stock_sells_no_less(play, single, demand, lead_time, s):
    """One unit more of S or of initial stock never lowers cumulative sales (lost sales)."""
    sold = sales(play(single(base_stock(s), demand=demand, lead_time=lead_time, initial=s)))
    for level, initial in ((s + 1, s), (s, s + 1)):
        settings = single(base_stock(level), demand=demand, lead_time=lead_time, initial=initial)
        assert (sales(play(settings)) >= sold).all()


@given(DEMAND, LEAD_TIMES, LEVELS, st.integers(0, 29))
def test_m6_slower_or_less_wanted_sells_no_more(play, single, demand, lead_time, s, day):
    """A day more of lead time, or a unit less of demand, never raises cumulative sales."""
    sold = sales(play(single(base_stock(s), demand=demand, lead_time=lead_time, initial=s)))
    slower = single(base_stock(s), demand=demand, lead_time=lead_time + 1, initial=s)
    assert (sales(play(slower)) <= sold).all()
    less = [max(units - (number == day % len(demand)), 0) for number, units in enumerate(demand)]
    fewer = single(base_stock(s), demand=less, lead_time=lead_time, initial=s)
    assert (sales(play(fewer)) <= sold).all()


@given(DEMAND, LEAD_TIMES, LEVELS, st.integers(1, 9))
def test_m6_a_higher_reorder_point_sells_no_less(play, single, demand, lead_time, r, q):
    """(r + 1, nQ) never lowers cumulative sales (lost sales)."""
    sold = [
        sales(
            play(
                single(
                    {"rule": "r_nQ", "reorder_point": r + more, "order_quantity": q},
                    demand=demand,
                    lead_time=lead_time,
                    initial=r + q,
                )
            )
        )
        for more in (0, 1)
    ]
    assert (sold[1] >= sold[0]).all()


@given(DEMAND, LEAD_TIMES, LEAD_TIMES, LEVELS, LEVELS)
def test_m7_base_stock_passes_demand_on(play, serial, demand, upper, lower, s, w):
    """With backorders every stage orders in the evening what customers asked for that day."""
    history = play(
        serial(
            base_stock(s),
            {"initial_inventory": w, "policy": base_stock(w)},
            lead_times=(upper, lower),
            demand=demand,
            initial=s,
            unmet="backordered",
        )
    )
    for point in history.points:
        assert history.into(point, "ordered")[:, 0].tolist() == demand


@given(DEMAND, LEAD_TIMES, LEAD_TIMES, LEVELS, UNMET)
def test_m8_behind_endless_stock_a_store_is_alone(play, single, serial, demand, up, down, s, unmet):
    """A store behind a warehouse that is never short is a store with its own supplier."""
    endless = {"initial_inventory": 10**6, "policy": base_stock(10**6)}
    chain = serial(
        base_stock(s), endless, lead_times=(up, down), demand=demand, initial=s, unmet=unmet
    )
    alone = single(base_stock(s), demand=demand, lead_time=down, initial=s, unmet=unmet)
    assert same(play(chain), play(alone))


def test_m8_with_random_demand_and_several_stores(play, single):
    """The same holds for each of three stores whose demand is drawn."""
    settings = single(base_stock(0), demand=[0] * 40)
    settings["demand"] = {"distribution": "poisson", "seasonality": False}
    settings["skus"]["milk"]["base_demand"] = 5
    store = {"policy": {"rule": "s_S", "reorder_point": 9, "order_up_to": 17}}
    store |= {"initial_inventory": 12}
    names = ["north", "south", "store"]
    settings["stores"] = dict.fromkeys(names, store)
    chain = copy.deepcopy(settings)
    endless = {"initial_inventory": 10**6, "policy": base_stock(10**6)}
    chain["warehouses"] = {"warehouse": endless}
    chain["lanes"] = [
        {"source": "warehouse", "destination": name, "lead_time": 2} for name in names
    ] + [{"source": "supplier", "destination": "warehouse", "lead_time": 3}]
    together = play(chain, replications=3)
    for name in names:
        alone = dict(settings, stores={name: store})
        alone["lanes"] = [{"source": "supplier", "destination": name, "lead_time": 2}]
        apart = play(alone, replications=3)
        (point,) = apart.points
        for quantity in ("demand", "filled", "stock", "position"):
            assert np.array_equal(apart.of(quantity, point), together.of(quantity, point))


@given(DEMAND, LEAD_TIMES, LEAD_TIMES, LEVELS)
def test_m9_a_warehouse_without_stock_adds_its_lead_time(play, single, serial, demand, up, down, s):
    """Behind a warehouse with S = 0 a store sees a lead time of Lw + Ls + 1 of our days."""
    empty = {"initial_inventory": 0, "policy": base_stock(0)}
    chain = serial(
        base_stock(s), empty, lead_times=(up, down), demand=demand, initial=s, unmet="backordered"
    )
    alone = single(
        base_stock(s), demand=demand, lead_time=up + down + 1, initial=s, unmet="backordered"
    )
    assert same(play(chain), play(alone))


@given(DEMAND, LEAD_TIMES)
def test_m10_when_nothing_is_short_nobody_loses_or_waits(play, single, demand, lead_time):
    """With S never reached by demand, lost sales and backorders are the same."""
    s = sum(demand) + 1
    histories = [
        play(single(base_stock(s), demand=demand, lead_time=lead_time, initial=s, unmet=unmet))
        for unmet in ("lost", "backordered")
    ]
    assert same(*histories)


@given(DEMAND, LEAD_TIMES, LEAD_TIMES, LEVELS, LEVELS, UNMET)
def test_m11_more_warehouse_stock_sells_no_less(play, serial, demand, up, down, s, w, unmet):
    """With one store, one unit more at the warehouse never lowers cumulative sales."""
    sold = [
        sales(
            play(
                serial(
                    base_stock(s),
                    {"initial_inventory": level, "policy": base_stock(level)},
                    lead_times=(up, down),
                    demand=demand,
                    initial=s,
                    unmet=unmet,
                )
            )
        )
        for level in (w, w + 1)
    ]
    assert (sold[1] >= sold[0]).all()


EQUALS = st.integers(1, 30).flatmap(
    lambda s: st.sampled_from(
        [
            ({"rule": "capped_base_stock", "order_up_to": s, "order_cap": 10**6}, s),
            ({"rule": "r_nQ", "reorder_point": s - 1, "order_quantity": 1}, s),
            ({"rule": "s_S", "reorder_point": s - 1, "order_up_to": s}, s),
            ({"rule": "echelon_base_stock", "order_up_to": s}, s),
        ]
    )
)


@given(DEMAND, LEAD_TIMES, EQUALS, UNMET)
def test_m13_rules_that_are_base_stock(play, single, demand, lead_time, policy_and_level, unmet):
    """A cap never reached, Q = 1, s = S - 1 and a store's own echelon are all base-stock S."""
    policy, s = policy_and_level
    histories = [
        play(single(rule, demand=demand, lead_time=lead_time, initial=s, unmet=unmet))
        for rule in (policy, base_stock(s))
    ]
    assert same(*histories)


@given(DEMAND, LEAD_TIMES, LEVELS)
def test_m13_under_lost_sales_a_cap_of_s_is_none(play, single, demand, lead_time, s):
    """Under lost sales no order exceeds S, so that a cap of S changes nothing."""
    capped = {"rule": "capped_base_stock", "order_up_to": s, "order_cap": s}
    histories = [
        play(single(rule, demand=demand, lead_time=lead_time)) for rule in (capped, base_stock(s))
    ]
    assert same(*histories)


@given(DEMAND, LEAD_TIMES, LEVELS, UNMET)
def test_m13_a_limit_never_reached_is_none(play, single, demand, lead_time, s, unmet):
    """A capacity and a max_inventory that are never reached change nothing."""
    free = single(base_stock(s), demand=demand, lead_time=lead_time, initial=s, unmet=unmet)
    limited = copy.deepcopy(free)
    limited["suppliers"]["supplier"]["capacity"] = 10**6
    limited["stores"]["store"]["max_inventory"] = 10**6
    assert same(play(free), play(limited))


@given(st.integers(1, 9), LEAD_TIMES, UNMET)
def test_m20_steady_demand_is_met_from_no_stock(play, single, mean, lead_time, unmet):
    """Demand mu every day and S = (L + 1) mu: nothing left, nothing short, mu ordered daily."""
    s = (lead_time + 1) * mean
    settings = single(
        base_stock(s), demand=[mean] * 20, lead_time=lead_time, initial=s, unmet=unmet
    )
    history = play(settings)
    days = store_days(history)
    assert (days["filled"] == mean).all()
    assert (days["ordered"] == mean).all()
    assert not days["stock"][lead_time:].any()
