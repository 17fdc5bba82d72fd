"""Chains side by side, from moment to moment: the NumPy engine of every environment."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np

from inventory_hmarl.core.arrays import Array, Ring
from inventory_hmarl.core.day import Shares
from inventory_hmarl.core.horizon import draw_block
from inventory_hmarl.core.model import Model, initial_state
from inventory_hmarl.core.state import Chance, Flows, LevelShipments, State
from inventory_hmarl.engines import check_choice
from inventory_hmarl.envs.acting import Acting
from inventory_hmarl.envs.moments import Moment, begin, proceed
from inventory_hmarl.envs.scene import Scene

Tree: TypeAlias = Any  # of tuples, rings and arrays
Watch: TypeAlias = Callable[[State, Flows], None]  # a day is over: where it led, what happened

WORDS_AHEAD = 2**16  # demand is drawn for some days at once; which never shows in results


class Chains:
    """Some chains on the same day. Chain i has a seed and an episode of its own.

    Advanced in place; what it hands out is never changed afterwards.
    """

    def __init__(
        self, scene: Scene, model: Model, episodes: Array, moment: Moment | None = None
    ) -> None:
        """Begin at day 1, or go on from a moment. `episodes` (R,) uint32; `model` has the seeds."""
        self.scene, self.model, self.episodes = scene, model, episodes
        self._ahead: list[Chance] = []
        self._drawn_from = 1
        if moment is None:
            start = initial_state(model, episodes.size)
            moment = begin(model.network, start, self._chance(1))
        self.moment = moment
        self.acting: Acting | None = None  # of the last day
        self.watch: Watch | None = None  # told of each day

    @property
    def day(self) -> int:
        """Days completed."""
        return self.moment.state.day

    @property
    def done(self) -> bool:
        """Whether the last day is over."""
        return self.day >= self.model.days

    def decide(self, numbers: Array) -> Acting:
        """Return the `decide` that carries out an action, `(controls, R)`."""
        scene = self.scene
        return Acting(scene.actions, self.model.policies, scene.expected, numbers)

    def proceed(self, numbers: Array, shares: Shares | None = None) -> tuple[LevelShipments, ...]:
        """Carry out an action `(controls, R)`; return the orders and moves of the day."""
        day = self.moment.state.day + 1
        self.acting, sales = self.decide(numbers), self.moment.sales
        tomorrow = self._chance(day + 1) if day < self.model.days else None
        self.moment, shipments = proceed(
            self.model.network, self.moment, self.acting, self._chance(day), tomorrow, shares
        )
        if self.watch is not None:
            self.watch(self.moment.state, Flows(sales, shipments))
        return shipments

    def observation(self) -> Array:
        """Return what there is to see, float32 `(R, entries)`: a view whose chains lie together."""
        return self.scene.table.seen(self.moment).T

    def earned(self, shipments: Sequence[LevelShipments] | None) -> Array:
        """Return what each location has earned since the last moment, `(locations, R)` money."""
        return self.scene.earnings.of(shipments, self.moment)

    def earned_in_all(self, shipments: Sequence[LevelShipments] | None) -> Array:
        """Return what the whole chain has earned since the last moment, `(R,)` money."""
        return self.scene.earnings.total(shipments, self.moment)

    def clipped(self, shipments: Sequence[LevelShipments] | None) -> Array:
        """Return the units asked for and not ordered, or ordered unasked, in all: `(R,)`.

        What is beyond a limit on stock is not ordered, nor is less than nothing, nor anything on
        days on which a location or a disruption lets nothing be ordered.
        """
        total = np.zeros(self.episodes.size)
        if self.acting is None or shipments is None:
            return total
        network = self.model.network
        for number, asked in self.acting.asked.items():
            if self.acting.may_clip(number, network):
                ordered = network.levels[number].lines_of_point.sum(shipments[number].ordered)
                total = total + np.abs(asked - ordered).sum(axis=0)
        return total

    def clipped_by_location(self, shipments: Sequence[LevelShipments]) -> Array | None:
        """Return `clipped` of each location, `(locations, R)`; None where nothing is."""
        network, acting, off = self.model.network, self.acting, dict[int, Array]()
        if acting is None:
            return None
        for number, asked in acting.asked.items():
            if acting.may_clip(number, network):
                ordered = network.levels[number].lines_of_point.sum(shipments[number].ordered)
                off[number] = np.abs(asked - ordered)
        if not any(units.any() for units in off.values()):
            return None
        nothing = np.zeros(self.episodes.size)
        return np.stack(
            [
                off[place.level][place.rows].sum(axis=0) if place.level in off else nothing
                for place in self.scene.places
            ]
        )

    def today(self) -> Chance:
        """Return the chance of the day whose orders are next."""
        return self._chance(self.moment.state.day + 1)

    def _chance(self, day: int) -> Chance:
        if not 0 <= day - self._drawn_from < len(self._ahead):
            rows = self.model.demand.rows * self.episodes.size
            days = min(max(2, WORDS_AHEAD // max(rows, 1)), self.model.days - day + 1)
            block = draw_block(self.model, self.episodes, day, days)
            kept = self._ahead[-1:] if day == self._drawn_from + len(self._ahead) else []
            self._ahead = kept + block.chances(self.model)
            self._drawn_from = day - len(kept)
        return self._ahead[day - self._drawn_from]

    def some(self, chosen: Array, model: Model) -> Chains:
        """Return some of the chains, `chosen` (n,), as they stand; `model` has their seeds."""
        moment = mapped(self.moment, lambda array: array[..., chosen])
        return Chains(self.scene, model, self.episodes[chosen], moment)


def chains_of(engine: str) -> type[Chains]:
    """Return the chains of an engine; errors are those of `engines.check_choice`."""
    check_choice(engine)
    if engine == "numpy":
        return Chains
    module: Any = importlib.import_module("inventory_hmarl.envs.jax_chains")
    chains: type[Chains] = module.JaxChains  # whose methods are the same
    return chains


def mapped(tree: Tree, change: Callable[[Array], Array]) -> Tree:
    """Return a tree of tuples with every array of it changed."""
    if isinstance(tree, np.ndarray):
        return change(tree)
    if isinstance(tree, Ring):
        return Ring(change(slot) for slot in tree)
    if isinstance(tree, tuple):
        parts = [mapped(part, change) for part in tree]
        return type(tree)(*parts) if hasattr(tree, "_fields") else tuple(parts)
    return tree
