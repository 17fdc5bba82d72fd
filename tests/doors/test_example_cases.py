"""The cases in `examples/cases`: each can be read, and runs under the laws of stock."""

from pathlib import Path

import pytest

from inventory_hmarl import load_case, simulate

CASES = sorted((Path(__file__).resolve().parents[2] / "examples" / "cases").glob("*.toml"))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_every_example_case_runs(path):
    """Its days keep every unit, somebody comes, and most are served."""
    run = simulate(load_case(path), replications=4, checked=True)
    served = run.figures()["unit_fill_rate"]
    assert (served > 0.5).all()
