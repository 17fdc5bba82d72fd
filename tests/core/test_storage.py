"""Space that the SKUs of a location share."""

import pytest

from inventory_hmarl import Keep, case_from_dict, simulate
from inventory_hmarl.case.compiling import compile_groups
from inventory_hmarl.testing.agreement import differences


def shop(**settings):
    """Return a shop with 10 tables of 3 and 20 chairs of 0.5, of which 2 and 4 are sold a day."""
    return {
        "days": 3,
        "demand": {"distribution": "replay", "units": [2, 2, 2]},
        "skus": {
            "table": {"volume": 3.0},
            "chair": {"volume": 0.5, "demand": {"units": [4, 4, 4]}},
        },
        "stores": {
            "shop": {
                "initial_inventory": {"table": 10, "chair": 20},
                "policy": {"rule": "fixed_orders", "orders_by_day": [0]},
                **settings,
            }
        },
        "suppliers": {"works": {}},
        "lanes": [{"source": "works", "destination": "shop", "lead_time": 0}],
    }


def test_overflow_by_hand():
    """Space above the storage is charged, by day, and split over SKUs as their space is."""
    # After sales: 24 + 8 = 32, 18 + 6 = 24 and 12 + 4 = 16, of which 8 and 0 are above 24.
    case = case_from_dict(shop(storage=24, overflow_cost=2))
    run = simulate(case, keep=Keep(records=True), checked=True)
    recorder, records = run.outcome.recorder, run.outcome.records
    assert recorder.of(records, "overflow", 0)[:, :, 0].tolist() == [[6, 2], [0, 0], [0, 0]]
    figures = {name: values[0, 0] for name, values in run.figures().items()}
    assert figures["overflow_days"] == 8
    assert figures["total_overflow_cost"] == figures["total_cost"] == 16
    assert differences(case) == []


def test_without_a_limit_there_is_no_figure():
    """What has no limit leaves no trace."""
    assert "overflow_days" not in simulate(case_from_dict(shop())).figures()


@pytest.mark.parametrize(("settings", "groups"), [({}, 2), ({"storage": 24.0}, 0)])
def test_skus_that_share_space_run_together(settings, groups):
    """A case is not cut into groups of SKUs where they share space."""
    assert len(compile_groups(case_from_dict(shop(**settings)), 1)) == groups
