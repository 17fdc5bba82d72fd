"""Environments as agents call them: a step with observation, reward and info."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from benchmarks.cases import chain
from benchmarks.figures import Figure, figure, per_second, timed
from inventory_hmarl.envs.chain_env import ChainEnv
from inventory_hmarl.envs.crew import Roles
from inventory_hmarl.envs.event_env import EventChain
from inventory_hmarl.envs.observations import Observe
from inventory_hmarl.envs.parallel_env import ParallelChain
from inventory_hmarl.envs.vector_env import ChainVectorEnv

CORES = 1
CASE = chain(stores=3, skus=1, days=90)
EPISODES = 20
CHAINS = 1024


def figures() -> Iterator[Figure]:
    """Time one chain at a time, and many."""
    name = "3 stores + 1 warehouse, 1 SKU"
    for mode, engine in itertools.product(("units", "order_up_to"), ("numpy", "jax")):
        single = ChainEnv(CASE, actions=mode, observe=Observe("global"), engine=engine)
        seconds = timed(_episodes(single, EPISODES))
        yield figure(
            f"Gymnasium step, {name}, actions {mode}, {engine}",
            per_second(EPISODES * CASE.days, seconds, 1e3),
            "thousand steps/s",
            "at least 20; best peer 15",
        )
    led = Roles(coordinator=["multipliers"])
    for view, env, target in (
        ("PettingZoo, all at once, numpy", ParallelChain(CASE), "at least 8"),
        ("PettingZoo, all at once, jax", ParallelChain(CASE, engine="jax"), "at least 8"),
        ("PettingZoo, turn by turn", ParallelChain(CASE, view="synchronous"), "at least 8"),
        ("PettingZoo, coordinator", ParallelChain(CASE, view="synchronous", roles=led), ""),
        ("event view (RLlib), coordinator", EventChain(CASE, roles=led), ""),
    ):
        steps, seconds = _turns(env)
        rate = per_second(steps, seconds, 1e3)
        yield figure(f"{view}, {name}", rate, "thousand steps/s", target)
    many = ChainVectorEnv(CHAINS, CASE, actions="units", observe=Observe("global"))
    seconds = timed(_episodes(many, 1))
    yield figure(
        f"vector environment of {CHAINS:,} chains, {name}, NumPy",
        per_second(CHAINS * CASE.days, seconds),
        "million chain-days/s",
        "at least 3",
    )


def _turns(env: ParallelChain | EventChain) -> tuple[int, Sequence[float]]:
    """Return how many turns some episodes have, and the seconds that they take."""
    actions = {name: 0 * space.high - 0.8 for name, space in env.action_spaces.items()}
    steps = 0

    def run() -> None:
        nonlocal steps
        steps = 0
        for _ in range(EPISODES):
            seen, _ = env.reset()
            while env.agents:
                seen, *_ = env.step({name: actions[name] for name in seen})
                steps += 1

    env.reset(seed=1)
    seconds = timed(run)
    return steps, seconds


def _episodes(env: ChainEnv | ChainVectorEnv, count: int) -> Callable[[], None]:
    """Return what runs some episodes of an action that does not change."""
    env.reset(seed=1)
    action = np.full(env.action_space.shape, -0.8, np.float32)

    def run() -> None:
        for _ in range(count):
            env.reset()
            for _ in range(CASE.days):
                env.step(action)

    return run
