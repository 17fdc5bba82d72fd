"""Every example case runs as it says."""

from pathlib import Path

import pytest

from inventory_hmarl import load_case, simulate
from inventory_hmarl.testing.agreement import differences

FOLDER = Path(__file__).resolve().parents[2] / "examples" / "cases"
EXAMPLES = sorted(FOLDER.glob("*.toml"))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_case_agrees_with_the_reference(path):
    """Both implementations give each quantity of each day alike, and the laws of stock hold."""
    assert differences(load_case(path)) == []


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_case_costs_the_sum_of_its_parts(path):
    """Total cost is the sum of the costs, in every replication."""
    figures = simulate(load_case(path), replications=3).figures()
    parts = [figures[name] for name in COSTS if name in figures]
    assert abs(sum(parts) - figures["total_cost"]).max() < 1e-6


COSTS = (
    "total_holding_cost",
    "total_stockout_penalty",
    "total_ordering_cost",
    "total_expiry_cost",
    "total_overflow_cost",
    "total_transport_cost",
    "total_in_transit_cost",
)
