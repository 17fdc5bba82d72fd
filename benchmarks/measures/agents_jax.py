"""Chains of agents on the JAX engine: actions in, observations and rewards out.

A day a call, as the vector environment has it, and a whole episode in one program, as learners that
are written in JAX have it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import jax
import jax.numpy as jnp
import numpy as np

from benchmarks.cases import chain
from benchmarks.figures import Figure, figure, per_second, timed
from inventory_hmarl import Keep, simulate
from inventory_hmarl.core.arrays import Array
from inventory_hmarl.envs.functional import ChainState, FunctionalChain, make_functional
from inventory_hmarl.envs.jax_chains import JaxChains
from inventory_hmarl.envs.scene import make_scene

CORES = 1
UNIT = "million chain-days/s"
CASE = chain(stores=3, skus=1, days=360)
COUNT = 1024


def figures() -> Iterator[Figure]:
    """Time episodes of random levels, and the plain compiled day beside it."""
    scene = make_scene(CASE, actions="order_up_to")
    model, episodes = scene.model_of(range(COUNT)), np.zeros(COUNT, np.uint32)
    share = np.random.default_rng(0).random((len(scene.controls), COUNT))
    numbers = np.floor(scene.high[:, None] * (0.25 + 0.25 * share))

    def episode(precision: str) -> None:
        chains = JaxChains(scene, model, episodes, precision=precision)
        while not chains.done:
            step = chains.proceed(numbers)
            chains.observation(), chains.earned(step)

    def plain() -> None:
        simulate(CASE, replications=COUNT, keep=Keep(kpis=False), engine="jax")

    beside = per_second(COUNT * CASE.days, timed(plain))
    against = f"the plain compiled day: {np.median(beside):.3g}"
    for precision in ("exact", "fast"):
        for how, run in (
            ("in one program, an action from what is seen", in_one_program(COUNT, precision)),
            ("the same, by jax.vmap", mapped(COUNT, precision)),
            ("a call a day", lambda p=precision: episode(p)),
        ):
            name = f"{COUNT:,} chains of agents, JAX, {precision}, {how}"
            rate = per_second(COUNT * CASE.days, timed(run))
            yield figure(name, rate, UNIT, f"at least 10; {against}")


def in_one_program(count: int, precision: str) -> Callable[[], None]:
    """Return what plays one episode of all chains, which stand in columns."""
    env = make_functional(CASE, actions="order_up_to", precision=precision, chains=count)
    program, keys = jax.jit(_playing(env, 0.25 * env.scene.high[:, None])), _keys(count)
    return lambda: jax.block_until_ready(program(keys))


def mapped(count: int, precision: str) -> Callable[[], None]:
    """Return what plays one episode of one chain, mapped over all."""
    env = make_functional(CASE, actions="order_up_to", precision=precision)
    program, keys = jax.jit(jax.vmap(_playing(env, 0.25 * env.scene.high))), _keys(count)
    return lambda: jax.block_until_ready(program(keys))


def _keys(count: int) -> Array:
    return np.stack([np.zeros(count, np.uint32), np.arange(count, dtype=np.uint32)], axis=1)


def _playing(env: FunctionalChain, base: Array) -> Callable[[Array], Array]:
    """Return what plays an episode by a linear policy of what is seen: rewards by keys."""
    shape = len(env.scene.controls), len(env.scene.table.entries)
    weights = np.random.default_rng(0).random(shape).astype(np.float32) / shape[1]

    def play(keys: Array) -> Array:
        def day(
            before: tuple[Array, ChainState], _: None
        ) -> tuple[tuple[Array, ChainState], Array]:
            seen, state = before
            action = jnp.floor(base + weights @ seen)
            seen, state, reward, *_ = env.step_env(keys, state, action)
            return (seen, state), reward

        return jax.lax.scan(day, env.reset(keys), None, length=CASE.days)[1]

    return play
