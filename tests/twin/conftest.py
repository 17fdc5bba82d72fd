"""What the tests of the twin share: a chain in which everything happens."""

from pathlib import Path

import pytest

from inventory_hmarl import load_case


@pytest.fixture(scope="session")
def varied():
    """Give four echelons with all rules, an unreliable supplier, and a policy that remembers."""
    return load_case(Path(__file__).parents[1] / "core" / "varied.toml")
