"""Stock that spoils: what goes first, what expires, and what it costs."""

import numpy as np
import pytest

from inventory_hmarl import Keep, case_from_dict, simulate
from inventory_hmarl.case import default_case
from inventory_hmarl.reports.events import events
from inventory_hmarl.testing.agreement import differences

DAYS = 6


def shop(life=3, newest_first=0.0, **changes):
    """Return a shop that gets 4 units an evening and sells 2, 1, 6, 0, 3, 9 on days 1 to 6."""
    return {
        "days": DAYS,
        "demand": {"distribution": "replay", "units": [2, 1, 6, 0, 3, 9]},
        "skus": {"milk": {"shelf_life": life, "expiry_cost": 2.0, "holding_cost": 1.0}},
        "stores": {
            "shop": {
                "initial_inventory": 5,
                "newest_first": newest_first,
                "policy": {"rule": "fixed_orders", "orders_by_day": [4] * DAYS},
            }
        },
        "suppliers": {"dairy": {}},
        "lanes": [{"source": "dairy", "destination": "shop", "lead_time": 0}],
    } | changes


def of(data, name):
    """Return what the shop's record has of a quantity on each day."""
    run = simulate(case_from_dict(data), keep=Keep(records=True), checked=True)
    return run.outcome.recorder.of(run.outcome.records, name, 0)[:, 0, 0].tolist()


@pytest.mark.parametrize(
    ("newest_first", "expired", "stock"),
    [
        # All 5 of the first day are sold by day 3; of the 4 of day 2, one is left on day 5.
        (0.0, [0, 0, 0, 0, 1, 0], [3, 6, 4, 8, 8, 3]),
        # 3 of the 5 are never reached; of the 4 of day 1, one is not sold by day 4, its last.
        (1.0, [0, 0, 3, 1, 0, 0], [3, 6, 1, 4, 5, 0]),
        # Half of what goes, rounded half up, is new: 1 of 1 on day 2, 3 of 6 on day 3.
        (0.5, [0, 0, 0, 3, 0, 0], [3, 6, 4, 5, 6, 1]),
    ],
)
def test_what_goes_first_by_hand(newest_first, expired, stock):
    """What expires and what is left after it, worked out on paper."""
    data = shop(newest_first=newest_first)
    assert of(data, "expired") == expired
    assert of(data, "stock") == stock
    assert differences(case_from_dict(data)) == []


def test_expiry_is_charged_and_told():
    """Each expired unit costs, is an event, and counts as waste."""
    run = simulate(case_from_dict(shop(newest_first=1.0)), keep=Keep(records=True))
    figures = {name: float(values[0, 0]) for name, values in run.figures().items()}
    assert figures["units_expired"] == 4
    assert figures["total_expiry_cost"] == 8
    assert figures["total_cost"] == figures["total_holding_cost"] + 8
    assert figures["waste_share"] == 4 / (4 + figures["total_sales"])
    told = [(row[1], row[-1]) for row in events(run) if row[4] == "expiry"]
    assert told == [(3, 3.0), (4, 1.0)]


def test_an_endless_life_is_none():
    """M12: stock that outlives the run flows as stock that keeps."""
    kept = Keep(records=True)
    long = simulate(case_from_dict(shop(life=DAYS)), keep=kept)
    keeping = shop()
    del keeping["skus"]["milk"]["shelf_life"]
    endless = simulate(case_from_dict(keeping), keep=kept)
    for name, level in endless.outcome.recorder.rows:
        parts = (
            run.outcome.recorder.of(run.outcome.records, name, level) for run in (long, endless)
        )
        assert np.array_equal(*parts), name


def test_a_case_without_shelf_lives_has_no_figures_of_them():
    """What keeps leaves no trace in figures and records."""
    run = simulate(default_case().changed(days=10, warmup_days=0), keep=Keep(records=True))
    assert "units_expired" not in run.figures()
    assert not any(name == "expired" for name, _ in run.outcome.recorder.rows)


def test_the_life_begins_anew_where_stock_is_received():
    """A warehouse's stock expires there by its own life, and the shop's by the shop's."""
    data = shop(life=2)
    data["demand"]["units"] = [0] * DAYS
    data["warehouses"] = {
        "depot": {
            "initial_inventory": 9,
            "shelf_life": 4,
            "policy": {"rule": "fixed_orders", "orders_by_day": [0]},
        }
    }
    data["lanes"] = [
        {"source": "dairy", "destination": "depot", "lead_time": 0},
        {"source": "depot", "destination": "shop", "lead_time": 1},
    ]
    data["stores"]["shop"]["policy"] = {"rule": "fixed_orders", "orders_by_day": [0, 0, 3]}
    run = simulate(case_from_dict(data), keep=Keep(records=True), checked=True)
    recorder, records = run.outcome.recorder, run.outcome.records
    shop_, depot = (recorder.of(records, "expired", level)[:, 0, 0].tolist() for level in (0, 1))
    assert depot == [0, 0, 0, 6, 0, 0]  # 9, less the 3 that were shipped on day 3
    assert shop_ == [0, 5, 0, 0, 0, 3]  # the opening stock, and those 3, which came on day 4
