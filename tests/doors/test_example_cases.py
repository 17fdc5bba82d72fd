"""The cases in `examples/cases`: each can be read, and runs under the laws of stock."""

from pathlib import Path

import pytest

from inventory_hmarl import load_case, simulate
from inventory_hmarl.reports.workbook import write_case

CASES = sorted((Path(__file__).resolve().parents[2] / "examples" / "cases").glob("*.toml"))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_every_example_case_runs(path):
    """Its days keep every unit, somebody comes, and most are served."""
    run = simulate(load_case(path), replications=4, checked=True)
    served = run.figures()["unit_fill_rate"]
    assert (served > 0.5).all()


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_every_example_case_goes_through_tables(path, tmp_path):
    """Written as a folder of tables and read again, it is the same case."""
    case = load_case(path)
    write_case(case, tmp_path / "tables")
    assert load_case(tmp_path / "tables") == case
