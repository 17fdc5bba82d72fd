"""The state of one chain as nested dicts of Python numbers, and as a named flat vector."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from inventory_hmarl.case import Case
from inventory_hmarl.core.arrays import Array, Segments, join, segments, take
from inventory_hmarl.core.day import Desk
from inventory_hmarl.core.model import Model
from inventory_hmarl.core.network import Level
from inventory_hmarl.core.state import LevelSales, LevelState, State

KINDS = ("stores", "warehouses", "suppliers")
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
class Leaves:
    """Neighbours in the flat vector: one quantity of one location, by SKU."""

    path: tuple[str, str, str]  # kind, location, quantity
    skus: tuple[str, ...]
    rows: slice  # in the flat vector


@dataclass(frozen=True)
class Book:
    """How a state is told: made once a model, so that telling it is a few array operations."""

    places: tuple[Place, ...]
    leaves: tuple[Leaves, ...]
    order: Array  # puts the quantities, level by level, then the suppliers', into vector order
    suppliers: Segments  # lines of all levels, one below the other, by supplier and SKU

    def vector(self, model: Model, state: State, sales: Sales | None) -> Array:
        """Return the state as a flat vector `(entries,)`, without its day."""
        desk = Desk(model.network, state, sales or (None,) * len(state.levels))
        desk.owed_to_others = _owed(model, state)
        parts = [
            column
            for number in range(len(state.levels))
            for column in _quantities(model, desk, number).values()
        ]
        for lines in _line_quantities(model, state):
            parts.append(self.suppliers.sum(lines))
        return np.concatenate(parts)[:, 0].take(self.order)

    def describe(self, model: Model, state: State, sales: Sales | None) -> dict[str, Any]:
        """Return the state as `{day, stores, warehouses, suppliers}`, which `json.dumps` takes."""
        vector = self.vector(model, state, sales)
        numbers = _numbers(vector, model.network.whole_units)
        answer: dict[str, Any] = {"day": int(state.day)} | {kind: {} for kind in KINDS}
        for leaves in self.leaves:
            kind, location, quantity = leaves.path
            entry = answer[kind].setdefault(location, {})
            entry[quantity] = dict(zip(leaves.skus, numbers[leaves.rows], strict=True))
        return answer

    def describe_level(self, number: int, desk: Desk) -> dict[str, Any]:
        """Return what the locations of a level may see now: `{day, level, locations}`."""
        view = desk.view(number, frozenset({"demand"}))
        assert view.demand is not None
        columns = {
            "inventory": view.on_hand,
            "on_order": view.on_order,
            "inventory_position": view.inventory_position,
            "demand": view.demand,
        }
        whole = desk.network.whole_units
        numbers = {name: _numbers(column[:, 0], whole) for name, column in columns.items()}
        locations = {
            place.location: {
                name: dict(zip(place.skus, values[place.rows], strict=True))
                for name, values in numbers.items()
            }
            for place in self.places
            if place.level == number
        }
        return {"day": desk.day, "level": number, "locations": locations}


def book(case: Case, model: Model) -> Book:
    """Return how the states of a model are told."""
    places = _places(case, model)
    leaves, order = _leaves(model, places)
    bought: dict[tuple[str, str], list[int]] = {}
    every = [line for level in model.network.levels for line in level.lines]
    for row, line in enumerate(every):
        if line.source in case.suppliers:
            bought.setdefault((line.source, line.sku), []).append(row)
    start, size = len(order), len(bought)
    for name in case.suppliers:
        rows = [row for row, pair in enumerate(bought) if pair[0] == name]
        skus = tuple(sku for supplier, sku in bought if supplier == name)
        for number, quantity in enumerate(("in_transit", "owed")):
            mine = slice(len(order), len(order) + len(rows))
            order += [start + number * size + row for row in rows]
            leaves.append(Leaves(("suppliers", name, quantity), skus, mine))
    return Book(
        places,
        tuple(leaves),
        np.array(order, dtype=np.intp),
        segments(list(bought.values()), len(every)),
    )


def _places(case: Case, model: Model) -> tuple[Place, ...]:
    """Return the rows of each location."""
    places = []
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
    return tuple(places)


def _leaves(model: Model, places: tuple[Place, ...]) -> tuple[list[Leaves], list[int]]:
    """Return the leaves of the locations, and where each stands among the levels' quantities."""
    base, starts = 0, {}
    for number, level in enumerate(model.network.levels):
        for quantity in _names(model, number):
            starts[number, quantity] = base
            base += len(level.points)
    leaves: list[Leaves] = []
    order: list[int] = []
    for kind in KINDS:
        for place in (place for place in places if place.kind == kind):
            for quantity in _names(model, place.level):
                first = starts[place.level, quantity] + place.rows.start
                rows = slice(len(order), len(order) + len(place.skus))
                order += range(first, first + len(place.skus))
                leaves.append(Leaves((kind, place.location, quantity), place.skus, rows))
    return leaves, order


def _names(model: Model, number: int) -> tuple[str, ...]:
    """Return which quantities a state tells of a level."""
    sells, ships = model.network.levels[number].sells, number > 0
    middle = ("backorders",) * sells + ("owed",) * ships
    return ("inventory", "on_order", *middle, "inventory_position")


def _quantities(model: Model, desk: Desk, number: int) -> dict[str, Array]:
    """Return what a state tells of the points of a level, `(P, 1)` each, as `_names` has them."""
    on_hand, waiting = desk.on_hand[number], desk.waiting[number]
    quantities = {"inventory": on_hand, "on_order": desk.on_order[number]}
    if model.network.levels[number].sells:
        quantities["backorders"] = on_hand * 0.0 if waiting is None else waiting
    if (owed := desk.owed_to_others[number]) is not None:
        quantities["owed"] = owed
    quantities["inventory_position"] = desk.inventory_position(number)
    return quantities


def _owed(model: Model, state: State) -> list[Array | None]:
    """Return what each point owes to other locations, level by level."""
    answer: list[Array | None] = [None]
    for stage in model.network.stages[: len(model.network.levels) - 1]:
        lines = [
            take(owed, part.lines)
            for part in stage.parts
            if (owed := state.levels[part.level].owed) is not None
        ]
        answer.append(stage.customers.sum(join(lines, None)))
    return answer


def _line_quantities(model: Model, state: State) -> tuple[Array, Array]:
    """Return units in transit and owed on the lines of all levels, one level below the other."""
    moving = [
        in_transit(level, record)
        for level, record in zip(model.network.levels, state.levels, strict=True)
    ]
    owed = [
        units * 0.0 if record.owed is None else record.owed
        for units, record in zip(moving, state.levels, strict=True)
    ]
    return join(moving, None), join(owed, None)


def in_transit(level: Level, record: LevelState) -> Array:
    """Return units on their way on each line of a level, `(L, R)`; some of them may fail."""
    parts = []
    for number, transit in enumerate(level.transits):
        slots = [*record.in_transit[number], *(record.failing[number] if record.failing else ())]
        if slots:
            parts.append(np.concatenate(slots).reshape(len(slots), *slots[0].shape).sum(axis=0))
        else:
            parts.append(
                take(np.zeros((len(level.lines), record.on_hand.shape[-1])), transit.lines)
            )
    return join(parts, level.transit_order)


def _numbers(vector: Array, whole: bool) -> list[float]:
    """Return a vector as Python numbers: ints where units are whole."""
    numbers: list[float] = (vector.astype(np.int64) if whole else vector).tolist()
    return numbers
