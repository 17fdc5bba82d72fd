"""Gymnasium spaces of a scene, and actions turned into its numbers."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from inventory_hmarl.core.arrays import Array, Rows, take
from inventory_hmarl.envs.moments import Moment
from inventory_hmarl.envs.observations import Entry
from inventory_hmarl.envs.scene import Scene
from inventory_hmarl.extras import missing

try:
    import gymnasium
    from gymnasium import spaces
except ModuleNotFoundError as error:
    raise missing("rl", "inventory_hmarl.envs") from error

__all__ = ["Actions", "actions", "gymnasium", "observation_space"]

FEWEST_CHOICES = 2
FEW = 16


def observation_space(entries: tuple[Entry, ...]) -> spaces.Box:
    """Return the space of some numbers that are seen: float32 `(entries,)`, finite bounds."""
    low, high = (
        np.array([getattr(each, side) for each in entries], np.float32) for side in ("low", "high")
    )
    return spaces.Box(low, high, dtype=np.float32)


@dataclass(frozen=True)
class Actions:
    """Some of a scene's numbers as a space.

    By default a box from -1 to 1, as learning libraries want it: -1 is a number's least value, 1
    its most. With `scaled=False` the box has the numbers themselves. With `choices`, choice k is
    the k-th of as many equal steps from least to most; in whole units a step is rounded to a unit,
    halves up.
    """

    rows: tuple[int, ...]  # which of the scene's numbers these are
    names: tuple[str, ...]
    low: Array  # (n, 1)
    high: Array  # (n, 1)
    scaled: bool
    values: Array | None  # (n, choices)

    @property
    def space(self) -> spaces.Space[Any]:
        """The Gymnasium space: `Box` `(n,)`, or `MultiDiscrete`; `Discrete` of one number."""
        if self.values is None:
            low, high = self._bounds
            return spaces.Box(low, high, dtype=np.float32)
        count, choices = self.values.shape
        if count == 1:
            return spaces.Discrete(choices)
        return spaces.MultiDiscrete([choices] * count)

    @functools.cached_property
    def _bounds(self) -> tuple[Array, Array]:
        """What an action may be, `(n,)` each."""
        if self.values is not None:
            count, choices = self.values.shape
            return np.zeros(count), np.full(count, choices - 1)
        if self.scaled:
            ones = np.ones(len(self.names), np.float32)
            return -ones, ones
        return self.low[:, 0].astype(np.float32), self.high[:, 0].astype(np.float32)

    @functools.cached_property
    def _span(self) -> tuple[Array, Array]:
        """The middle of each number's range, and half its width, `(n, 1)` each."""
        return (self.high + self.low) / 2.0, (self.high - self.low) / 2.0

    def numbers(self, action: object, chains: int) -> Array:
        """Return the numbers `(n, R)` of actions `(R, n)`.

        Raises `ValueError` for another shape, and for NaN or what is outside the space: it names
        the number, its value and its range.
        """
        given = np.asarray(action)
        shape = (chains, len(self.names))
        if given.ndim == 1 and shape[1] == 1:  # of a Discrete space
            given = given[:, None]
        if given.shape != shape:
            raise ValueError(f"actions: of shape {given.shape}, and {shape} is needed")
        if self.values is not None and not np.issubdtype(given.dtype, np.integer):
            raise ValueError(f"actions of type {given.dtype}: choices are whole numbers")
        if not self._within(given):
            raise ValueError(self._fault(given))
        if self.values is not None:
            rows = np.arange(len(self.names))[:, None]
            chosen: Array = self.values[rows, given.T.astype(np.intp)]
            return chosen
        numbers: Array = given.T.astype(np.float64, order="C")  # chains side by side, as all else
        if self.scaled:
            middle, half = self._span
            numbers *= half
            numbers += middle
        return numbers

    def _within(self, given: Array) -> bool:
        """Whether actions lie in the space, NaN does not."""
        if self.scaled and self.values is None:
            if given.size > FEW:
                return bool(abs(given).max() <= 1.0)
            for number in given.ravel().tolist():  # noqa: SIM110 - a few, which this is fastest for
                if not -1.0 <= number <= 1.0:
                    return False
            return True
        low, high = self._bounds
        return bool(((given >= low) & (given <= high)).all())

    def action(self, numbers: Array) -> Array:
        """Return the action `(..., n)` of numbers `(..., n)`: what `numbers` takes.

        The nearest choice, where there are choices. Numbers beyond the range count as its end.
        """
        low, high = self.low[:, 0], self.high[:, 0]
        inside = np.clip(numbers, low, high)
        if self.values is not None:
            nearest: Array = np.abs(inside[..., None] - self.values).argmin(axis=-1)
            return nearest
        if self.scaled:
            inside = 2.0 * (inside - low) / (high - low) - 1.0
        return inside.astype(np.float32)

    def _fault(self, given: Array) -> str:
        low, high = self._bounds
        chain, row = (int(each[0]) for each in np.nonzero(~((given >= low) & (given <= high))))
        where = f" of environment {chain}" if given.shape[0] > 1 else ""
        span = f"from {low[row]:g} to {high[row]:g} is allowed"
        return f"action {self.names[row]}{where} = {given[chain, row]}: {span}"

    def sampling_mask(self, scene: Scene, moment: Moment) -> Array:
        """Return `mask` as Gymnasium's spaces sample by it: int8 `(R, n, choices)`.

        `Discrete.sample` takes one environment's, `(choices,)`, as it is; `MultiDiscrete.sample` a
        tuple of its rows.
        """
        mask = self.mask(scene, moment).astype(np.int8)
        return mask[:, 0] if len(self.names) == 1 else mask

    def mask(self, scene: Scene, moment: Moment) -> Array:
        """Return which choices leave the position within the stock's limit: bool `(R, n, choices)`.

        The first choice is always possible. Only orders in units are limited. Without choices there
        is nothing to mask: raises `ValueError`.
        """
        if self.values is None:
            raise ValueError("a mask is of choices: make the environment with choices=...")
        chains = moment.state.levels[0].on_hand.shape[-1]
        allowed = np.ones((len(self.names), self.values.shape[1], chains), dtype=bool)
        for rows, room in room_of(scene, moment):
            mine = [place for place, row in enumerate(self.rows) if row in rows]
            within = np.array([rows.index(self.rows[place]) for place in mine], dtype=np.intp)
            if mine:
                allowed[mine] = self.values[mine][:, :, None] <= room[within][:, None]
        allowed[:, 0] = True
        return np.moveaxis(allowed, -1, 0)


def room_of(scene: Scene, moment: Moment) -> Iterator[tuple[list[int], Array]]:
    """Yield the numbers that are orders in units where stock is limited, and their room, `(n, R)`.

    Room is the limit less the inventory position before today's orders of those below.
    """
    every = np.arange(len(scene.controls))
    for number, plan in enumerate(scene.actions):
        limit = scene.model.network.levels[number].max_inventory
        if plan is None or limit is None:
            continue
        room = np.maximum(limit - scene.table.position(number, moment), 0.0)
        for block in plan.blocks:
            if block.mode == "units":
                yield every[block.places[0]].tolist(), take(room, block.rows)


def actions(
    scene: Scene, rows: Rows = slice(None), *, choices: int | None = None, scaled: bool = True
) -> Actions:
    """Return some of a scene's numbers as a space."""
    if choices is not None and (type(choices) is not int or choices < FEWEST_CHOICES):
        raise ValueError(f"choices = {choices!r}: a whole number, at least {FEWEST_CHOICES}")
    mine = take(np.arange(len(scene.controls)), rows).tolist()
    names = tuple(scene.controls[row].name for row in mine)
    low, high = scene.low[mine][:, None], scene.high[mine][:, None]
    values = None
    if choices is not None:
        values = np.linspace(low[:, 0], high[:, 0], choices, axis=1)
        if scene.model.network.whole_units:
            values = np.floor(values + 0.5)
    return Actions(tuple(mine), names, low, high, scaled, values)
