"""What the tests of the core share."""

from pathlib import Path

import pytest

from inventory_hmarl import load_case

EXAMPLES = Path(__file__).resolve().parents[2] / "examples" / "cases"


@pytest.fixture(scope="session")
def example():
    """Return a function that loads an example case by its name."""
    return lambda name: load_case(EXAMPLES / f"{name}.toml")
