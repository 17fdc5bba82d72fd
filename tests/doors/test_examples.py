"""The examples in the doors' docstrings, and those of the folder `examples`."""

import doctest
import importlib
import runpy
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"

MODULES = [
    "demand.demand_generator",
    "entities.store",
    "entities.supplier",
    "entities.warehouse",
    "env.digital_twin",
    "evaluation.metrics",
    "scenarios.scenarios",
]


@pytest.mark.parametrize("name", MODULES)
def test_the_example_of_a_door_runs(name):
    """Each door shows an example, and it prints what it says."""
    module = importlib.import_module(name)
    options = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
    result = doctest.testmod(module, optionflags=options)
    assert result.attempted > 0
    assert result.failed == 0


def test_the_example_that_tunes_by_gradient(capsys):
    """It prints four rows, and a few steps of the gradient lower the cost surely."""
    pytest.importorskip("jax")
    example = runpy.run_path(str(EXAMPLES / "tune_by_gradient.py"))
    example["main"](["--stores", "2", "--steps", "20"])
    rows = [line.split("|")[1:-1] for line in capsys.readouterr().out.splitlines() if "±" in line]
    assert len(rows) == 4
    more, half_width = map(float, rows[0][3].split("±"))
    assert more > half_width > 0


def test_the_neural_policy_by_gradient(capsys):
    """A few steps make the network surely cheaper than the case's rules, on held-out seeds."""
    pytest.importorskip("jax")
    example = runpy.run_path(str(EXAMPLES / "neural_policy_by_gradient.py"))
    example["main"](["--steps", "15", "--days", "28"])
    rows = [line.split("|")[1:-1] for line in capsys.readouterr().out.splitlines() if "±" in line]
    assert len(rows) == 3
    more, half_width = map(float, rows[2][3].split("±"))
    assert -more > half_width > 0
