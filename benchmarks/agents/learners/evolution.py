"""The tuned rule, whose levels follow what is seen: weights evolved by CMA-ES on compiled chains.

Each level (s and S - s of a pair) is the tuned rule's times exp(a linear function of what is seen),
with weights that places of one kind share. All candidates of a generation meet the same fresh
customers. Source: Hansen, "The CMA evolution strategy: a tutorial" (2016); the package `cmaes`.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass

import jax
import numpy as np
from cmaes import CMA

from benchmarks.agents.deciding import Places, Policy, as_agent, places, scaled
from benchmarks.agents.playing import Agent
from benchmarks.agents.problem import Problem
from benchmarks.agents.rolling import Weights, costs_of, keys_of
from benchmarks.agents.rules import base_stock, reorder_point
from benchmarks.agents.rules._tuning import tuned_case
from benchmarks.agents.seeing import Sight, sight
from inventory_hmarl.core.arrays import Array

NAME = "levels that follow the state, evolved"
SEEDS = 5
MEMBERS, BATCH, GENERATIONS, SPREAD = 16, 64, 120, 0.05
RULES = {"order_up_to": ("base_stock", base_stock.begin), "s_S": ("s_S", reorder_point.begin)}


def enter(problem: Problem, seed: int) -> Agent:
    """Return the evolved policy."""
    return evolved(problem, seed, GENERATIONS)


def evolved(problem: Problem, seed: int, generations: int) -> Agent:
    """Return the policy after some generations: the mean of the last one."""
    shape = _prepared(problem)
    search = CMA(np.zeros(shape.size), SPREAD, population_size=MEMBERS, seed=seed)
    for generation in range(generations):
        asked = np.array([search.ask() for _ in range(MEMBERS)])
        keys = keys_of((seed * generations + generation) * BATCH, BATCH)
        found = np.asarray(shape.costs(shape.weights(asked), keys), float)
        search.tell(list(zip(asked, found.tolist(), strict=True)))
    weights = {name: array[0] for name, array in shape.weights(search.mean[None]).items()}
    return as_agent(problem.case, problem.mode, shape.policy, weights)


@dataclass(frozen=True)
class Prepared:
    """What is made once for all seeds of a problem."""

    policy: Policy
    costs: Callable[[Weights, Array], Array]  # of candidates, on given customers
    used: Array  # (kinds, F + 1, parts) bool: which weights matter

    @property
    def size(self) -> int:
        """How many weights are searched for."""
        return int(self.used.sum())

    def weights(self, found: Array) -> Weights:
        """Return the weights of candidates `(C, size)`."""
        whole = np.zeros((len(found), *self.used.shape), np.float32)
        whole[:, self.used] = found
        return {"seen": whole[:, :, 1:], "shift": whole[:, :, 0]}


@functools.lru_cache(maxsize=1)
def _prepared(problem: Problem) -> Prepared:
    """Tune the rule, see what there is to see where it decides, and compile."""
    case, mode = problem.case, problem.mode
    rule, begin = RULES[mode]
    case = tuned_case(case, rule, begin, seed=0)
    seen = sight(case, mode, coarse=mode == "s_S")
    where = places(case, mode)
    policy = functools.partial(scaled, where, seen)
    one = jax.vmap(costs_of(case, mode, policy), in_axes=(None, 0))
    costs = jax.jit(jax.vmap(lambda weights, keys: one(weights, keys).mean(), in_axes=(0, None)))
    return Prepared(policy, costs, _used(where, seen))


def _used(where: Places, seen: Sight) -> Array:
    """Return which weights of which kinds see something that varies, and all the constants."""
    used = np.ones((where.count, seen.mean.shape[1] + 1, where.base.shape[1]), bool)
    for kind in range(where.count):
        varies = seen.scale[where.kinds == kind].any(axis=0)
        used[kind, 1:] = varies[:, None]
    return used
