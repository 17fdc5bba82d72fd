"""Customers who wait in part, or not for ever."""

import numpy as np
import pytest

from inventory_hmarl import Keep, case_from_dict, simulate
from inventory_hmarl.testing.agreement import differences

DAYS = 6


def shop(**settings):
    """Return a shop without stock, asked for 5, 3, 0, 2, 0, 0 units, that gets 4 on day 2."""
    return {
        "days": DAYS,
        "demand": {"distribution": "replay", "units": [5, 3, 0, 2, 0, 0]},
        "skus": {"milk": {"stockout_penalty": 1.0}},
        "stores": {
            "shop": {
                "initial_inventory": 0,
                "unmet_demand": "backordered",
                "policy": {"rule": "fixed_orders", "orders_by_day": [0, 4]},
                **settings,
            }
        },
        "suppliers": {"dairy": {}},
        "lanes": [{"source": "dairy", "destination": "shop", "lead_time": 0}],
    }


def of(case, name):
    """Return what the shop's record has of a quantity on each day."""
    run = simulate(case, keep=Keep(records=True), checked=True)
    return run.outcome.recorder.of(run.outcome.records, name, 0)[:, 0, 0].tolist()


@pytest.mark.parametrize(
    ("settings", "waiting", "lost"),
    [
        ({}, [5, 8, 4, 6, 6, 6], [0] * 6),
        # Of the 5, 3 wait (2.5, half up); of the 3, 2; of the 2, 1.
        ({"waiting_share": 0.5}, [3, 5, 1, 2, 2, 2], [2, 1, 0, 1, 0, 0]),
        # On day 3, 4 of the first 5 are served, and the fifth leaves; on day 4, the 3.
        ({"patience": 2}, [5, 8, 3, 2, 2, 0], [0, 0, 1, 3, 0, 2]),
        # On day 2 the 5 leave; on day 3 the 3 are served, and 1 unit is left for one of the 2.
        ({"patience": 1}, [5, 3, 0, 1, 0, 0], [0, 5, 0, 0, 1, 0]),
        ({"patience": 2, "waiting_share": 0.5}, [3, 5, 1, 1, 1, 0], [2, 1, 0, 2, 0, 1]),
    ],
)
def test_who_waits_by_hand(settings, waiting, lost):
    """Who waits and who is lost, worked out on paper."""
    case = case_from_dict(shop(**settings))
    assert of(case, "waiting") == waiting
    assert of(case, "lost") == lost
    assert differences(case) == []


def test_endless_patience_is_none():
    """Customers who would wait longer than the run lasts wait as those who wait for ever."""
    endless, long = (
        simulate(case_from_dict(shop(**settings)), keep=Keep(records=True)).outcome
        for settings in ({}, {"patience": DAYS})
    )
    for name, level in endless.recorder.rows:
        left, right = (each.recorder.of(each.records, name, level) for each in (endless, long))
        assert np.array_equal(left, right), name


def test_engines_agree_on_who_waits():
    """Both engines have the same customers leave, and the same stock spoil."""
    pytest.importorskip("jax")
    from inventory_hmarl.testing.engines import engine_differences

    data = shop(patience=2, waiting_share=0.5)
    data["skus"]["milk"] |= {"shelf_life": 2, "expiry_cost": 1.0}
    data["stores"]["shop"] |= {"newest_first": 0.5, "initial_inventory": 6}
    assert engine_differences(case_from_dict(data), replications=1) == []


@pytest.mark.parametrize(
    ("settings", "overdue"),
    [
        ({"due_days": 1}, [0, 5, 4, 4, 6, 6]),
        # On day 3 the 5 are served but one, on day 5 the 3 are late, on day 6 the 2 as well.
        ({"due_days": 2}, [0, 0, 1, 4, 4, 6]),
        ({"due_days": 1, "waiting_share": 0.5}, [0, 3, 1, 1, 2, 2]),
        ({"due_days": 1, "patience": 2}, [0, 5, 3, 0, 2, 0]),
        ({"due_days": 9}, [0, 0, 0, 0, 0, 0]),
    ],
)
def test_who_is_overdue_by_hand(settings, overdue):
    """The penalty is charged on what waits beyond its due date, worked out on paper."""
    case = case_from_dict(shop(**settings))
    assert of(case, "overdue") == overdue
    assert differences(case) == []
    figures = simulate(case).figures()
    assert figures["overdue_days"].sum() == sum(overdue)
    lost = figures["total_lost_sales"].sum()
    assert figures["total_stockout_penalty"].sum() == sum(overdue) + lost


def test_without_stock_everybody_waits_for_the_lead_time():
    """With base-stock 0, a unit is overdue on L + 1 - d evenings, to the unit."""
    lead_time, due = 3, 2
    data = shop(policy={"rule": "base_stock", "order_up_to": 0}, due_days=due)
    data |= {"days": 30, "demand": {"distribution": "poisson"}}
    data["skus"]["milk"] |= {"base_demand": 6}
    data["lanes"][0]["lead_time"] = lead_time
    run = simulate(case_from_dict(data), replications=4, keep=Keep(records=True), checked=True)
    demand, late = (run.series(name)[0][:, 0] for name in ("demand", "overdue"))
    for day in range(lead_time, 30):
        assert (late[day] == demand[day - lead_time : day - due + 1].sum(axis=0)).all()


def test_what_is_due_pays_the_rate_of_its_day():
    """Where the penalty is another on some days, it is charged on what is overdue on them."""
    data = shop(due_days=1)  # overdue: 0, 5, 4, 4, 6, 6
    data["cost_changes"] = [{"first_day": 3, "last_day": 4, "stockout": 3.0}]
    figures = simulate(case_from_dict(data)).figures()
    assert figures["total_stockout_penalty"].sum() == 5 + 3 * 4 + 3 * 4 + 6 + 6
