"""Customers who come less often after they found nothing."""

import numpy as np
import pytest

from inventory_hmarl import Keep, case_from_dict, simulate
from inventory_hmarl.case.compiling import compile_case
from inventory_hmarl.core.day.customers import remembered
from inventory_hmarl.core.model import initial_state
from inventory_hmarl.core.network import ROUNDING_NOISE, Goodwill
from inventory_hmarl.core.state import LevelSales
from inventory_hmarl.testing.agreement import differences


def shop(days, loss=0.5, recovery=0.0, initial=0, **others):
    """Return a shop that is asked for 10 units a day, and orders nothing."""
    return {
        "days": days,
        "demand": {"distribution": "replay", "units": [10] * days},
        "skus": {"milk": {"goodwill_loss": loss, "goodwill_recovery": recovery}},
        "stores": {
            "shop": {
                "initial_inventory": initial,
                "policy": {"rule": "fixed_orders", "orders_by_day": [0]},
            }
        },
        "suppliers": {"dairy": {}},
        "lanes": [{"source": "dairy", "destination": "shop", "lead_time": 0}],
    } | others


def of(data, name, replications=1):
    """Return a quantity of the shop, `(days, R)`, and hold the run to the laws."""
    keep = Keep(records=True)
    run = simulate(case_from_dict(data), replications=replications, keep=keep, checked=True)
    return run.series(name)[0][:, 0]


@pytest.mark.parametrize(
    ("choices", "demand"),
    [
        # 10 x 1, 1/2, 1/4, 1/8, 1/16, and what is left over; on day 5 nobody comes, nor is lost.
        ({}, [10, 5, 3, 1, 0, 1]),
        # Goodwill of 1, 1/2 + 1/4, 3/8 + 5/16, ...: 10, 7.5, 6.875, 6.71875.
        ({"recovery": 0.5}, [10, 8, 6, 7]),
        # The first 10 are served, of the next 10 half: 1, 1, 3/4, 3/8.
        ({"initial": 15}, [10, 10, 8, 3]),
        ({"loss": 1.0}, [10, 0, 0, 0]),
    ],
)
def test_who_comes_by_hand(choices, demand):
    """Demand of each day, worked out on paper."""
    data = shop(len(demand), **choices)
    assert of(data, "demand")[:, 0].tolist() == demand
    figures = simulate(case_from_dict(data)).figures()
    assert figures["units_stayed_away"].sum() == 10 * len(demand) - sum(demand)
    assert differences(case_from_dict(data)) == []


def test_without_stock_customers_settle_where_they_come_back_as_they_leave():
    """Goodwill ends at r / (a + r - a r)."""
    loss, recovery = 0.3, 0.05
    data = shop(300, loss, recovery, units="continuous")
    assert of(data, "demand")[-1, 0] == pytest.approx(
        10 * recovery / (loss + recovery - loss * recovery)
    )


def test_without_shortage_nobody_stays_away():
    """With stock for all, demand is what is drawn, to the unit."""
    drawn = {"distribution": "negative_binomial", "variance_to_mean": 2}
    skus = {"milk": {"base_demand": 3, "goodwill_loss": 1.0}}
    data = shop(40, initial=1000, demand=drawn, skus=skus)
    plain = data | {"skus": {"milk": {"base_demand": 3}}}
    assert np.array_equal(of(data, "demand", 3), of(plain, "demand", 3))
    assert not of(data, "stayed_away", 3).any()


def test_rounding_neither_makes_nor_loses_customers():
    """Of small demand too, what comes is what is drawn x goodwill, to a unit."""
    drawn = {"distribution": "poisson"}
    skus = {"milk": {"base_demand": 0.4, "goodwill_loss": 0.3, "goodwill_recovery": 0.05}}
    data = shop(400, demand=drawn, skus=skus)
    whole, exact = of(data, "demand", 5), 0.0
    came, away = whole.sum(axis=0), of(data, "stayed_away", 5).sum(axis=0)
    held, goodwill = np.full(5, 0.5), np.ones(5)
    for units, missing in zip(whole, of(data, "stayed_away", 5), strict=True):
        exact = exact + (units + missing) * goodwill
        goodwill = goodwill * np.where(units > 0, 0.7, 1.0)
        goodwill = goodwill + 0.05 * (1 - goodwill)
    assert (np.abs(came - exact) <= held + 1e-6).all()
    assert (away > 0).all()


def test_who_waits_is_not_lost():
    """Where all wait, goodwill is no part of the run; those who lose patience cost it."""
    data = shop(6)
    data["stores"]["shop"] |= {"unmet_demand": "backordered"}
    run = simulate(case_from_dict(data))
    assert "units_stayed_away" not in run.figures()
    data["stores"]["shop"] |= {"patience": 1}
    assert of(data, "demand")[:, 0].tolist() == [10, 10, 5, 3, 1, 0]


def test_rounding_makes_nobody_angry():
    """In continuous units, what is lost of next to nothing is a rounding error, not a shortage."""
    goodwill = Goodwill(np.full((1, 1), 0.5), np.zeros((1, 1)))
    ones, nothing = np.ones((1, 1)), np.zeros((1, 1))
    record = initial_state(compile_case(case_from_dict(shop(1))), 1).levels[0]
    record = record._replace(goodwill=ones)
    for lost, left in ((1e-15, 1.0), (1.0, 0.5)):
        sales = LevelSales(ones, nothing, nothing, lost * ones, None)
        after = remembered(goodwill, record, sales, ROUNDING_NOISE)
        assert after.goodwill == pytest.approx(left, abs=1e-9)
