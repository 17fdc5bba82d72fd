"""RLlib: PPO on the event view, a policy for each kind of agent."""

from __future__ import annotations

import contextlib
import io
import runpy
import time
from pathlib import Path

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


def check(iterations: int) -> None:
    """Train a policy a kind of agent with PPO, and print what each iteration brought."""
    import ray
    from ray.rllib.algorithms.ppo import PPOConfig
    from ray.rllib.core.rl_module.multi_rl_module import MultiRLModuleSpec
    from ray.rllib.core.rl_module.rl_module import RLModuleSpec

    from inventory_hmarl import default_case
    from inventory_hmarl.envs.crew import Roles
    from inventory_hmarl.envs.rllib_env import MultiAgentChain

    case = default_case().changed(days=28)
    roles = Roles(actions="order_up_to", coordinator=["multipliers"])
    options = {"case": case, "roles": roles}
    probe = MultiAgentChain(options)
    kinds = {agent.name: agent.name.rsplit("_", 1)[0] for agent in probe.crew.agents}
    config = (
        PPOConfig()
        .environment(MultiAgentChain, env_config=options)
        .env_runners(num_env_runners=0)
        .training(train_batch_size_per_learner=400, minibatch_size=64, num_epochs=2)
        .multi_agent(
            policies=set(kinds.values()),
            policy_mapping_fn=lambda name, *_, **__: name.rsplit("_", 1)[0],
        )
        .rl_module(
            rl_module_spec=MultiRLModuleSpec(
                rl_module_specs={kind: RLModuleSpec() for kind in set(kinds.values())}
            )
        )
    )
    ray.init(include_dashboard=False, num_cpus=2, log_to_driver=False)
    start = time.perf_counter()
    algorithm = config.build_algo()
    print(f"built in {time.perf_counter() - start:.0f} s")
    for number in range(iterations):
        start = time.perf_counter()
        result = algorithm.train()["env_runners"]
        steps = sum(result["num_agent_steps_sampled"].values())
        mean = result.get("episode_return_mean", float("nan"))
        print(
            f"iteration {number + 1}: {steps} decisions of {len(kinds)} agents, "
            f"mean return {mean:.0f}, {time.perf_counter() - start:.1f} s"
        )
    trained = sorted(algorithm.env_runner.module.keys())
    assert trained == sorted(set(kinds.values())), trained
    algorithm.stop()
    ray.shutdown()
    print(f"rllib {ray.__version__}: trained {', '.join(trained)}")
    _short_example()


def _short_example() -> None:
    """The example of the hierarchy runs, and before training its agents are near the rules."""
    example = runpy.run_path(str(EXAMPLES / "hierarchy_with_rllib.py"))
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        short = {"iterations": 1, "decisions": 300, "days": 14, "episodes": 16}
        example["main"]([f"--{name}={number}" for name, number in short.items()])
    print(printed.getvalue())
    rows = [line.split("|")[1:-1] for line in printed.getvalue().splitlines() if "±" in line]
    assert [row[0].strip() for row in rows] == ["agents before training", "trained agents"]
    costs = [float(row[1]) for row in rows]
    assert costs[0] != costs[1]  # training has changed what they say
