"""The reference does what a reader works out by hand, one rule of the day at a time."""

import pytest

MILK = "milk"


def column(records, name, *key):
    """Return one quantity over the days."""
    return [getattr(record, name)[(*key, MILK)] for record in records]


def star(chain, location, lane, initial, orders, **warehouse):
    """Return a case: a warehouse that orders nothing, and stores that order once, on day 1."""
    stores = {
        store: location(0, "fixed_orders", policy={"orders_by_day": [units]})
        for store, units in orders.items()
    }
    depot = location(initial, "fixed_orders", policy={"orders_by_day": [0]}, **warehouse)
    lanes = [lane("depot", store) for store in stores]
    return chain(
        stores=stores, warehouses={"depot": depot}, lanes=[*lanes, lane("supplier", "depot")]
    )


def test_a_short_warehouse_shares_by_largest_remainder(chain, location, lane, simulate):
    """Of 7 units for needs 5, 3, 2 the floors are 3, 2, 1, and the first has the largest rest."""
    settings = star(chain, location, lane, 7, {"a": 5, "b": 3, "c": 2})
    first = simulate(settings, {})[0]
    assert [first.shipped["depot", store, MILK] for store in "abc"] == [4, 2, 1]
    assert [first.owed["depot", store, MILK] for store in "abc"] == [1, 1, 1]


def test_a_short_warehouse_serves_by_priority(chain, location, lane, simulate):
    """Of 6 units for needs 5, 3, 2 the two of priority 1 get theirs, and the last unit is a's."""
    settings = star(chain, location, lane, 6, {"a": 5, "b": 3, "c": 2}, allocation="priority")
    for settled, priority in zip(settings["lanes"], [2, 1, 1, 1], strict=True):
        settled["priority"] = priority
    first = simulate(settings, {})[0]
    assert [first.shipped["depot", store, MILK] for store in "abc"] == [1, 3, 2]


def test_equal_priorities_follow_the_file(chain, location, lane, simulate):
    """Without priorities the lane that stands first in the file is served first."""
    settings = star(chain, location, lane, 6, {"a": 5, "b": 3}, allocation="priority")
    first = simulate(settings, {})[0]
    assert [first.shipped["depot", store, MILK] for store in "ab"] == [5, 1]


def test_continuous_units_are_shared_exactly(chain, location, lane, simulate):
    """Of 5 units for needs 6 and 2 they get three quarters and one quarter."""
    settings = star(chain, location, lane, 5, {"a": 6, "b": 2}) | {"units": "continuous"}
    first = simulate(settings, {})[0]
    assert [first.shipped["depot", store, MILK] for store in "ab"] == [3.75, 1.25]


def test_what_is_owed_is_shipped_when_stock_comes(chain, location, lane, simulate):
    """Three units owed since day 1 leave on the day after the warehouse's delivery."""
    settings = star(chain, location, lane, 2, {"a": 5})
    settings["warehouses"]["depot"]["policy"] = {"rule": "fixed_orders", "orders_by_day": [9]}
    records = simulate(settings, {})
    assert column(records, "arrived", "supplier", "depot")[:3] == [0, 9, 0]
    assert column(records, "shipped", "depot", "a")[:4] == [2, 0, 3, 0]
    assert column(records, "owed", "depot", "a")[:4] == [3, 3, 0, 0]
    assert column(records, "on_order", "a")[:4] == [5, 3, 3, 0]
    assert not any(column(records, "in_full", "depot", "a"))


def test_dropped_units_leave_the_position(chain, location, lane, simulate):
    """A store that gets 4 of 10 has 4 on order that evening and asks for the 6 again."""
    settings = star(chain, location, lane, 4, {"a": 0}, short_orders="dropped")
    settings["stores"]["a"]["policy"] = {"rule": "base_stock", "order_up_to": 10}
    records = simulate(settings, {})
    assert column(records, "shipped", "depot", "a")[:2] == [4, 0]
    assert column(records, "dropped", "depot", "a")[:2] == [6, 6]
    assert column(records, "on_order", "a")[:2] == [4, 0]
    assert column(records, "inventory_position", "a")[:3] == [0, 4, 4]


def supplied_store(chain, location, lane, initial, lead_time, **supplier):
    """Return a case: one store with base-stock 10, at the supplier."""
    return chain(
        stores={"a": location(initial, policy={"order_up_to": 10})},
        lanes=[lane("supplier", "a", lead_time)],
        suppliers={"supplier": supplier},
    )


def test_a_failed_line_is_reported_on_its_due_day(chain, location, lane, simulate):
    """Ordered on day 1 with 2 days to go, it counts until it fails on day 3; day 4 asks again."""
    settings = supplied_store(chain, location, lane, 0, 2, reliability=0.5)
    records = simulate(settings, {}, lambda day, *_: day == 1)
    assert column(records, "ordered", "a") == [10, 0, 0, 10, 0, 0]
    assert column(records, "on_order", "a") == [10, 10, 0, 10, 10, 0]
    assert column(records, "failed", "supplier", "a") == [0, 0, 10, 0, 0, 0]
    assert column(records, "arrived", "supplier", "a") == [0, 0, 0, 0, 0, 10]
    assert column(records, "shipped", "supplier", "a") == [0, 0, 0, 10, 0, 0]
    assert column(records, "in_full", "supplier", "a") == [False, False, False, True, False, False]


def test_a_failed_line_without_lead_time_is_reported_at_once(chain, location, lane, simulate):
    """With lead time 0 a line fails in step 6 of its own day."""
    settings = supplied_store(chain, location, lane, 0, 0, reliability=0.5)
    records = simulate(settings, {}, lambda day, *_: day == 1)
    assert column(records, "failed", "supplier", "a")[:2] == [10, 0]
    assert column(records, "on_order", "a")[:2] == [0, 0]
    assert column(records, "on_hand", "a")[:2] == [0, 10]


def test_a_supplier_ships_its_capacity_a_day(chain, location, lane, simulate):
    """Ten units leave as 3, 3, 3 and 1 where the capacity is 3; none of it is in full."""
    records = simulate(supplied_store(chain, location, lane, 0, 1, capacity=3), {})
    assert column(records, "shipped", "supplier", "a") == [3, 3, 3, 1, 0, 0]
    assert column(records, "owed", "supplier", "a") == [7, 4, 1, 0, 0, 0]
    assert column(records, "arrived", "supplier", "a") == [0, 3, 3, 3, 1, 0]
    assert not any(column(records, "in_full", "supplier", "a"))


def test_a_line_is_in_full_after_what_was_owed(chain, location, lane, simulate):
    """On day 2 the 3 units owed and the 1 of today leave together: today's line is in full."""
    settings = supplied_store(chain, location, lane, 0, 1, capacity=7)
    settings["stores"]["a"]["unmet_demand"] = "backordered"
    records = simulate(settings, {"a": [0, 1, 0]})
    assert column(records, "ordered", "a")[:3] == [10, 1, 0]
    assert column(records, "shipped", "supplier", "a")[:3] == [7, 4, 0]
    assert column(records, "in_full", "supplier", "a")[:3] == [False, True, False]


@pytest.mark.parametrize(
    ("shares", "ordered", "parts"),
    [((0.5, 0.5), 5, [3, 2]), ((1 / 3, 1 / 3, 1 / 3), 7, [2, 3, 2]), ((0.9, 0.1), 4, [4, 0])],
)
def test_orders_are_split_by_running_sums(shares, ordered, parts, chain, location, lane, simulate):
    """Each lane gets the rounded running sum less the one before, so that nothing is lost."""
    names = [f"supplier_{place}" for place in range(len(shares))]
    settings = chain(
        stores={"a": location(0, "fixed_orders", policy={"orders_by_day": [ordered]})},
        lanes=[lane(name, "a", share=share) for name, share in zip(names, shares, strict=True)],
        suppliers={name: {} for name in names},
    )
    first = simulate(settings, {})[0]
    assert [first.line_ordered[name, "a", MILK] for name in names] == parts


def test_waiting_customers_are_served_first(chain, location, lane, simulate):
    """Three wait after day 1; the 5 units that come serve them and 2 of the 4 of day 2."""
    store = location(2, "fixed_orders", policy={"orders_by_day": [5]}, unmet_demand="backordered")
    settings = chain(stores={"a": store}, lanes=[lane("supplier", "a", 0)])
    records = simulate(settings, {"a": [5, 4]})
    assert column(records, "sales", "a")[:2] == [2, 5]
    assert column(records, "filled", "a")[:2] == [2, 2]
    assert column(records, "waiting", "a")[:3] == [3, 2, 2]
    assert column(records, "lost", "a")[:2] == [0, 0]


def test_an_order_never_lifts_the_position_above_the_limit(chain, location, lane, simulate):
    """With 6 on hand and room for 10, an order of 9 becomes 4 and the next one 0."""
    policy = {"orders_by_day": [9, 9]}
    store = location(6, "fixed_orders", policy=policy, max_inventory=10)
    settings = chain(stores={"a": store}, lanes=[lane("supplier", "a", 3)])
    assert column(simulate(settings, {}), "ordered", "a")[:3] == [4, 0, 0]


def test_stock_on_its_way_arrives_on_its_due_day(chain, location, lane, simulate):
    """Five units due on day 2 count as on order from the start and can be sold on day 3."""
    started = [{"sku": MILK, "due_day": 2, "units": 5}]
    settings = chain(
        stores={"a": location(0, policy={"order_up_to": 5})},
        lanes=[lane("supplier", "a", 3, initial_on_order=started)],
    )
    records = simulate(settings, {"a": [0, 0, 5]})
    assert column(records, "on_order", "a")[:3] == [5, 0, 5]
    assert column(records, "arrived", "supplier", "a")[:3] == [0, 5, 0]
    assert column(records, "sales", "a")[:3] == [0, 0, 5]


def test_a_store_that_ships_is_charged_after_its_last_outflow(chain, location, lane, simulate):
    """It sells 2 of 10, ships 3 to its sister, and only then orders: 5 stay, and 5 are missing."""
    settings = chain(
        stores={
            "big": location(10),
            "small": location(0, "fixed_orders", policy={"orders_by_day": [3]}),
        },
        lanes=[lane("supplier", "big"), lane("big", "small")],
    )
    first = simulate(settings, {"big": [2]})[0]
    assert first.charged_stock["big", MILK] == 5
    assert first.ordered["big", MILK] == 5
    assert first.shipped["big", "small", MILK] == 3


def test_a_warehouse_sees_the_orders_of_its_day(chain, location, lane, simulate):
    """Twelve ordered of a warehouse with 10: its position is -2 and it orders 12."""
    settings = star(chain, location, lane, 10, {"a": 12})
    settings["warehouses"]["depot"]["policy"] = {"rule": "base_stock", "order_up_to": 10}
    first = simulate(settings, {})[0]
    assert first.inventory_position["depot", MILK] == -2
    assert first.ordered["depot", MILK] == 12


def test_an_echelon_position_counts_each_location_once(chain, location, lane, simulate):
    """In a diamond of 4 locations with 10 each, 6 sold at the bottom leave 34 of 40."""
    depots = {name: location(10) for name in ("left", "right")}
    top = location(10, "echelon_base_stock", policy={"order_up_to": 41})
    settings = chain(
        stores={"a": location(10)},
        warehouses={**depots, "top": top},
        lanes=[
            lane("left", "a", share=0.5),
            lane("right", "a", share=0.5),
            lane("top", "left"),
            lane("top", "right"),
            lane("supplier", "top"),
        ],
    )
    first = simulate(settings, {"a": [6]})[0]
    # The 6 are on order again at each stage below the top, which has shipped and lacks them.
    assert first.echelon_position["top", MILK] == 34
    assert first.inventory_position["top", MILK] == 4
    assert first.ordered["top", MILK] == 7
    assert first.echelon_position["a", MILK] == 4


def test_a_moving_average_starts_with_what_it_has(chain, location, lane, simulate):
    """With 2 periods, 3 days and 1 unit of safety, demands 1, 2, 0, 7 aim at 4, 6, 4, 12."""
    policy = {"periods": 2, "protection_days": 3, "safety_stock": 1}
    store = location(0, "moving_average", policy=policy)
    settings = chain(stores={"a": store}, lanes=[lane("supplier", "a", 5)])
    records = simulate(settings, {"a": [1, 2, 0, 7]})
    # Nothing is there to be sold, so the position only grows; 5.5 and 11.5 are rounded up.
    assert column(records, "inventory_position", "a")[:5] == [0, 4, 6, 6, 12]
    assert column(records, "ordered", "a")[:5] == [4, 2, 0, 6, 0]


def test_a_moving_average_at_a_warehouse_sees_order_lines(chain, location, lane, simulate):
    """Two stores that order 3 and 5 are a demand of 8 at their warehouse."""
    settings = star(chain, location, lane, 10, {"a": 3, "b": 5})
    policy = {"rule": "moving_average", "periods": 2, "protection_days": 2, "safety_stock": 0}
    settings["warehouses"]["depot"]["policy"] = policy
    # The position after shipping is 2: up to 16 on day 1, up to 8 afterwards.
    assert column(simulate(settings, {}), "ordered", "depot")[:3] == [14, 0, 0]


@pytest.mark.parametrize(("initial", "ordered"), [(6, 0), (5, 4), (2, 4), (1, 8), (0, 8)])
def test_batches_lift_the_position_above_the_reorder_point(
    initial, ordered, chain, location, lane, simulate
):
    """With r = 5 and Q = 4, one batch does from 2 upward; from 1 it would end at 5 only."""
    policy = {"reorder_point": 5, "order_quantity": 4}
    store = location(initial, "r_nQ", policy=policy)
    settings = chain(stores={"a": store}, lanes=[lane("supplier", "a")])
    assert simulate(settings, {})[0].ordered["a", MILK] == ordered


def test_a_cap_limits_each_order(chain, location, lane, simulate):
    """Up to 10 from nothing, 4 at a time: 4, 4, 2."""
    store = location(0, "capped_base_stock", policy={"order_up_to": 10, "order_cap": 4})
    settings = chain(stores={"a": store}, lanes=[lane("supplier", "a", 5)])
    assert column(simulate(settings, {}), "ordered", "a") == [4, 4, 2, 0, 0, 0]


def test_fixed_orders_stop_where_their_table_ends(chain, location, lane, simulate):
    """A table of 3 days, one for the SKU, orders nothing on day 4."""
    store = location(0, "fixed_orders", policy={"orders_by_day": {MILK: [3, 0, 7]}})
    settings = chain(stores={"a": store}, lanes=[lane("supplier", "a")])
    assert column(simulate(settings, {}), "ordered", "a") == [3, 0, 7, 0, 0, 0]
