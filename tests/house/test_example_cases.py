"""The example cases run, and obey the laws of stock on every day."""

from pathlib import Path

import pytest

from inventory_hmarl import load_case, simulate

CASES = sorted((Path(__file__).resolve().parents[2] / "examples" / "cases").glob("*.toml"))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_an_example_case_runs(path):
    """Each example case runs checked, and somebody buys."""
    run = simulate(load_case(path), replications=2, checked=True)
    assert (run.figures()["total_sales"] > 0).all()
