"""Whether environments keep anything: memory before and after a million steps."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np

from benchmarks.cases import chain
from benchmarks.figures import Figure, figure, memory_of
from inventory_hmarl.envs.chain_env import ChainEnv
from inventory_hmarl.envs.parallel_env import ParallelChain
from inventory_hmarl.envs.vector_env import ChainVectorEnv

CORES = 1
CASE = chain(stores=3, skus=1, days=90)
STEPS, BEFORE = 1_000_000, 300_000
CHAINS = 1024


def figures() -> Iterator[Figure]:
    """Step each environment a million times, through some eleven thousand episodes."""
    for name, step in (
        ("Gymnasium", _single(ChainEnv(CASE))),
        ("PettingZoo, turn by turn", _several(ParallelChain(CASE, view="synchronous"))),
        (f"vector of {CHAINS:,} chains", _many(ChainVectorEnv(CHAINS, CASE))),
    ):
        size = CHAINS if "vector" in name else 1
        _repeat(step, BEFORE // size)
        before = memory_of("VmRSS")
        _repeat(step, STEPS // size)
        grown = (memory_of("VmRSS") - before) / 2**20
        yield figure(
            f"memory grown over a million steps, {name}", [grown], "MiB", "flat: less than 1"
        )


def _repeat(step: Callable[[], None], count: int) -> None:
    for _ in range(count):
        step()


def _single(env: ChainEnv) -> Callable[[], None]:
    env.reset(seed=1)
    action = np.full(env.action_space.shape, -0.8, np.float32)

    def step() -> None:
        if env.step(action)[3]:
            env.reset()

    return step


def _several(env: ParallelChain) -> Callable[[], None]:
    env.reset(seed=1)
    actions = {name: 0 * space.high - 0.8 for name, space in env.action_spaces.items()}

    def step() -> None:
        env.step(actions)
        if not env.agents:
            env.reset()

    return step


def _many(envs: ChainVectorEnv) -> Callable[[], None]:
    envs.reset(seed=1)
    action = np.full(envs.action_space.shape, -0.8, np.float32)

    def step() -> None:
        envs.step(action)

    return step
