"""Which numbers of an action go where, and the `decide` that carries them out."""

from __future__ import annotations

import functools
from dataclasses import dataclass, field

import numpy as np

from inventory_hmarl.core.arrays import Array, Rows, join, take
from inventory_hmarl.core.day import Desk
from inventory_hmarl.core.decide import ByPolicy, rows_of
from inventory_hmarl.core.network import Network
from inventory_hmarl.core.state import Memory
from inventory_hmarl.envs.modes import MODES, Asked, at_least_nothing

NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Block:
    """Points of one level that agents decide for in one mode."""

    mode: str
    rows: Rows  # of the level's points
    size: int  # number of points
    places: tuple[Rows, ...]  # where each part's numbers stand in an action: (size,) each


@dataclass(frozen=True)
class LevelAction:
    """Who decides at one level: agents for the blocks, the case's rules for the rest."""

    blocks: tuple[Block, ...]
    rest: Rows | None  # points that keep their rule; None: there are none
    order: Rows | None  # puts the rest's orders and then the blocks' into the level's order

    @functools.cached_property
    def asks_rules(self) -> bool:
        """Whether the rules must be heard."""
        return self.rest is not None or any(MODES[block.mode].base for block in self.blocks)

    @functools.cached_property
    def below(self) -> bool:
        """Whether some agent may ask for less than nothing."""
        return any(MODES[block.mode].below for block in self.blocks)


@dataclass
class Acting:
    """The `decide` of one day, on which agents have said their numbers.

    `asked[level]` is what was asked for once that level has decided, `(P, R)` units.
    """

    levels: tuple[LevelAction | None, ...]  # None: rules alone
    rules: ByPolicy
    expected: tuple[Array, ...]  # (days, P) a level: mean demand per day over lead time + 1 days
    numbers: Array  # (entries, R)
    asked: dict[int, Array] = field(default_factory=dict)

    def __call__(self, number: int, desk: Desk, memory: Memory) -> tuple[Array, Memory]:
        """Return the orders of level `number`, `(P, R)`, and its memory for tomorrow."""
        plan, ruled = self.levels[number], None
        if plan is None:
            return self.rules(number, desk, memory)
        if plan.asks_rules:
            ruled, memory = self.rules(number, desk, memory)
        view, parts = desk.view(number, NOTHING), []
        if plan.rest is not None and ruled is not None:
            parts.append(take(ruled, plan.rest))
        whole = plan.rest is None and len(plan.blocks) == 1
        for block in plan.blocks:
            mode = MODES[block.mode]
            asked = Asked(
                tuple(take(self.numbers, places) for places in block.places),
                view if whole else rows_of(view, block.rows),
                take(ruled, block.rows) if mode.base and ruled is not None else None,
                self._expected(number, desk, block) if mode.expected else None,
                desk.network.whole_units,
            )
            parts.append(mode.orders(asked))
        orders = join(parts, plan.order)
        self.asked[number] = orders
        return at_least_nothing(orders) if plan.below else orders, memory

    def may_clip(self, number: int, network: Network) -> bool:
        """Whether what is asked for at a level may not be what is ordered."""
        plan, level, troubles = self.levels[number], network.levels[number], network.disruptions
        return (
            (plan is not None and plan.below)
            or level.max_inventory is not None
            or level.review is not None
            or (troubles is not None and troubles.levels[number].orders is not None)
        )

    def _expected(self, number: int, desk: Desk, block: Block) -> Array:
        days = desk.library.asarray(self.expected[number])
        return take(days[desk.day][:, None], block.rows)


def level_action(blocks: list[Block], points: int) -> LevelAction | None:
    """Return who decides for the `points` points of a level."""
    if not blocks:
        return None
    every = np.arange(points)
    taken = [every[block.rows] for block in blocks]
    rest = np.setdiff1d(every, np.concatenate(taken))
    standing = np.concatenate([rest, *taken])
    order = None if np.array_equal(standing, every) else np.argsort(standing)
    return LevelAction(tuple(blocks), rest if rest.size else None, order)
