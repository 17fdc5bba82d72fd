"""A neural network by gradient through the compiled day.

It begins at untuned levels: mean demand over lead time + 2 days. In a case of whole units
it trains in continuous ones with levels that are rounded as the case will round them, and through
which the gradient goes as if they were not (the "straight-through" estimate of Bengio, Léonard &
Courville, 2013). So did Alvo, Russo, Kanoria & Zhang, "Deep reinforcement learning for inventory
networks" (2023), whose network and gradient this follows.
"""

from __future__ import annotations

import functools

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from benchmarks.agents.deciding import as_agent, network, network_weights, places
from benchmarks.agents.playing import Agent
from benchmarks.agents.problem import Problem
from benchmarks.agents.rolling import Weights, adam, costs_of, keys_of
from benchmarks.agents.rules._tuning import with_rule
from benchmarks.agents.rules.base_stock import begin
from benchmarks.agents.seeing import sight
from inventory_hmarl.core.arrays import Array

NAME = "network, by gradient"
SEEDS = 5
HIDDEN, BATCH, STEPS, RATE = 16, 64, 1000, 0.01
DAYS, SKIPPED = 80, 20  # of an episode in training


def enter(problem: Problem, seed: int) -> Agent | None:
    """Return the trained network; None where an order costs, as its cost has no gradient."""
    if problem.mode != "order_up_to":
        return None
    return trained(problem, seed, STEPS)


def trained(problem: Problem, seed: int, steps: int) -> Agent:
    """Return the network after some steps of descent."""
    places, seen, policy, descend = _prepared(problem, steps)
    first = seed * steps * BATCH
    keys = keys_of(first, steps * BATCH).reshape(steps, BATCH, 2)
    weights = descend(network_weights(places, seen, HIDDEN, seed), keys)
    return as_agent(problem.case, problem.mode, policy, weights)


@functools.lru_cache(maxsize=1)  # compiled once for all seeds
def _prepared(problem: Problem, steps: int) -> tuple:
    """Return the places, what is seen of them, the policy, and the compiled descent."""
    case = with_rule(problem.case, "base_stock", begin)
    smooth = case.changed(days=DAYS, warmup_days=SKIPPED, units="continuous")
    seen = sight(case, problem.mode)
    where = places(case, problem.mode)
    policy = functools.partial(network, where, seen)

    def rounded(weights: Weights, observation: Array) -> Array:
        levels = policy(weights, observation)
        return levels + lax.stop_gradient(jnp.floor(levels + 0.5) - levels)

    whole = case.units == "whole"
    costs = costs_of(smooth, problem.mode, rounded if whole else policy)

    def loss(weights: Weights, keys: Array) -> Array:
        return jax.vmap(costs, in_axes=(None, 0))(weights, keys).mean()

    rates = RATE * 0.03 ** (np.arange(steps) / steps)
    return where, seen, policy, adam(loss, rates.astype(np.float32))
