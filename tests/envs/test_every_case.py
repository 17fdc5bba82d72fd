"""Environments stand on the case's own day: whatever it has, the accounts close."""

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("gymnasium")

from inventory_hmarl import load_case, simulate
from inventory_hmarl.envs.chain_env import ChainEnv
from inventory_hmarl.envs.crew import Roles
from inventory_hmarl.envs.event_env import EventChain

ROOT = Path(__file__).resolve().parents[2]
CASES = [ROOT / "tests/core/varied.toml", *sorted((ROOT / "examples/cases").glob("*.toml"))]
NEUTRAL = {"multiplier": 1.0, "change": 0.0}


@pytest.fixture(scope="module", params=CASES, ids=lambda path: path.stem)
def case(request):
    """Return a case of the folder, shortened and without a warm-up."""
    case = load_case(request.param)
    return case.changed(days=min(case.days, 12), warmup_days=0)


@pytest.fixture(scope="module")
def cost(case):
    """Return what the case's rules cost."""
    return simulate(case, replications=1).figures()["total_cost"][0, 0]


def test_the_rules_by_one_agent_cost_what_they_cost(case, cost):
    """Changes of 0 in every place are the run of the rules, to 1e-9, and nothing is clipped."""
    env = ChainEnv(case, actions="residual")
    seen, info = env.reset()
    earned, over = info["earned"], False
    nothing = env.action_of(np.zeros(len(env.action_names)))
    while not over:
        assert seen in env.observation_space
        seen, reward, _, over, info = env.step(nothing)
        earned += reward
    assert earned == pytest.approx(-cost, rel=1e-9)


def test_the_rules_by_several_agents_cost_what_they_cost(case, cost):
    """Turn by turn, what changes nothing is the run of the rules too, whatever is led how."""
    roles = Roles(actions="residual", coordinator=["multipliers", "budgets"])
    env = EventChain(case, roles=roles)
    controls = {name: env.crew.controls_of(name) for name in env.possible_agents}
    nothing = {
        name: env.action_of(name, [NEUTRAL.get(each.part, each.high) for each in mine])
        for name, mine in controls.items()
    }
    seen, infos = env.reset()
    earned = infos["coordinator_0"]["first_day"]
    while env.agents:
        seen, rewards, _, _, _ = env.step({name: nothing[name] for name in seen})
        earned += rewards.get("coordinator_0", 0.0)
    assert earned == pytest.approx(-cost, rel=1e-9)
