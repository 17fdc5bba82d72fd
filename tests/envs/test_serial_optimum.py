"""A serial chain whose optimum is known, played by three agents: they reach it, and no lower."""

from importlib import resources

import numpy as np
import pytest

pytest.importorskip("pettingzoo")

import tomllib

from inventory_hmarl import case_from_dict
from inventory_hmarl.envs.crew import Roles
from inventory_hmarl.envs.episodes import HELD_OUT
from inventory_hmarl.envs.parallel_env import ParallelChain
from inventory_hmarl.evaluation import played

# Snyder & Shen (2019), "Fundamentals of Supply Chain Theory", 2nd ed., Example 6.1: the optimal
# echelon levels by Clark & Scarf (1960), and their cost per day without stock in transit.
OPTIMUM, ROUNDED = 17.66, 0.005
LEVELS = {"store": 6.49, "middle": 12.02 - 6.49, "top": 22.71 - 12.02}  # local ones
EPISODES = np.arange(HELD_OUT, HELD_OUT + 600, dtype=np.uint32)


@pytest.fixture(scope="module")
def case():
    """Return the chain as the package verifies it, shortened."""
    folder = resources.files("inventory_hmarl.verification") / "cases" / "P07.toml"
    settings = tomllib.loads(folder.read_text(encoding="utf-8"))["case"]
    return case_from_dict({**settings, "days": 200, "warmup_days": 50})


def cost_of(case, view, levels):
    """Return the cost per day of agents that say base-stock levels, and its standard error."""
    env = ParallelChain(case, view=view, roles=Roles(actions="order_up_to"), scaled=False)
    players = {
        name: lambda seen, level=level: np.full((len(seen), 1), level)
        for name, level in levels.items()
    }
    figures = played(env, players, EPISODES).figures()
    cost = figures["total_cost"][0] / (case.days - case.warmup_days)
    return cost.mean(), cost.std(ddof=1) / np.sqrt(cost.size)


@pytest.mark.parametrize("view", ["simultaneous", "synchronous"])
def test_three_agents_reach_the_optimum(case, view):
    """The levels of Clark and Scarf, said by agents, have the published cost."""
    mean, error = cost_of(case, view, LEVELS)
    assert abs(mean - OPTIMUM) < 4 * error + ROUNDED
    assert error < 0.005 * OPTIMUM


@pytest.mark.parametrize("who", LEVELS)
@pytest.mark.parametrize("change", [-0.5, 0.5])
def test_no_other_levels_beat_the_optimum(case, who, change):
    """A standing guard, near the optimum, where a leak of the future would show first."""
    mean, error = cost_of(case, "simultaneous", {**LEVELS, who: LEVELS[who] + change})
    assert mean > OPTIMUM - 4 * error - ROUNDED
