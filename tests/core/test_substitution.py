"""Customers who find one SKU out and ask for another."""

import pytest

from inventory_hmarl import Keep, case_from_dict, simulate
from inventory_hmarl.case.compiling import compile_groups
from inventory_hmarl.testing.agreement import differences


def shop(share=0.5, **unmet):
    """Return a shop with 3 of A, 6 of B and 1 of C, of which 8, 4 and 0 are asked for.

    Who misses A asks for B, and who misses B for C.
    """
    return {
        "days": 1,
        "demand": {"distribution": "replay", "units": [8]},
        "skus": {
            "A": {"substitute": "B", "substitution_share": share},
            "B": {"substitute": "C", "demand": {"units": [4]}},
            "C": {"demand": {"units": [0]}},
        },
        "stores": {
            "shop": {
                "initial_inventory": {"A": 3, "B": 6, "C": 1},
                "policy": {"rule": "fixed_orders", "orders_by_day": [0]},
                **unmet,
            }
        },
        "suppliers": {"works": {}},
        "lanes": [{"source": "works", "destination": "shop", "lead_time": 0}],
    }


@pytest.mark.parametrize(
    ("share", "demand", "sales", "lost", "switched"),
    [
        # Of the 5 that miss A, 3 (2.5, half up) ask for B; 2 of them get it, none asks for C.
        (0.5, [8, 7, 0], [3, 6, 0], [2, 1, 0], [3, 0, 0]),
        (1.0, [8, 9, 0], [3, 6, 0], [0, 3, 0], [5, 0, 0]),
        (0.0, [8, 4, 0], [3, 4, 0], [5, 0, 0], [0, 0, 0]),
    ],
)
def test_who_takes_what_by_hand(share, demand, sales, lost, switched):
    """What is asked for, sold, lost and switched, worked out on paper."""
    case = case_from_dict(shop(share))
    run = simulate(case, keep=Keep(records=True), checked=True)
    found = {
        name: run.outcome.recorder.of(run.outcome.records, name, 0)[0, :, 0].tolist()
        for name in ("demand", "sales", "lost", "switched")
    }
    assert found == {"demand": demand, "sales": sales, "lost": lost, "switched": switched}
    assert run.figures()["units_switched"].sum() == sum(switched)
    assert run.figures()["total_sales"].sum() == sum(sales)
    assert differences(case) == []


def test_who_waits_does_not_switch():
    """Customers of a SKU that is backordered wait for it."""
    unmet = {"A": "backordered", "B": "lost", "C": "lost"}
    run = simulate(case_from_dict(shop(1.0, unmet_demand=unmet)), checked=True)
    assert run.figures()["units_switched"].sum() == 0
    assert run.figures()["backorder_days"].sum() == 5


def test_skus_that_stand_for_each_other_run_together():
    """A case is not cut into groups of SKUs where one takes the place of another."""
    assert compile_groups(case_from_dict(shop()), 1) == []


def test_engines_agree_on_who_switches():
    """Both engines sell the same units of either SKU, and charge the same overflow."""
    pytest.importorskip("jax")
    from inventory_hmarl.testing.engines import engine_differences

    data = shop()
    data["stores"]["shop"] |= {"storage": 2, "overflow_cost": 1}
    assert engine_differences(case_from_dict(data), replications=1) == []
