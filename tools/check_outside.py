"""Check the agents' environments with libraries that need an environment of their own.

`python tools/check_outside.py rllib` trains RLlib's PPO on the event view for a few iterations;
`python tools/check_outside.py torchrl` runs TorchRL's `check_env_specs` on the PettingZoo views.
Each makes `.bench/rllib` or `.bench/torchrl` once (1.4 and 0.8 GB); with `--python PATH`, one that
is there already is used. PyTorch for CPU: set `PIP_EXTRA_INDEX_URL` to
https://download.pytorch.org/whl/cpu.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BASE = ["click>=8.1", "numpy>=2.0", "pydantic>=2.7", "rich>=13.7", "pettingzoo>=1.25", "torch>=2"]
NEEDS = {"rllib": ["ray[rllib]>=2.60"], "torchrl": ["torchrl>=0.10"]}


def main() -> None:
    """Make the environment if need be, and run the check in it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("library", choices=NEEDS)
    parser.add_argument("--python", type=Path, help="an interpreter that has the library")
    parser.add_argument("--iterations", type=int, default=3, help="of training (rllib)")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        sys.path.insert(0, str(ROOT))
        train(options.iterations) if options.library == "rllib" else check_specs()
        return
    python = options.python or made(options.library)
    command = [str(python), __file__, options.library, "--inside"]
    command += ["--iterations", str(options.iterations)]
    sys.exit(subprocess.call(command, cwd=ROOT))


def made(library: str) -> Path:
    """Return the interpreter of a library's own environment, made now if need be."""
    folder = ROOT / ".bench" / library
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    stamp = folder / "made"
    if not stamp.exists():
        subprocess.check_call([sys.executable, "-m", "venv", "--clear", str(folder)])
        subprocess.check_call([str(python), "-m", "pip", "install", "-q", *BASE, *NEEDS[library]])
        stamp.touch()
    return python


def train(iterations: int) -> None:
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


def check_specs() -> None:
    """Run TorchRL's check on both views, with and without masks."""
    import torchrl
    from torchrl.envs import PettingZooWrapper
    from torchrl.envs.utils import check_env_specs

    from inventory_hmarl import default_case
    from inventory_hmarl.envs.crew import Roles
    from inventory_hmarl.envs.parallel_env import VIEWS, ParallelChain

    case = default_case().changed(days=28)
    for view in VIEWS:
        for name, options in {
            "numbers": {"roles": Roles(coordinator=["multipliers", "shares"])},
            "choices": {"choices": 3, "roles": Roles(actions="units")},
        }.items():
            env = ParallelChain(case, view=view, **options)
            wrapped = PettingZooWrapper(
                env, return_state=True, use_mask=True, categorical_actions=True
            )
            check_env_specs(wrapped)
            groups = {group: list(names) for group, names in wrapped.group_map.items()}
            wrapped.rollout(40)
            print(f"torchrl {torchrl.__version__}, {view}, {name}: passed; groups {groups}")


if __name__ == "__main__":
    main()
