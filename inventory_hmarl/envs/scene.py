"""A case as agents meet it: who acts, in what numbers, what they see and what they earn."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from inventory_hmarl.case import Case, as_case
from inventory_hmarl.case.compiling import compile_case
from inventory_hmarl.case.faults import nearest
from inventory_hmarl.core.arrays import Array, Rows, as_rows
from inventory_hmarl.core.model import Model
from inventory_hmarl.core.network import Level
from inventory_hmarl.envs.acting import Block, LevelAction, level_action
from inventory_hmarl.envs.modes import MODES, Reach
from inventory_hmarl.envs.observations import (
    Observe,
    Table,
    expected_demand,
    longest_lead_time,
    table,
)
from inventory_hmarl.envs.rewards import Earnings, Reward, earnings
from inventory_hmarl.scenarios import Scenarios, apply_scenario
from inventory_hmarl.twin.actions import MOST_UNITS
from inventory_hmarl.twin.describe import Place, locations

RULE = "rule"  # of a location that keeps the case's own policy
LEVELS_OF_COVER = 4.0  # the highest level is so many times the demand of lead time + 1 days

Config = Case | Mapping[str, Any] | str | Path
Modes = str | Mapping[str, str]


@dataclass(frozen=True)
class Control:
    """One number of an action."""

    location: str
    sku: str
    part: str  # what it is: "units", "order_up_to", ...
    mode: str
    low: float
    high: float

    @property
    def name(self) -> str:
        """Its name: location/SKU/part."""
        return f"{self.location}/{self.sku}/{self.part}"


@dataclass(frozen=True)
class Scene:
    """All that environments share: made once, and never changed."""

    case: Case
    model: Model
    places: tuple[Place, ...]  # locations, stores first, in the order of the levels
    actions: tuple[LevelAction | None, ...]  # a level
    controls: tuple[Control, ...]  # the numbers of an action, in order
    expected: tuple[Array, ...]  # (days + 2, P) a level
    table: Table
    earnings: Earnings
    reward: Reward
    modes: Mapping[str, str]  # the mode of each location, or "rule"

    @functools.cached_property
    def low(self) -> Array:
        """The least of each number of an action, `(controls,)`."""
        return np.array([control.low for control in self.controls])

    @functools.cached_property
    def high(self) -> Array:
        """The most of each number of an action, `(controls,)`."""
        return np.array([control.high for control in self.controls])

    def controls_of(self, location: str) -> Rows:
        """Return which numbers of an action are a location's."""
        return as_rows([i for i, each in enumerate(self.controls) if each.location == location])

    def seen_by(self, location: str) -> Rows:
        """Return which rows of the table a location sees; "" sees all."""
        entries = self.table.entries
        visible = {location, ""}
        if self.table.observe.scope == "upstream":
            visible |= {lane.source for lane in self.case.lanes if lane.destination == location}
        everything = self.table.observe.scope == "global" or not location
        return as_rows(
            [i for i, entry in enumerate(entries) if everything or entry.location in visible]
        )

    def model_of(self, seeds: Sequence[int]) -> Model:
        """Return the model in which replication i meets the chance of seed i."""
        return compile_case(self.case, seeds)


def make_scene(
    case: Config,
    scenario: Scenarios = None,
    *,
    actions: Modes = "units",
    observe: Observe | None = None,
    reward: Reward | None = None,
    most: float | None = None,
    empty: bool = False,
) -> Scene:
    """Return a case as agents meet it.

    `actions` is a mode for every location, or a mode by location or kind ("stores", "warehouses");
    "rule" keeps the case's own policy, as does whoever is not named. Modes are those of
    `envs.modes.MODES`. `most` is the largest order or level in units; by default, of each point,
    four times the mean demand of lead time + 1 days, or twice the levels of its rule. With `empty`,
    all may keep their rules. Raises `ValueError` for an unknown mode or location, `CaseError` for a
    case that cannot be.

    >>> from inventory_hmarl import default_case
    >>> scene = make_scene(default_case(), actions={"stores": "order_up_to"})
    >>> scene.controls[0].name
    'store_1/milk/order_up_to'
    """
    whole = apply_scenario(as_case(case), scenario)
    model = compile_case(whole)
    places = locations(whole, model)
    modes = _modes(places, actions)
    expected = expected_demand(model)
    plans: list[LevelAction | None] = []
    controls: list[Control] = []
    for number, level in enumerate(model.network.levels):
        blocks = []
        for mode, rows in _rows_by_mode(places, modes, number):
            reach = _reach(model, number, rows, expected[number], most)
            blocks.append(_block(mode, level, rows, reach, controls))
        plans.append(level_action(blocks, len(level.points)))
    if not controls and not empty:
        raise ValueError('actions: every location has "rule", so that there is nothing to decide')
    reward = reward or Reward()
    number_of = {place.location: number for number, place in enumerate(places)}
    location_of = [
        np.array([number_of[point.location] for point in level.points], dtype=np.intp)
        for level in model.network.levels
    ]
    return Scene(
        whole,
        model,
        places,
        tuple(plans),
        tuple(controls),
        expected,
        table(model, observe or Observe(), expected),
        earnings(model, reward, location_of, len(places)),
        reward,
        modes,
    )


def _modes(places: Sequence[Place], actions: Modes) -> dict[str, str]:
    """Return the mode of each location."""
    if isinstance(actions, str):
        actions = {place.location: actions for place in places}
    kinds = {place.kind for place in places}
    known = {RULE, *MODES}
    modes = {}
    for place in places:
        modes[place.location] = actions.get(place.location, actions.get(place.kind, RULE))
    for name, mode in actions.items():
        if name not in modes and name not in kinds:
            hint = nearest(name, [*modes, *kinds])
            meant = f" Did you mean '{hint}'?" if hint else ""
            raise ValueError(f"actions: no location or kind '{name}'.{meant}")
        if mode not in known:
            raise ValueError(f"actions of {name}: no mode {mode!r}; {', '.join(sorted(known))}")
    return modes


def _rows_by_mode(
    places: Sequence[Place], modes: Mapping[str, str], level: int
) -> list[tuple[str, Array]]:
    """Return the modes of a level's agents, and the rows of its points in each."""
    rows: dict[str, list[Array]] = {}
    for place in places:
        if place.level == level and modes[place.location] != RULE:
            mine = np.arange(place.rows.start, place.rows.stop)
            rows.setdefault(modes[place.location], []).append(mine)
    return [(mode, np.concatenate(parts)) for mode, parts in rows.items()]


def _block(name: str, level: Level, rows: Array, reach: Reach, controls: list[Control]) -> Block:
    """Return a block, and append its numbers to the controls: part by part, point by point."""
    mode = MODES[name]
    low, high = mode.low(reach), mode.high(reach)
    places = []
    for part in mode.parts:
        places.append(as_rows(np.arange(len(controls), len(controls) + rows.size)))
        for place, row in enumerate(rows.tolist()):
            point = level.points[row]
            span = float(low[place]), float(high[place])
            controls.append(Control(point.location, point.sku, part, name, *span))
    return Block(name, as_rows(rows), rows.size, tuple(places))


def _reach(model: Model, number: int, rows: Array, expected: Array, most: float | None) -> Reach:
    """Return how large actions at some points may be: whole units, at least 1."""
    days = longest_lead_time(model.network.levels[number])[rows] + 1.0
    if most is not None:
        if not 0 < most <= MOST_UNITS:
            raise ValueError(f"most = {most!r}: units above 0, at most {MOST_UNITS:g}")
        level = np.full(rows.size, float(most))
        return Reach(order=level, level=level, days=LEVELS_OF_COVER * days)
    cover = expected.max(axis=0)[rows] * days
    target = np.zeros(expected.shape[1])
    for assignment in model.policies.levels[number].assignments:
        parameters = [np.asarray(value) for value in vars(assignment.policy).values()]
        for value in parameters:
            if value.ndim == 2 and value.shape == (assignment.size, 1):
                target[assignment.points] = np.maximum(target[assignment.points], value[:, 0])
    level = np.maximum(np.ceil(LEVELS_OF_COVER * cover), np.ceil(2.0 * target[rows]))
    level = np.maximum(level, 1.0)
    return Reach(order=level, level=level, days=LEVELS_OF_COVER * days)
