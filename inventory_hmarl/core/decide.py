"""Decisions by policies: who decides for which points of each level."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, Protocol

import numpy as np

from inventory_hmarl.core.arrays import Array, Rows, fold, inverse, join, namespace, running, take
from inventory_hmarl.core.day import Desk
from inventory_hmarl.core.day.desk import LaneChoice
from inventory_hmarl.core.network import Network
from inventory_hmarl.core.state import Memory, View


class Policy(Protocol):
    """A replenishment rule for some points: parameters in, orders out, nothing hidden.

    A rule that needs to remember keeps it in `memory`, any tree of arrays, which the simulator
    carries from day to day. A rule sees what `View` holds; `sees` names the costlier parts it wants
    ("demand", "echelon_position", "arriving", "ages", "foreseen").

    A rule that chooses among a point's lanes says on how many as its class attribute `lanes`, and
    returns `(lanes, P, R)`: the orders on each point's lanes, the fastest first.
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
class ByLane:
    """How the orders of rules that choose among lanes become those of lines."""

    order: Rows | None  # puts such rules' lines, rule by rule and lane by lane, and then all others
    others: int  # lines that the lanes' shares divide orders over, into line order
    chosen: Array  # (L, 1) bool, which lines a rule chooses

    def choice(self, parts: Sequence[Array], like: Array) -> LaneChoice:
        """Return which lines rules want their orders `(lanes, P, R)` on."""
        library = namespace(like)
        start, end = [], []
        for orders in parts:
            until = running(orders)[:-1]
            nothing = library.zeros_like(orders[:1])
            start.append(library.concatenate((nothing, until)).reshape(-1, orders.shape[-1]))
            end.append(library.concatenate((until, nothing + np.inf)).reshape(start[-1].shape))
        if self.others:
            rest = library.zeros((self.others, like.shape[-1]), dtype=like.dtype)
            start.append(rest)
            end.append(rest)
        return LaneChoice(join(start, self.order), join(end, self.order), self.chosen)


@dataclass(frozen=True)
class LevelPolicies:
    """The policies of one level, which together decide for each of its points once."""

    assignments: tuple[Assignment, ...]
    order: Rows | None  # puts their points, one below the other, into the level's order
    by_lane: ByLane | None = None  # None: no policy chooses among lanes

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
            orders, kept = [asked], [renewed]
        else:
            orders, kept = [], []
            for assignment, mine in zip(level.assignments, memory, strict=True):
                asked, renewed = assignment.policy.orders(rows_of(view, assignment.points), mine)
                orders.append(asked)
                kept.append(renewed)
        if level.by_lane is not None:
            by_lane = [asked for asked in orders if asked.ndim > view.on_hand.ndim]
            desk.choose(number, level.by_lane.choice(by_lane, view.on_hand))
            orders = [fold(a) if a.ndim > view.on_hand.ndim else a for a in orders]
        return join(orders, level.order), tuple(kept)


def level_policies(
    assignments: tuple[Assignment, ...], order: Rows | None, owner: Array, lead_time: Array
) -> LevelPolicies:
    """Return the policies of a level; `owner` (L,) is the point that each line supplies.

    Raises ValueError where a rule that chooses among lanes has a point with more or fewer of them.
    """
    every, points = np.arange(owner.size), np.arange(int(owner.max()) + 1)
    mine = [
        lanes_of(take(points, each.points), owner, lead_time, count)
        for each in assignments
        if (count := getattr(each.policy, "lanes", 0))
    ]
    if not mine:
        return LevelPolicies(assignments, order)
    chosen = np.concatenate([rows.reshape(-1) for rows in mine])
    others = np.setdiff1d(every, chosen)
    taken = np.isin(every, chosen)[:, None]
    by_lane = ByLane(inverse(np.concatenate([chosen, others])), others.size, taken)
    return LevelPolicies(assignments, order, by_lane)


def lanes_of(points: Array, owner: Array, lead_time: Array, lanes: int) -> Array:
    """Return the lines that supply each point, the fastest first, `(lanes, points)`.

    `owner` (L,) ascending is the point of each line. Lanes that are equally fast stand in the order
    of the lines.

    >>> lanes_of(np.array([0, 1]), np.array([0, 0, 1, 1]), np.array([3, 1, 0, 2]), 2)
    array([[1, 2],
           [0, 3]])
    """
    order = np.lexsort((np.arange(owner.size), lead_time, owner))
    count = np.bincount(owner, minlength=int(points.max()) + 1)
    if (count[points] != lanes).any():
        raise ValueError(f"a rule that orders on {lanes} lanes has a point with another number")
    first = np.cumsum(count) - count
    return order[first[points] + np.arange(lanes)[:, None]]


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
        mine(view.arriving),
        mine(view.ages),
        mine(view.foreseen),
    )


def everywhere(policy: Policy) -> Callable[[Network], ByPolicy]:
    """Return what makes one policy decide for every point of a network (see `simulate`)."""

    def policies(network: Network) -> ByPolicy:
        return ByPolicy(
            tuple(
                level_policies(
                    (Assignment(policy, slice(None), len(level.points)),),
                    None,
                    take(np.arange(len(level.points)), level.point_of_line),
                    level.lines.lead_time,
                )
                for level in network.levels
            )
        )

    return policies
