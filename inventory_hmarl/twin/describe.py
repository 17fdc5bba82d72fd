"""The state of one chain as nested dicts of Python numbers, and as a named flat vector."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from inventory_hmarl.case import Case
from inventory_hmarl.core.arrays import Array, fold, join, take
from inventory_hmarl.core.day import Desk
from inventory_hmarl.core.model import Model
from inventory_hmarl.core.network import Level
from inventory_hmarl.core.state import LevelSales, LevelState, State

Sales = tuple[LevelSales | None, ...]


@dataclass(frozen=True)
class Place:
    """The rows of one location in its level."""

    location: str
    kind: str  # "stores" or "warehouses"
    level: int
    rows: slice
    skus: tuple[str, ...]


@dataclass(frozen=True)
class Book:
    """Which rows a case's locations have: made once a model."""

    places: tuple[Place, ...]
    suppliers: Mapping[str, tuple[tuple[int, int, str], ...]]  # (level, line, SKU) of each

    def describe(self, model: Model, state: State, sales: Sales | None) -> dict[str, Any]:
        """Return the state as `{day, stores, warehouses, suppliers}`, which `json.dumps` takes."""
        desk = Desk(model.network, state, sales or (None,) * len(state.levels))
        owed = _owed(model, state)
        answer: dict[str, Any] = {"day": int(state.day), "stores": {}, "warehouses": {}}
        columns = [
            self._columns(model, desk, number, owed[number]) for number in range(len(state.levels))
        ]
        for place in self.places:
            answer[place.kind][place.location] = {
                name: dict(zip(place.skus, values[place.rows], strict=True))
                for name, values in columns[place.level].items()
            }
        answer["suppliers"] = _suppliers(model, state, self.suppliers)
        return answer

    def describe_level(self, number: int, desk: Desk) -> dict[str, Any]:
        """Return what the locations of a level may see now: `{day, level, locations}`."""
        view = desk.view(number, frozenset({"demand"}))
        columns = {
            "inventory": view.on_hand,
            "on_order": view.on_order,
            "inventory_position": view.inventory_position,
            "demand": view.demand,
        }
        numbers = {name: _numbers(values) for name, values in columns.items() if values is not None}
        locations = {
            place.location: {
                name: dict(zip(place.skus, values[place.rows], strict=True))
                for name, values in numbers.items()
            }
            for place in self.places
            if place.level == number
        }
        return {"day": desk.day, "level": number, "locations": locations}

    @staticmethod
    def _columns(
        model: Model, desk: Desk, number: int, owed: Array | None
    ) -> dict[str, list[float]]:
        on_hand, on_order = desk.on_hand[number], desk.on_order[number]
        waiting = desk.waiting[number]
        position = on_hand + on_order
        columns = {"inventory": _numbers(on_hand), "on_order": _numbers(on_order)}
        if model.network.levels[number].sells:
            columns["backorders"] = _numbers(np.zeros_like(on_hand) if waiting is None else waiting)
            position = position if waiting is None else position - waiting
        if owed is not None:
            columns["owed"] = _numbers(owed)
            position = position - owed
        columns["inventory_position"] = _numbers(position)
        return columns


def book(case: Case, model: Model) -> Book:
    """Return which rows the locations of a case have."""
    places, suppliers = [], {name: [] for name in case.suppliers}  # type: ignore[var-annotated]
    for number, level in enumerate(model.network.levels):
        start = 0
        points = level.points
        for row in range(1, len(points) + 1):
            if row == len(points) or points[row].location != points[start].location:
                name = points[start].location
                kind = "stores" if name in case.stores else "warehouses"
                skus = tuple(point.sku for point in points[start:row])
                places.append(Place(name, kind, number, slice(start, row), skus))
                start = row
        for row, line in enumerate(level.lines):
            if line.source in suppliers:
                suppliers[line.source].append((number, row, line.sku))
    return Book(tuple(places), {name: tuple(lines) for name, lines in suppliers.items()})


def _owed(model: Model, state: State) -> list[Array | None]:
    """Return what each point owes to other locations, level by level."""
    answer: list[Array | None] = [None]
    for number in range(1, len(model.network.levels)):
        stage = model.network.stages[number - 1]
        lines = [
            take(owed, part.lines)
            for part in stage.parts
            if (owed := state.levels[part.level].owed) is not None
        ]
        answer.append(stage.customers.sum(np.concatenate(lines)))
    return answer


def _suppliers(
    model: Model, state: State, lines: Mapping[str, tuple[tuple[int, int, str], ...]]
) -> dict[str, dict[str, dict[str, float]]]:
    """Return units in transit and owed, by supplier and SKU."""
    levels = {number for mine in lines.values() for number, _, _ in mine}
    travelling = {n: in_transit(model.network.levels[n], state.levels[n]) for n in levels}
    answer = {}
    for name, mine in lines.items():
        moving: dict[str, float] = {}
        owed: dict[str, float] = {}
        for number, row, sku in mine:
            late = state.levels[number].owed
            moving[sku] = moving.get(sku, 0) + travelling[number][row]
            owed[sku] = owed.get(sku, 0) + (0 if late is None else _plain(float(late[row, 0])))
        answer[name] = {"in_transit": moving, "owed": owed}
    return answer


def in_transit(level: Level, record: LevelState) -> list[float]:
    """Return units on their way on each line of a level; those that will fail are among them."""
    parts = []
    for number, transit in enumerate(level.transits):
        slots = [*record.in_transit[number], *(record.failing[number] if record.failing else ())]
        size = take(np.empty((len(level.lines), 0)), transit.lines).shape[0]
        parts.append(fold(np.stack(slots)) if slots else np.zeros((size, 1)))
    return _numbers(join(parts, level.transit_order))


def flatten(state: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, float]]:
    """Yield the numbers of a nested state with their dotted names, in a fixed order."""
    for key, value in state.items():
        name = f"{prefix}.{key}" if prefix else str(key)
        if isinstance(value, Mapping):
            yield from flatten(value, name)
        else:
            yield name, float(value)


def _numbers(column: Array) -> list[float]:
    return [_plain(value) for value in column[:, 0].tolist()]


def _plain(value: float) -> float:
    """Return a whole number as an int, so that a state reads as it is meant."""
    return int(value) if value.is_integer() else value
