"""PPO on the textbook store with lost sales, against tuned rules and the published optimum.

    python examples/ppo_store.py --steps 500000

Needs Stable-Baselines3 (the extra `sb3`). Training meets episodes 0, 1, ... of its seeds; all are
judged on the same held-out episodes. See docs/learning.md.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable

import numpy as np
import torch
from stable_baselines3 import PPO
from stable_baselines3.common.vec_env import VecNormalize

from inventory_hmarl import evaluate
from inventory_hmarl.case import Case
from inventory_hmarl.envs.chain_env import ChainEnv
from inventory_hmarl.envs.observations import Observe
from inventory_hmarl.envs.sb3_vec_env import chain_vec_env
from inventory_hmarl.envs.store_env import store_case

CASE = store_case(mean=5.0, lead_time=4, stockout_penalty=4.0, days=300).changed(warmup_days=50)
OPTIMUM = 4.72853  # a day: Zipkin (2008), Operations Research 56(5), Table 3
# An action is an order of 0 to 10 units; seen are stock and what is in transit, by the day due.
ASKED = {"choices": 11, "most": 10.0, "observe": Observe(forecast=False, calendar=False)}
ENVS, DAYS = 32, 100  # of an episode in training
EPISODES = 1000
RULES = {
    "base-stock 25": {"rule": "base_stock", "order_up_to": 25},
    "capped base-stock 26, 5": {"rule": "capped_base_stock", "order_up_to": 26, "order_cap": 5},
}

Array = np.ndarray


def trained(case: Case, steps: int, seed: int = 0) -> tuple[PPO, VecNormalize]:
    """Return PPO after some steps on a store with one SKU, and what scales its observations."""
    torch.set_num_threads(1)
    adapter = chain_vec_env(ENVS, case.changed(days=DAYS, warmup_days=0), **ASKED)
    envs = VecNormalize(adapter, gamma=0.98, clip_reward=np.inf)
    model = PPO(
        "MlpPolicy",
        envs,
        seed=seed,
        n_steps=64,
        batch_size=512,
        n_epochs=10,
        gamma=0.98,
        gae_lambda=0.95,
        learning_rate=lambda left: 1e-3 * left,
        ent_coef=0.003,
        policy_kwargs={"net_arch": [32, 32]},
    )
    model.learn(steps)
    return model, envs


def player(model: PPO, envs: VecNormalize) -> Callable[[Array, Array], Array]:
    """Return the most likely order of each observation, as `evaluate` takes a player."""

    def orders(seen: Array, masks: Array) -> Array:
        return model.predict(envs.normalize_obs(seen), deterministic=True)[0]

    return orders


def with_rule(case: Case, policy: dict[str, object]) -> Case:
    """Return the case with another rule in its store."""
    store = case.stores["store_1"].model_dump(exclude_unset=True) | {"policy": policy}
    return case.changed(stores={"store_1": store})


def main(arguments: list[str]) -> None:
    """Train, judge and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=500_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--episodes", type=int, default=EPISODES, help="held out, to be judged on")
    choice = parser.parse_args(arguments)
    begin = time.process_time()
    model, envs = trained(CASE, choice.steps, choice.seed)
    seconds = time.process_time() - begin
    found = evaluate(
        ChainEnv(CASE, **ASKED),
        {"PPO": player(model, envs)},
        baselines={name: with_rule(CASE, policy) for name, policy in RULES.items()},
        episodes=choice.episodes,
        figures=["avg_daily_cost"],
    )
    print(f"{choice.steps:,} steps of training in {seconds:.0f} s of the processor\n")
    print("| who orders | cost a day | above the optimum |\n|---|---:|---:|")
    for name, mean, width in zip(found.names, found.mean, found.half_width, strict=True):
        above = 100 * (mean[0] / OPTIMUM - 1)
        print(f"| {name} | {mean[0]:.3f} ± {width[0]:.3f} | {above:.1f} % |")


if __name__ == "__main__":
    main(sys.argv[1:])
