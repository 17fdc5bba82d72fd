"""Decisions by policies: who decides for which points of each level."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Protocol

from inventory_hmarl.core.arrays import Array, Rows, join, take
from inventory_hmarl.core.day import Desk
from inventory_hmarl.core.network import Network
from inventory_hmarl.core.state import Memory, View


class Policy(Protocol):
    """A replenishment rule for some points: parameters in, orders out, nothing hidden.

    A rule that needs to remember keeps it in `memory`, any tree of arrays, which the simulator
    carries from day to day. A rule sees what `View` holds; `sees` names the costlier parts it wants
    ("demand", "echelon_position").
    """

    sees: ClassVar[frozenset[str]]

    def init(self, points: int, replications: int) -> Memory:
        """Return the memory before the first day."""

    def orders(self, view: View, memory: Memory) -> tuple[Array, Memory]:
        """Return units to order, `(P, R)`, >= 0, and the memory for tomorrow."""


@dataclass(frozen=True)
class Assignment:
    """A policy and the points of one level that it decides for."""

    policy: Policy
    points: Rows
    size: int  # number of points


@dataclass(frozen=True)
class LevelPolicies:
    """The policies of one level, which together decide for each of its points once."""

    assignments: tuple[Assignment, ...]
    order: Rows | None  # puts their points, one below the other, into the level's order

    @functools.cached_property
    def sees(self) -> frozenset[str]:
        """The costlier parts of the view that some of them want."""
        return frozenset[str]().union(*(a.policy.sees for a in self.assignments))


@dataclass(frozen=True)
class ByPolicy:
    """The `decide` of a network whose levels are run by policies."""

    levels: tuple[LevelPolicies, ...]

    def init(self, replications: int) -> Memory:
        """Return what the policies of each level remember before the first day."""
        return tuple(
            tuple(a.policy.init(a.size, replications) for a in level.assignments)
            for level in self.levels
        )

    def __call__(self, number: int, desk: Desk, memory: Memory) -> tuple[Array, Memory]:
        """Return the orders of level `number`, `(P, R)`, and its memory for tomorrow."""
        level = self.levels[number]
        view = desk.view(number, level.sees)
        if len(level.assignments) == 1:
            asked, renewed = level.assignments[0].policy.orders(view, memory[0])
            return asked, (renewed,)
        orders, kept = [], []
        for assignment, mine in zip(level.assignments, memory, strict=True):
            asked, renewed = assignment.policy.orders(rows_of(view, assignment.points), mine)
            orders.append(asked)
            kept.append(renewed)
        return join(orders, level.order), tuple(kept)


def rows_of(view: View, points: Rows) -> View:
    """Return what some points of a view's level may see."""

    def mine(array: Array | None) -> Array | None:
        return None if array is None else take(array, points)

    return View(
        view.day,
        take(view.on_hand, points),
        mine(view.waiting),
        take(view.on_order, points),
        take(view.inventory_position, points),
        mine(view.demand),
        mine(view.echelon_position),
    )


def everywhere(policy: Policy) -> Callable[[Network], ByPolicy]:
    """Return what makes one policy decide for every point of a network (see `simulate`)."""

    def policies(network: Network) -> ByPolicy:
        return ByPolicy(
            tuple(
                LevelPolicies((Assignment(policy, slice(None), len(level.points)),), None)
                for level in network.levels
            )
        )

    return policies
