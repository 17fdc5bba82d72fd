"""The page about agents says what the code does."""

import pytest

pytest.importorskip("gymnasium")

from inventory_hmarl import default_case
from inventory_hmarl.envs.chain_env import ChainEnv
from inventory_hmarl.envs.crew import QUANTITIES as ADDED
from inventory_hmarl.envs.crew import Roles, make_crew
from inventory_hmarl.envs.guidance import LEVERS
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


def test_the_page_of_several_agents_has_every_entry_and_lever():
    """What turns and levers add to the table is explained as in the code, and nothing is left."""
    page = (PAGE.parent / "multi-agent.md").read_text(encoding="utf-8")
    for name, about in ADDED.items():
        whole = {"asked_by_": "asked_by_STORE", "share_": "share_STORE"}.get(name, name)
        assert f"| `{whole}` | {about} |" in page
    for lever in LEVERS:
        assert f"| `{lever}` |" in page
    crew = make_crew(default_case(), roles=Roles(actions="rule", coordinator=LEVERS))
    for entry in crew.entries[len(crew.scene.table.entries) :]:
        assert entry.quantity.startswith(tuple(ADDED))
