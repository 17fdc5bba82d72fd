"""PPO of Stable-Baselines3, as examples/ppo_store.py has it: for one store and one SKU.

It needs an environment of its own: `python tools/check_outside.py sb3` makes `.bench/sb3`, and
`.bench/sb3/bin/python -m benchmarks.agents --only ppo` trains there. What it keeps is shown by
every later table.
"""

from __future__ import annotations

from benchmarks.agents.playing import Agent
from benchmarks.agents.problem import Problem
from inventory_hmarl.envs.chain_env import ChainEnv

NAME = "PPO (Stable-Baselines3)"
SEEDS = 5
STEPS = 400_000


def enter(problem: Problem, seed: int) -> Agent | None:
    """Return the trained agent; None where there is more than one store and SKU."""
    case = problem.case
    if case.warehouses or len(case.stores) > 1 or len(case.skus) > 1:
        return None
    from examples.ppo_store import ASKED, player, trained

    return Agent(ChainEnv(case, **ASKED), player(*trained(case, STEPS, seed)))
