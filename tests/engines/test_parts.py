"""A large chain run as groups of SKUs equals the chain run whole."""

import numpy as np
import pytest

from inventory_hmarl import Keep, case_from_dict, load_case, simulate, simulation
from inventory_hmarl.case.compiling import compile_groups
from tests.core.golden import FOLDER

SKU = {"base_demand": 6, "demand_std": 3, "holding_cost": 0.1, "stockout_penalty": 2}
DAYS = 30


def store(level):
    """Return a store that orders up to a level every day."""
    policy = {"rule": "base_stock", "order_up_to": level}
    return {"initial_inventory": level, "policy": policy}


def chain(skus=7, *, units="whole", **changes):
    """Return two warehouses, one above the other, and three stores of which one has two sources."""
    lanes = [
        {"source": "maker", "destination": "centre", "lead_time": 3},
        {"source": "centre", "destination": "depot", "lead_time": 2},
        *({"source": "depot", "destination": f"shop_{n}", "lead_time": n} for n in (1, 2)),
        {"source": "depot", "destination": "shop_3", "lead_time": 1, "share": 0.5},
        {"source": "centre", "destination": "shop_3", "lead_time": 1, "share": 0.5},
    ]
    return case_from_dict(
        {
            "days": DAYS,
            "warmup_days": 3,
            "units": units,
            "skus": {f"sku_{number}": SKU for number in range(skus)},
            "stores": {f"shop_{n}": store(20 + n) for n in (1, 2, 3)},
            "warehouses": {"depot": store(45), "centre": store(90)},
            "suppliers": {"maker": {"reliability": 0.9}},
            "lanes": lanes,
            **changes,
        }
    )


def arrays(outcome):
    """Return all that was found, by name."""
    found = {"sums": outcome.sums, "daily": outcome.daily, "records": outcome.records}
    for name in ("cycles_ended", "cycles_served"):
        for level, rows in enumerate(getattr(outcome, name)):
            found[f"{name} {level}"] = rows
    return {name: array for name, array in found.items() if array is not None}


def assert_same(left, right):
    """Assert that two outcomes are the same to the last bit."""
    left, right = arrays(left), arrays(right)
    assert left.keys() == right.keys()
    assert [name for name in left if left[name].tobytes() != right[name].tobytes()] == []


@pytest.mark.parametrize("points", [5, 12, 20])
@pytest.mark.parametrize("keep", [Keep(records=True), Keep(kpis=False, records=["stock"])])
def test_groups_show_in_nothing(points, keep, monkeypatch):
    """Whatever the size of a group, and whether groups overlap, every bit is the same."""
    whole = simulate(chain(), replications=3, keep=keep).outcome
    monkeypatch.setattr(simulation, "PART_POINTS", points)
    assert len(compile_groups(chain(), points)) > 1
    assert_same(simulate(chain(), replications=3, keep=keep, workers=2).outcome, whole)


@pytest.mark.parametrize("points", [5, 12, 20])
def test_groups_are_of_one_shape(points):
    """Overlapping groups have equally many rows; others differ by a SKU; none is left out."""
    for overlapping in (True, False):
        parts = [make() for make in compile_groups(chain(), points, overlapping=overlapping)]
        sizes = {len(part.model.network.levels[0].points) for part in parts}
        assert len(sizes) == 1 if overlapping else max(sizes) - min(sizes) <= 3
        rows = np.concatenate([part.points[0] for part in parts])
        assert set(rows.tolist()) == set(range(21))
        assert overlapping or rows.size == 21


def test_what_is_not_split(monkeypatch):
    """Small cases, SKUs that travel differently, and daily sums of continuous units are whole."""
    assert compile_groups(chain(), 1000) == []
    assert compile_groups(load_case(FOLDER / "varied.toml"), 3) == []
    monkeypatch.setattr(simulation, "PART_POINTS", 10)
    monkeypatch.setattr(simulation, "run_parts", None)
    simulate(chain(units="continuous"))


def test_totals_of_continuous_units_are_split(monkeypatch):
    """Without daily sums, no bit of continuous units depends on the groups either."""
    case, keep = chain(units="continuous"), Keep(kpis=False)
    whole = simulate(case, replications=2, keep=keep).outcome
    monkeypatch.setattr(simulation, "PART_POINTS", 10)
    assert_same(simulate(case, replications=2, keep=keep).outcome, whole)


def test_progress_reaches_the_end(monkeypatch):
    """The chain-days of all groups are those of the whole."""
    monkeypatch.setattr(simulation, "PART_POINTS", 10)
    told = []
    simulate(chain(), replications=4, progress=lambda done, of: told.append((done, of)))
    assert told[-1] == (4 * DAYS, 4 * DAYS)
    assert told == sorted(told)
