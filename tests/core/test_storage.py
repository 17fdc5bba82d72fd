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


def depot(**settings):
    """Return a depot of 20 that has 8 on hand and sells nothing; A and B come on days 1 and 2."""
    arriving = [{"sku": "A", "due_day": 1, "units": 9}, {"sku": "B", "due_day": 1, "units": 6}]
    lane = {"source": "works", "destination": "depot", "lead_time": 2}
    return {
        "days": 4,
        "demand": {"distribution": "replay", "units": [0, 0, 2, 0]},
        "skus": {"A": {}, "B": {"volume": 2.0}},
        "stores": {
            "depot": {
                "initial_inventory": {"A": 4, "B": 2},
                "policy": {"rule": "fixed_orders", "orders_by_day": [0]},
                "storage": 20,
                "when_full": "refuse",
                **settings,
            }
        },
        "suppliers": {"works": {}},
        "lanes": [lane | {"initial_on_order": arriving}],
    }


def kept(case, name, level=0):
    """Return a quantity of each day, a row a point or line."""
    run = simulate(case, keep=Keep(records=True), checked=True)
    return run.outcome.recorder.of(run.outcome.records, name, level)[:, :, 0].tolist()


def test_what_has_no_space_waits_at_the_door():
    """Of 9 and 6, which take 21, as much comes in as has room, in proportion; then single units."""
    case = case_from_dict(depot())
    # 12 / 21 of 9 is 5.14 and of 6 is 3.43: 5 and 3, and one space left, too little for a B. On
    # day 2 that is 0.4 of an A, and of B 0.3: an A. On day 3 two of each are sold: 6 for 3 and 6.
    assert kept(case, "arrived") == [[5, 3], [1, 0], [2, 2], [0, 0]]
    assert kept(case, "refused") == [[4, 3], [3, 3], [1, 1], [1, 1]]
    assert simulate(case).figures()["door_days"].item() == 7 + 6 + 2 + 2
    assert differences(case) == []


def test_an_even_share_of_continuous_units():
    """In continuous units each line has the same share, and space is used up."""
    case = case_from_dict(depot() | {"units": "continuous"})
    first = kept(case, "arrived")[0]
    assert first == pytest.approx([9 * 12 / 21, 6 * 12 / 21])
    assert differences(case) == []


def test_what_takes_no_space_is_let_in():
    """A full storage does not keep out what has no volume; nothing else has a reason to wait."""
    data = depot(storage=0)
    data["skus"]["A"]["volume"] = 0.0
    assert kept(case_from_dict(data), "arrived")[0] == [9, 0]
    assert differences(case_from_dict(data)) == []


def test_space_for_all_is_no_limit():
    """A storage that is never full changes nothing."""
    wide, none = depot(storage=1000), depot()
    del none["stores"]["depot"]["storage"], none["stores"]["depot"]["when_full"]
    assert kept(case_from_dict(wide), "arrived") == kept(case_from_dict(none), "arrived")


def test_units_of_one_volume_are_shared_by_largest_remainders():
    """With one volume for all, the last units go to the largest remainders, and all space is used.

    On the same day, what a disruption keeps at the door takes no part.
    """
    data = depot(storage=14)
    data["skus"]["B"]["volume"] = 1.0
    # 8 spaces for 15: 4.8 and 3.2.
    assert kept(case_from_dict(data), "arrived")[0] == [5, 3]
    data["disruptions"] = {
        "strike": {"locations": ["depot"], "skus": ["A"], "stops": ["receipts"], "first_day": 1}
    }
    assert kept(case_from_dict(data), "arrived")[:2] == [[0, 6], [2, 0]]
    assert kept(case_from_dict(data), "refused")[:2] == [[0, 0], [7, 0]]
    assert differences(case_from_dict(data)) == []


def test_one_location_may_refuse_beside_others_that_do_not():
    """A level may have locations with a full storage, with an open one, and with none."""
    data = depot()
    store = data["stores"]["depot"]
    data["stores"]["yard"] = store | {"when_full": "overflow"}
    data["lanes"].append(data["lanes"][0] | {"destination": "yard"})
    assert kept(case_from_dict(data), "arrived")[0] == [5, 3, 9, 6]
    assert differences(case_from_dict(data)) == []
