"""Costs that are others on some days: by hand, and as the reference charges them."""

import numpy as np
import pytest

from inventory_hmarl import case_from_dict, simulate
from inventory_hmarl.case import CaseError
from inventory_hmarl.case.compiling import compile_case
from inventory_hmarl.case.models import CostChange
from inventory_hmarl.testing import reference_costs, simulate_reference

# Five units ordered on each day, one sold and six missing; stock of 10, 14, 18 ... after sales.
STORE = {
    "days": 4,
    "skus": {
        "milk": {
            "holding_cost": 1,
            "stockout_penalty": 10,
            "ordering_cost": 100,
            "demand": {"distribution": "replay", "units": [1] * 4},
        },
        "soap": {"stockout_penalty": 10, "demand": {"distribution": "replay", "units": [6] * 4}},
    },
    "stores": {
        "store": {
            "initial_inventory": {"milk": 11, "soap": 0},
            "policy": {
                "rule": "fixed_orders",
                "orders_by_day": {"milk": [5.0] * 4, "soap": [0.0]},
            },
        }
    },
    "suppliers": {"works": {}},
    "lanes": [{"source": "works", "destination": "store", "lead_time": 0}],
}
SPAN = {"first_day": 2, "last_day": 3}


def costs(*changes):
    """Return holding, stockout and ordering cost of the store, with changes of costs."""
    figures = simulate(case_from_dict(STORE | {"cost_changes": list(changes)})).figures()
    names = ("total_holding_cost", "total_stockout_penalty", "total_ordering_cost")
    assert figures["total_cost"][0, 0] == sum(figures[name][0, 0] for name in names)
    return [figures[name][0, 0] for name in names]


def test_days_of_other_rates_are_charged_so():
    """Of 10 + 14 + 18 + 22 units, 6 missing and one order a day, two days cost another rate."""
    assert costs() == [64, 240, 400]
    assert costs(SPAN | {"holding": 2.0}) == [64 + 14 + 18, 240, 400]
    assert costs(SPAN | {"stockout": 0.5}) == [64, 240 - 60, 400]
    assert costs(SPAN | {"ordering": 0.0}) == [64, 240, 200]
    assert costs({"first_day": 4, "ordering": 3.0}) == [64, 240, 600]


def test_customers_who_wait_cost_what_the_day_says():
    """Where nobody is lost, 6, 12, 18, 24 wait, and two days of them cost half."""
    store = STORE["stores"]["store"] | {"unmet_demand": "backordered"}
    waiting = STORE | {"stores": {"store": store}, "cost_changes": [SPAN | {"stockout": 0.5}]}
    figures = simulate(case_from_dict(waiting)).figures()
    assert figures["total_stockout_penalty"][0, 0] == 10 * (6 + 12 / 2 + 18 / 2 + 24)


def test_changes_multiply_where_they_meet():
    """On a day of two changes both factors hold; a change of another SKU or place does not."""
    twice = ({"first_day": 2, "holding": 2.0}, {"first_day": 3, "last_day": 3, "holding": 3.0})
    assert costs(*twice) == [10 + 2 * 14 + 6 * 18 + 2 * 22, 240, 400]
    assert costs(SPAN | {"holding": 2.0, "skus": ["soap"]}) == [64, 240, 400]
    assert costs(SPAN | {"stockout": 2.0, "skus": ["soap"], "locations": ["store"]})[1] == 360


def test_what_changes_after_the_last_day_costs_nothing():
    """A change beyond the run leaves no trace in what is compiled."""
    late = case_from_dict(STORE | {"cost_changes": [{"first_day": 5, "holding": 2.0}]})
    (level,) = compile_case(late).network.levels
    assert level.tariff is None


CHANGES = (
    CostChange(first_day=12, last_day=40, holding=1.5, stockout=0.25, ordering=2.0),
    CostChange(first_day=30, holding=3.0, ordering=0.5, skus=("apples",)),
)


@pytest.mark.parametrize("name", ["transport", "handling", "impatient"])
def test_the_reference_charges_the_same(name, example):
    """Money by the reference's records is that of the figures, of stock on its way too."""
    case = example(name)
    skus = tuple(case.skus)[:1]
    changes = (CHANGES[0], CHANGES[1].model_copy(update={"skus": skus}))
    sure = {"reliability": 1.0}
    suppliers = {name: each.model_copy(update=sure) for name, each in case.suppliers.items()}
    case = case.changed(days=60, warmup_days=0, cost_changes=changes, suppliers=suppliers)
    run = simulate(case)
    model = compile_case(case)
    demand = model.demand.draw(np.zeros(1, np.uint32), 1, case.days)
    rows = {
        (point.location, point.sku): place.start + row
        for number, place in enumerate(model.demand.levels)
        if place is not None
        for row, point in enumerate(model.network.levels[number].points)
    }
    records = simulate_reference(
        case, lambda day, store, sku: int(demand[day - 1, rows[store, sku], 0])
    )
    expected = sum(reference_costs(case, record).total for record in records)
    assert run.figures()["total_cost"][0, 0] == pytest.approx(expected)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"first_day": 3, "last_day": 2}, "must be at least first_day, 3"),
        ({"first_day": 3, "locations": ["stor"]}, "Did you mean 'store'"),
        ({"first_day": 3, "locations": ["works"]}, "is not the id of a store or warehouse"),
        ({"first_day": 3, "skus": ["mlik"]}, "Did you mean 'milk'"),
        ({"first_day": 3, "holdng": 2}, "Did you mean 'holding'"),
    ],
)
def test_what_is_wrong_with_a_change_is_said(change, message):
    """A change that cannot be names its setting and the next move."""
    with pytest.raises(CaseError, match=message):
        case_from_dict(STORE | {"cost_changes": [change]})
