"""The examples in the doors' docstrings."""

import doctest
import importlib

import pytest

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
