"""Rules that jump, relaxed: chance decides near the jump."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from inventory_hmarl.core.arrays import Array, fold
from inventory_hmarl.core.chance import DAYS_PER_BLOCK, exceeds, words_of_pairs
from inventory_hmarl.core.decide import Assignment, ByPolicy, Policy
from inventory_hmarl.core.state import Memory, View


class Draws(NamedTuple):
    """What the draws of hesitant rules depend on."""

    keys: tuple[tuple[Array, ...], ...]  # (2, P, 1) uint32 an assignment of each level
    replications: Array  # (R,) uint32
    temperature: float  # units


@dataclass(frozen=True)
class Hesitant:
    """A rule that draws whether an order is due: 1 in 2 at the jump, seldom far above it.

    The chance is 1 / (1 + exp(-distance / temperature)). Memory is the rule's, and the logarithm of
    the chance of all draws so far, `(P, R)`.
    """

    rule: Any  # with `distance` and `orders_if`
    temperature: float  # units
    key: Array  # (2, P, 1) uint32
    replications: Array  # (R,) uint32

    @property
    def sees(self) -> frozenset[str]:
        """What the rule sees."""
        return self.rule.sees

    def init(self, points: int, replications: int) -> Memory:
        """Return the rule's memory, and that nothing was drawn."""
        return self.rule.init(points, replications), np.zeros((points, replications))

    def orders(self, view: View, memory: Memory) -> tuple[Array, Memory]:
        """Return the rule's orders where one is drawn, `(P, R)` units.

        None are negative, even where descent passed what the rule allows.
        """
        mine, likelihood = memory
        odds = self.rule.distance(view) / self.temperature
        due = ~exceeds(self._words(view.day), jax.nn.sigmoid(odds))
        orders, renewed = self.rule.orders_if(due, view, mine)
        chance = jax.nn.log_sigmoid(jnp.where(due, odds, -odds))
        return jnp.maximum(orders, 0.0), (renewed, likelihood + chance)

    def _words(self, day: int) -> Array:
        """Return the words of a day, `(P, R)` uint32."""
        pair = jnp.asarray([day // DAYS_PER_BLOCK]).astype(jnp.uint32)
        return words_of_pairs(self.key, self.replications, pair)[day % DAYS_PER_BLOCK]


def hesitating(deciding: ByPolicy, rules: Sequence[Policy], draws: Draws) -> ByPolicy:
    """Return who decides: rules in the place of their numbers, hesitant ones where they jump."""

    def hesitant(assignment: Assignment, key: Array) -> Assignment:
        number: Any = assignment.policy
        rule = rules[number]
        if getattr(rule, "jumps", False):
            rule = Hesitant(rule, draws.temperature, key, draws.replications)
        return dataclasses.replace(assignment, policy=rule)

    return ByPolicy(
        tuple(
            dataclasses.replace(level, assignments=tuple(map(hesitant, level.assignments, keys)))
            for level, keys in zip(deciding.levels, draws.keys, strict=True)
        )
    )


def likelihood_of(deciding: ByPolicy, memory: Memory) -> Array:
    """Return the logarithm of the chance of all draws so far, `(R,)`; 0 where nobody draws."""
    drawn = [
        fold(mine[1])
        for level, of_level in zip(deciding.levels, memory, strict=True)
        for assignment, mine in zip(level.assignments, of_level, strict=True)
        if isinstance(assignment.policy, Hesitant)
    ]
    return sum(drawn, jnp.zeros(()))
