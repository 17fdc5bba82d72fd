"""A hierarchy of agents, trained by RLlib's PPO: a coordinator, three stores and a warehouse.

Demand has outgrown the levels of the case's rules. Each week the coordinator multiplies the stores'
levels; each day stores and warehouse change what their rules would order. An agent that says 0
leaves the rules as they are, so that training begins near the rules. One policy a kind of
agent; all are paid what the chain earns. At the end agents and rules meet the same customers, whom
no training has met.

RLlib needs an environment of its own: pip install "inventory-hmarl[rllib]".
"""

import argparse
import sys
import time
from collections.abc import Callable

import numpy as np
import ray
import torch
from ray.rllib.algorithms.algorithm import Algorithm
from ray.rllib.algorithms.ppo import PPOConfig
from ray.rllib.core.rl_module.default_model_config import DefaultModelConfig
from ray.rllib.core.rl_module.multi_rl_module import MultiRLModuleSpec
from ray.rllib.core.rl_module.rl_module import RLModule, RLModuleSpec

from inventory_hmarl import Comparison, case_from_dict, evaluate
from inventory_hmarl.case import Case
from inventory_hmarl.envs.crew import Roles
from inventory_hmarl.envs.observations import Observe
from inventory_hmarl.envs.rllib_env import MultiAgentChain

KINDS = {"coordinator": "coordinator", "store": "stores", "warehouse": "warehouses"}
ROLES = Roles(actions="residual", coordinator=["multipliers"], most=10)
MONEY = 100.0  # of one unit of reward: networks learn numbers near 1
FIGURES = ("total_cost", "unit_fill_rate")

Array = np.ndarray


def chain(days: int) -> Case:
    """Return three stores behind a warehouse, with levels for three quarters of their demand."""
    store = {
        "initial_inventory": 24,
        "policy": {"rule": "base_stock", "order_up_to": 24},
    }
    warehouse = {
        "initial_inventory": 90,
        "holding_cost": 0.3,
        "policy": {"rule": "base_stock", "order_up_to": 90},
    }
    lanes = [("supplier_1", "warehouse_1", 3)]
    lanes += [("warehouse_1", f"store_{number}", 2) for number in (1, 2, 3)]
    sku = {"base_demand": 10, "holding_cost": 1, "stockout_penalty": 9, "ordering_cost": 0}
    return case_from_dict(
        {
            "days": days,
            "skus": {"item": {**sku, "demand": {"distribution": "poisson"}}},
            "stores": {f"store_{number}": store for number in (1, 2, 3)},
            "warehouses": {"warehouse_1": warehouse},
            "suppliers": {"supplier_1": {}},
            "lanes": [
                {"source": source, "destination": destination, "lead_time": days}
                for source, destination, days in lanes
            ],
        }
    )


class ScaledChain(MultiAgentChain):
    """The chain with rewards near 1."""

    def step(self, actions: dict) -> tuple:
        """Carry out the actions of those who act; return what concerns those who act next."""
        seen, rewards, *others = super().step(actions)
        return seen, {name: reward / MONEY for name, reward in rewards.items()}, *others


def learner(options: dict, decisions: int) -> Algorithm:
    """Return PPO with a policy for each kind of agent."""
    model = DefaultModelConfig(fcnet_hiddens=[32, 32], vf_share_layers=False, free_log_std=True)
    spec = RLModuleSpec(model_config=model)
    config = (
        PPOConfig()
        .environment(ScaledChain, env_config=options)
        .env_runners(num_env_runners=0)
        .training(
            lr=1e-3,
            gamma=0.95,
            lambda_=0.9,
            train_batch_size_per_learner=decisions,
            minibatch_size=min(256, decisions),
            num_epochs=6,
            vf_clip_param=float("inf"),
        )
        .multi_agent(
            policies=set(KINDS),
            policy_mapping_fn=lambda name, *_, **__: name.rsplit("_", 1)[0],
        )
        .rl_module(rl_module_spec=MultiRLModuleSpec(rl_module_specs=dict.fromkeys(KINDS, spec)))
        .debugging(seed=1)
    )
    return config.build_algo()


def player(module: RLModule) -> Callable[[Array], Array]:
    """Return what a trained policy says of many observations at once, without its noise."""

    def play(observations: Array) -> Array:
        batch = {"obs": torch.as_tensor(np.array(observations))}
        with torch.no_grad():
            means = module.forward_inference(batch)["action_dist_inputs"]
        return means.numpy()[:, : means.shape[1] // 2].clip(-1.0, 1.0)

    return play


def main(arguments: list[str]) -> None:
    """Train, and print a table of agents and rules."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--iterations", type=int, default=40)
    parser.add_argument("--decisions", type=int, default=4000, help="of an iteration")
    parser.add_argument("--days", type=int, default=56, help="of an episode")
    parser.add_argument("--episodes", type=int, default=256, help="of the test")
    told = parser.parse_args(arguments)
    options = {"case": chain(told.days), "roles": ROLES, "observe": Observe(unit="days")}
    ray.init(include_dashboard=False, num_cpus=2, log_to_driver=False, ignore_reinit_error=True)
    algorithm, start = learner(options, told.decisions), time.perf_counter()
    env = MultiAgentChain(options)
    for number in range(told.iterations + 1):
        if number:
            algorithm.train()
        if number in {0, told.iterations}:
            modules = {kind: algorithm.get_module(name) for name, kind in KINDS.items()}
            players = {kind: player(module) for kind, module in modules.items()}
            name = "trained agents" if number else "agents before training"
            found = evaluate(env, {name: players}, episodes=told.episodes, figures=FIGURES)
            print(f"after {time.perf_counter() - start:.0f} s:\n{table(found)}", flush=True)
    algorithm.stop()
    ray.shutdown()


def table(found: Comparison) -> str:
    """Return a comparison as a table."""
    lines = ["| who | cost | against the rules | fill rate |", "|---|---:|---:|---:|"]
    cost, fill = (found.figures.index(name) for name in FIGURES)
    lines.append(f"| {found.base} | {found.base_mean[cost]:.1f} | | {found.base_mean[fill]:.3f} |")
    for row, name in enumerate(found.names):
        more = f"{found.difference[row, cost]:+.1f} ± {found.difference_half_width[row, cost]:.1f}"
        lines.append(
            f"| {name} | {found.mean[row, cost]:.1f} | {more} | {found.mean[row, fill]:.3f} |"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    main(sys.argv[1:])
