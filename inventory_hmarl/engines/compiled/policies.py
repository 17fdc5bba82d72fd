"""Policies as compiled days ask them: one that cannot be compiled is named, with the next move."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp

from inventory_hmarl.core.arrays import Array
from inventory_hmarl.core.decide import Assignment, ByPolicy, LevelPolicies, Policy
from inventory_hmarl.core.state import Memory, View
from inventory_hmarl.engines import EngineError

NEXT_MOVE = (
    "Use namespace(array).maximum, where and the like in the place of NumPy's functions, of "
    "branches on values and of changing arrays in place (docs/engines.md), or choose "
    'engine="numpy".'
)
# What tracing makes of code that needs numbers: JAX's own errors, and what its arrays lack.
UNTRACEABLE = (jax.errors.JAXIndexError, TypeError, AttributeError)


def named(policies: ByPolicy) -> ByPolicy:
    """Return the policies, of which one that cannot be compiled says so by its name."""
    levels = tuple(_level(level) for level in policies.levels)
    return dataclasses.replace(policies, levels=levels)


def _level(level: LevelPolicies) -> LevelPolicies:
    return dataclasses.replace(level, assignments=tuple(map(_assignment, level.assignments)))


def _assignment(assignment: Assignment) -> Assignment:
    policy: Any = _Named(assignment.policy)  # what it sees is its object's, not its class's
    return dataclasses.replace(assignment, policy=policy)


@dataclass(frozen=True)
class _Named:
    """A policy whose errors in compiling name it."""

    policy: Policy

    @property
    def sees(self) -> frozenset[str]:
        """The costlier parts of the view that the policy wants."""
        return self.policy.sees

    def init(self, points: int, replications: int) -> Memory:
        """Return the memory before the first day."""
        return self.policy.init(points, replications)

    def orders(self, view: View, memory: Memory) -> tuple[Array, Memory]:
        """Return the policy's orders, in the type of the stock, and its memory."""
        try:
            orders, renewed = self.policy.orders(view, memory)
        except UNTRACEABLE as error:
            raise self._refusal(str(error).strip().split("\n")[0]) from error
        before, after = _kinds(memory), _kinds(renewed)
        if before != after:
            why = f"its memory is {before} before a day and {after} after it, and must stay alike."
            raise self._refusal(why)
        return jnp.asarray(orders, view.on_hand.dtype), renewed

    def _refusal(self, why: str) -> EngineError:
        name = type(self.policy).__name__
        return EngineError(f"policy {name} cannot be compiled: {why} {NEXT_MOVE}")


def _kinds(memory: Memory) -> str:
    """Return the shape and type of each array of a memory, as text."""
    kinds = [f"{a.dtype}{list(a.shape)}" for a in map(jnp.asarray, jax.tree.leaves(memory))]
    return f"({', '.join(kinds)})"
