"""SKUs that share what a source can handle in a day."""

import numpy as np
import pytest

from inventory_hmarl import Keep, case_from_dict, simulate
from inventory_hmarl.case import CaseError
from inventory_hmarl.case.compiling import compile_groups
from inventory_hmarl.testing.agreement import differences


def chain_settings(limit, units="whole"):
    """Return a store that orders 6 pens and 3 inks on day 1 of a supplier with a limit."""
    orders = {"pen": [6, 0, 0], "ink": [3, 0, 0]}
    return {
        "days": 3,
        "units": units,
        "skus": {"pen": {}, "ink": {}},
        "demand": {"distribution": "none"},
        "stores": {
            "store": {
                "initial_inventory": 0,
                "policy": {"rule": "fixed_orders", "orders_by_day": orders},
            }
        },
        "suppliers": {"works": {} if limit is None else {"handling_capacity": limit}},
        "lanes": [{"source": "works", "destination": "store", "lead_time": 1}],
    }


def chain(limit, units="whole"):
    """Return that as a case."""
    return case_from_dict(chain_settings(limit, units))


def shipped(case):
    """Return what leaves of each SKU on each day."""
    run = simulate(case, keep=Keep(records=True), checked=True)
    return run.series("shipped")[0][:, :, 0].tolist()


def test_skus_share_a_limit_in_proportion():
    """Of 4 units a day for 6 and 3, the shares are 2 2/3 and 1 1/3: 3 and 1, then 2 and 2."""
    # On day 2, 3 and 2 wait for 4: 2.4 and 1.6, so that the second has the largest remainder.
    assert shipped(chain(4)) == [[3, 1], [2, 2], [1, 0]]
    assert np.allclose(shipped(chain(4.5, "continuous")), [[3, 1.5], [3, 1.5], [0, 0]])


def test_a_limit_that_is_not_reached_changes_nothing():
    """What is within the limit leaves at once."""
    assert shipped(chain(9)) == [[6, 3], [0, 0], [0, 0]]
    assert shipped(chain(0)) == [[0, 0]] * 3


def test_skus_that_share_a_limit_are_not_run_apart():
    """Such a case is never cut into groups of SKUs."""
    assert not compile_groups(chain(4), 1)
    assert compile_groups(chain(None), 1)


def test_a_limit_is_whole_where_units_are():
    """A part of a unit cannot be handled."""
    with pytest.raises(CaseError, match=r"handling_capacity = 4\.5: must be a whole number"):
        chain(4.5)


def test_what_is_kept_for_others_takes_no_hands():
    """Hands that nobody needs for what is kept for him work for the others, of any SKU."""
    settings = chain_settings(4)
    idle = {"initial_inventory": 0, "policy": {"rule": "fixed_orders", "orders_by_day": [0]}}
    settings["stores"]["idle"] = idle
    lane = {"source": "works", "destination": "idle", "lead_time": 1, "reserved": 8}
    settings["lanes"].append(lane)
    settings["suppliers"]["works"]["capacity"] = {"pen": 20, "ink": 20}
    assert to_store(settings) == [[3, 1], [2, 2], [1, 0]]
    # Of 9 pens, 8 are kept: 1 could leave, and with 3 inks that makes 4.
    settings["suppliers"]["works"]["capacity"] = {"pen": 9, "ink": 20}
    assert to_store(settings) == [[1, 3], [1, 0], [1, 0]]


def to_store(settings):
    """Return what leaves for the first store, of each SKU on each day."""
    case = case_from_dict(settings)
    assert differences(case) == []
    return [day[:2] for day in shipped(case)]
