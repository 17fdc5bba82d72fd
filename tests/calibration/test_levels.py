"""The levels, against numbers computed by hand."""

from __future__ import annotations

import datetime
import math

import numpy as np
import pytest

from inventory_hmarl.calibration import Assumptions, HistoryError, Series, plan_case
from inventory_hmarl.calibration.levels import daily_demand, economic_order_quantity, levels


def days(start: int, values, store="a", sku="x"):
    """Rows of consecutive days from day ``start`` (counted from 0) of 2024 on."""
    first = datetime.date(2024, 1, 1) + datetime.timedelta(days=start)
    return [
        f"{first + datetime.timedelta(days=index)},{store},{sku},{value}"
        for index, value in enumerate(values)
    ]


def test_levels_of_alternating_demand(folder):
    """Demand 6, 10, 6, 10 ... over 20 days has mean 8 and variance 4 x 20 / 19."""
    history = folder.rows(*days(0, [6, 10] * 20))
    assumptions = Assumptions(calibration_days=20, order_quantity="cover", cover_days=5)
    plan = plan_case(history, assumptions)
    store = plan.store_levels[Series("a", "x")]
    assert (store.mean, store.std) == (8, pytest.approx(2.0519567))  # sqrt(80 / 19)
    # 8 x 3 + 1.644854 x 2.0519567 x 1.7320508 = 24 + 5.845943 -> 30 ; S = 30 + 5 x 8
    assert (store.reorder_point, store.order_up_to) == (30, 70)
    # 8 x 8 + 1.644854 x 2.0519567 x 2.8284271 = 64 + 9.546386 -> 74
    warehouse = plan.warehouse_levels["x"]
    assert (warehouse.reorder_point, warehouse.order_up_to) == (74, 114)


def test_the_warehouse_sees_the_sum_of_its_stores(folder):
    """Two stores whose demand moves against each other give the warehouse a steady sum."""
    history = folder.rows(*days(0, [6, 10] * 20), *days(0, [10, 6] * 20, store="b"))
    plan = plan_case(history, Assumptions(calibration_days=20))
    warehouse = plan.warehouse_levels["x"]
    assert (warehouse.mean, warehouse.std) == (16, 0)
    assert warehouse.reorder_point == 16 * 8


def test_the_economic_order_quantity_sets_the_gap(folder):
    """Price 10, margin 30 %, 25 % a year: h = 7 x 0.25 / 365; K = 1, mean 8: Q = 57.77 -> 58."""
    history = folder.rows(*days(0, [8] * 40))
    store = plan_case(history, Assumptions(calibration_days=20)).store_levels[Series("a", "x")]
    assert store.order_up_to - store.reorder_point == 58
    slow = Assumptions(calibration_days=20, maximum_cover_days=3)
    store = plan_case(history, slow).store_levels[Series("a", "x")]
    assert store.order_up_to - store.reorder_point == 24


def test_free_holding_makes_the_economic_order_endless():
    """Where stock costs nothing, nothing limits the order but the cover."""
    assert economic_order_quantity(8, 1, 0) == math.inf


def test_days_before_the_first_sale_do_not_count():
    """A SKU that came in late is judged by the days on which it was for sale."""
    assert daily_demand(np.array([0, 0, 4.0, 0])) == (2, pytest.approx(math.sqrt(8)))
    assert daily_demand(np.zeros(5)) == (0, 0)
    assert daily_demand(np.array([0, 0, 3.0])) == (3, 0)


def test_continuous_units_are_not_rounded_to_whole_ones(folder):
    """A file with half units gives a continuous case with levels of three decimals."""
    plan = plan_case(folder.rows(*days(0, [1.5] * 60)), Assumptions(calibration_days=20))
    assert not plan.whole_units
    assert plan.store_levels[Series("a", "x")].reorder_point == 4.5
    assert levels((1, 1), 1, 1, 0.0, whole=False).order_up_to == pytest.approx(3.415)


def test_a_year_is_the_calibration(by_date):
    """The first 365 days set the levels, and day 366 is day 1 of the replay."""
    plan = plan_case(by_date)
    assert (plan.calibration_days, plan.days, plan.warmup_days) == (365, 95, 23)
    mean, std = daily_demand(by_date.daily(365)[0])
    store = plan.store_levels[by_date.series[0]]
    assert (store.mean, store.std) == (mean, std)
    assert plan.notes == ()


def test_later_days_do_not_move_the_levels(folder):
    """Nothing after the calibration window is looked at for the levels."""
    calm = folder.rows(*days(0, [5] * 60))
    wild = folder.rows(*days(0, [5] * 30), *days(30, [50] * 30))
    assumptions = Assumptions(calibration_days=30)
    assert plan_case(calm, assumptions).store_levels == plan_case(wild, assumptions).store_levels


def test_a_short_history_uses_half_of_it_and_says_so(folder):
    """Without a year, half of the days set the levels, and a note says it."""
    plan = plan_case(folder.rows(*days(0, [5] * 100)))
    assert (plan.calibration_days, plan.days) == (50, 50)
    assert "100 days, too few for a year" in plan.notes[0]


def test_a_history_that_is_too_short_is_an_error(folder):
    """Fewer than 56 days, or a window that leaves nothing, are refused with the figures."""
    history = folder.rows(*days(0, [5] * 40))
    with pytest.raises(HistoryError, match="covers 40 days only; a case needs at least 56"):
        plan_case(history)
    with pytest.raises(HistoryError, match="calibration_days = 40 leaves none to replay"):
        plan_case(history, Assumptions(calibration_days=40))
    with pytest.raises(ValueError, match=r"warmup_days = 20: must be less than the 20 days"):
        plan_case(history, Assumptions(calibration_days=20, warmup_days=20))


def test_a_history_without_later_sales_is_an_error(folder):
    """A replay without any demand would say nothing."""
    with pytest.raises(HistoryError, match="no sale after its first 30 days"):
        plan_case(folder.rows(*days(0, [5] * 30), *days(30, [0] * 30)))


def test_odd_series_are_noted(folder):
    """Series that end, begin late, stop early or have no price each get their sentence."""
    prices = folder.write("prices.csv", "shop,item,price\na,x,2\na,ends,2\na,late,2\na,stops,2\n")
    history = folder.rows(
        *days(0, [5] * 100),
        *days(0, [5] * 30, sku="ends"),
        *days(60, [5] * 40, sku="new"),
        *days(30, [5] * 70, sku="late"),
        *days(0, [5] * 80, sku="stops"),
        prices=prices,
    )
    plan = plan_case(history)
    assert plan.left_out == (Series("a", "ends"),)
    text = "\n".join(plan.notes)
    assert "Left out, because no row is later than the calibration: SKU ends in store a." in text
    assert "No sale in the calibration, so the lowest levels; set them by hand: SKU new" in text
    assert "Levels from fewer than 28 days on sale: SKU late in store a." in text
    assert "No row up to the last day, so no demand at the end: SKU stops in store a." in text
    assert "Without a price, so 10 is assumed: new." in text
    new = plan.store_levels[Series("a", "new")]
    assert (new.reorder_point, new.order_up_to) == (0, 1)


CHANGES = {
    "cycle_service": 0.99,
    "store_lead_time": 5,
    "supplier_lead_time": 9,
    "order_quantity": "cover",
    "maximum_cover_days": 2,
    "unit_price": 99,
    "margin": 0.5,
    "annual_holding_rate": 0.9,
    "ordering_cost": 7,
    "calibration_days": 300,
    "warmup_days": 3,
}


@pytest.mark.parametrize("name", CHANGES)
def test_every_assumption_acts(by_date, name):
    """A changed assumption changes the figures of the case, not only its own."""
    base, changed = plan_case(by_date), plan_case(by_date, Assumptions(**{name: CHANGES[name]}))
    fields = ("skus", "store_levels", "warehouse_levels", "warmup_days")
    assert any(getattr(base, field) != getattr(changed, field) for field in fields)


def test_cover_days_act_under_their_rule(by_date):
    """Days of cover set the order quantity where cover is the rule."""
    rules = [Assumptions(order_quantity="cover", cover_days=days) for days in (3, 9)]
    few, many = (plan_case(by_date, rule).store_levels for rule in rules)
    assert all(few[one].order_up_to < many[one].order_up_to for one in few)


WRONG = {
    "cycle_service": 1,
    "store_lead_time": -1,
    "margin": 1.5,
    "cover_days": math.nan,
    "order_quantity": "eqo",
    "unmet_demand": "los",
    "supplier_lead_time": 2.5,
}


@pytest.mark.parametrize("name", WRONG)
def test_an_impossible_assumption_is_named(name):
    """An assumption out of its range is refused by name, value and range."""
    with pytest.raises(ValueError, match=rf"{name} = .*{WRONG[name]}"):
        Assumptions(**{name: WRONG[name]})
