"""Episodes of a policy with weights, compiled: what learners call thousands of times."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

import jax
import numpy as np
from jax import lax

from benchmarks.agents.seeing import OBSERVE
from inventory_hmarl import Case
from inventory_hmarl.core.arrays import Array
from inventory_hmarl.envs.functional import key_of, make_functional

STEEPEST = 1.0  # a slope that is longer is shortened to this
Weights: TypeAlias = dict[str, Array]
Costs: TypeAlias = Callable[[Weights, Array], Array]


def costs_of(case: Case, mode: str, policy: Callable[[Weights, Array], Array]) -> Costs:
    """Return the function from weights and a key to what an episode costs a day.

    It is of the customers after the warm-up, and of the decisions before them.
    """
    env = make_functional(case, actions=mode, observe=OBSERVE, precision="fast")
    first, last = max(1, case.warmup_days), case.days - 1

    def costs(weights: Weights, key: Array) -> Array:
        def day(carry: tuple, _: None) -> tuple[tuple, Array]:
            seen, state, reward, _, _ = env.step_env(key, carry[1], policy(weights, carry[0]))
            return (seen, state), reward

        _, rewards = lax.scan(day, env.reset(key), None, length=last)
        return -rewards[first - 1 :].mean()

    return costs


def keys_of(first: int, count: int) -> Array:
    """Return the keys of seeds `first`, `first` + 1, ...: uint32 `(count, 2)`."""
    return np.stack([key_of(seed) for seed in range(first, first + count)])


def adam(loss: Callable[[Weights, Array], Array], rates: Array) -> Callable[..., Weights]:
    """Return the compiled descent: weights and the keys of each step to weights.

    Sources: Kingma & Ba, "Adam: a method for stochastic optimization" (2015); of shortened slopes,
    Pascanu, Mikolov & Bengio, "On the difficulty of training recurrent neural networks" (2013).
    """
    slope_of = jax.grad(loss)

    def step(carry: tuple, now: tuple) -> tuple[tuple, None]:
        (weights, mean, square), (number, rate, keys) = carry, now
        slope = slope_of(weights, keys)
        size = jax.numpy.sqrt(sum((each**2).sum() for each in jax.tree.leaves(slope)))
        slope = jax.tree.map(lambda each: each / jax.numpy.maximum(size / STEEPEST, 1.0), slope)
        mean = jax.tree.map(lambda m, s: m + 0.1 * (s - m), mean, slope)
        square = jax.tree.map(lambda q, s: q + 0.01 * (s**2 - q), square, slope)

        def moved(weight: Array, m: Array, q: Array) -> Array:
            size = jax.numpy.sqrt(q / (1 - 0.99**number)) + 1e-6
            return weight - rate * m / (1 - 0.9**number) / size

        return (jax.tree.map(moved, weights, mean, square), mean, square), None

    @jax.jit
    def descend(weights: Weights, keys: Array) -> Weights:
        nothing = jax.tree.map(jax.numpy.zeros_like, weights)
        numbers = np.arange(1, len(rates) + 1, dtype=np.float32)
        carry, _ = lax.scan(step, (weights, nothing, nothing), (numbers, rates, keys))
        return carry[0]

    return descend
