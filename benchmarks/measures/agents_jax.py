"""Chains of agents on the JAX engine: actions in, observations and rewards out, a day a call."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from benchmarks.cases import chain
from benchmarks.figures import Figure, figure, per_second, timed
from inventory_hmarl import Keep, simulate
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
    for precision, bar in (("exact", "at least 10"), ("fast", "")):
        seconds = timed(lambda p=precision: episode(p))
        name = f"{COUNT:,} chains of agents, JAX, {precision}, observations and rewards included"
        yield figure(
            name,
            per_second(COUNT * CASE.days, seconds),
            UNIT,
            "; ".join(filter(None, (bar, against))),
        )
