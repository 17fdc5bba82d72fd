"""The page about agents says what the code does."""

import pytest

pytest.importorskip("gymnasium")

from inventory_hmarl.envs.chain_env import ChainEnv
from inventory_hmarl.envs.observations import QUANTITIES
from tools.write_agents_page import PAGE, page_with, tables


def test_the_tables_are_those_of_the_code():
    """`python -m tools.write_agents_page` would change nothing."""
    text = PAGE.read_text(encoding="utf-8")
    assert page_with(text, tables()) == text


def test_every_entry_is_explained():
    """No quantity is observed that the page does not explain."""
    for name in ChainEnv().observation_names:
        quantity = name.rsplit("/", 1)[-1]
        assert quantity in QUANTITIES or quantity.startswith("due_in_")
