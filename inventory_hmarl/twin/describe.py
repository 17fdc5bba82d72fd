"""The state of one chain as nested dicts of Python numbers, and as a named flat vector."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from inventory_hmarl.case import Case
from inventory_hmarl.core.arrays import Array, take
from inventory_hmarl.core.day import Desk
from inventory_hmarl.core.model import Model, initial_state
from inventory_hmarl.core.state import LevelSales, State

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
    """How a state is told: made once a model, so that telling it is a few array operations.

    Every entry of the flat vector is a sum of a few entries of the state's arrays, some of them
    taken away: a sparse matrix, row by row.
    """

    places: tuple[Place, ...]
    leaves: tuple[Leaves, ...]
    terms: Array  # (terms,) which entry of the state's arrays, one below the other
    signs: Array  # (terms,) 1.0 or -1.0
    starts: Array  # (entries,) the first term of each entry of the vector

    def vector(self, state: State) -> Array:
        """Return the state of one chain as a flat vector `(entries,)`, without its day."""
        everything = np.concatenate(_arrays(state))[:, 0]
        signed = everything.take(self.terms)
        signed *= self.signs
        return np.add.reduceat(signed, self.starts)

    def describe(self, model: Model, state: State) -> dict[str, Any]:
        """Return the state as `{day, stores, warehouses, suppliers}`, which `json.dumps` takes."""
        numbers = _numbers(self.vector(state), model.network.whole_units)
        answer: dict[str, Any] = {"day": int(state.day)} | {kind: {} for kind in KINDS}
        entry: dict[str, Any] = {}
        for leaves in self.leaves:
            kind, location, quantity = leaves.path
            if location not in answer[kind]:
                entry = answer[kind][location] = {}
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


Terms = list[tuple[int, float]]  # entries of the state's arrays, and their signs


def book(case: Case, model: Model) -> Book:
    """Return how the states of a model are told."""
    places = _places(case, model)
    entries = _Entries(model)
    leaves: list[Leaves] = []
    rows: list[Terms] = []

    def add(path: tuple[str, str, str], skus: tuple[str, ...], terms: list[Terms]) -> None:
        leaves.append(Leaves(path, skus, slice(len(rows), len(rows) + len(skus))))
        rows.extend(terms)

    for kind in KINDS[:2]:
        for place in (place for place in places if place.kind == kind):
            mine = [entries.point(place, row) for row in range(place.rows.start, place.rows.stop)]
            for quantity in mine[0]:
                path = (kind, place.location, quantity)
                add(path, place.skus, [terms[quantity] for terms in mine])
    for name in case.suppliers:
        bought = entries.bought(name)
        for quantity in ("in_transit", "owed"):
            path = ("suppliers", name, quantity)
            add(path, tuple(bought), [terms[quantity] for terms in bought.values()])
    filled = [terms or [entries.zero] for terms in rows]
    flat = [term for terms in filled for term in terms]
    lengths = np.array([len(terms) for terms in filled], dtype=np.intp)
    return Book(
        places,
        tuple(leaves),
        np.array([entry for entry, _ in flat], dtype=np.intp),
        np.array([sign for _, sign in flat]),
        np.cumsum(lengths) - lengths,
    )


def _arrays(state: State) -> list[Array]:
    """Return the arrays of a state in a fixed order, and a zero."""
    arrays = [np.zeros((1, state.levels[0].on_hand.shape[-1]))]
    for record in state.levels:
        arrays += [record.on_hand, record.on_order]
        arrays += [one for one in (record.waiting, record.owed) if one is not None]
        for ring in (*record.in_transit, *record.failing):
            arrays += ring
    return arrays


class _Entries:
    """Where the quantities of a model's state stand among its arrays."""

    def __init__(self, model: Model) -> None:
        self.model = model
        self.zero = (0, 1.0)
        self.starts: list[dict[str, int]] = []  # of each level's arrays
        self.slots: list[dict[int, list[int]]] = []  # of each level's lines: entries in the rings
        place = 1
        for level, record in zip(model.network.levels, initial_state(model, 1).levels, strict=True):
            starts: dict[str, int] = {}
            for name in ("on_hand", "on_order", "waiting", "owed"):
                if (array := getattr(record, name)) is not None:
                    starts[name] = place
                    place += array.shape[0]
            slots: dict[int, list[int]] = {row: [] for row in range(len(level.lines))}
            for rings in (record.in_transit, record.failing):
                for transit, ring in zip(level.transits, rings, strict=bool(rings)):
                    lines = take(np.arange(len(level.lines)), transit.lines).tolist()
                    for _ in range(len(ring)):
                        for offset, row in enumerate(lines):
                            slots[row].append(place + offset)
                        place += len(lines)
            self.starts.append(starts)
            self.slots.append(slots)
        self.sold: dict[tuple[str, str], list[tuple[int, int]]] = {}  # lines by (source, SKU)
        for number, level in enumerate(model.network.levels):
            for row, line in enumerate(level.lines):
                self.sold.setdefault((line.source, line.sku), []).append((number, row))

    def _owed(self, source: str, sku: str, sign: float) -> Terms:
        return [
            (self.starts[number]["owed"] + row, sign)
            for number, row in self.sold.get((source, sku), [])
            if "owed" in self.starts[number]
        ]

    def point(self, place: Place, row: int) -> dict[str, Terms]:
        """Return the terms of each quantity of a location and SKU."""
        point = self.model.network.levels[place.level].points[row]
        starts = self.starts[place.level]
        on_hand, on_order = (starts["on_hand"] + row, 1.0), (starts["on_order"] + row, 1.0)
        waiting = [starts["waiting"] + row] if "waiting" in starts else []
        quantities: dict[str, Terms] = {"inventory": [on_hand], "on_order": [on_order]}
        if self.model.network.levels[place.level].sells:
            quantities["backorders"] = [(entry, 1.0) for entry in waiting]
        if place.level > 0:
            quantities["owed"] = self._owed(point.location, point.sku, 1.0)
        quantities["inventory_position"] = [
            on_hand,
            on_order,
            *((entry, -1.0) for entry in waiting),
            *self._owed(point.location, point.sku, -1.0),
        ]
        return quantities

    def bought(self, supplier: str) -> dict[str, dict[str, Terms]]:
        """Return the terms of each quantity of a supplier, by SKU."""
        answer: dict[str, dict[str, Terms]] = {}
        for (source, sku), lines in self.sold.items():
            if source == supplier:
                moving = [(e, 1.0) for number, row in lines for e in self.slots[number][row]]
                answer[sku] = {"in_transit": moving, "owed": self._owed(source, sku, 1.0)}
        return answer


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


def _numbers(vector: Array, whole: bool) -> list[float]:
    """Return a vector as Python numbers: ints where units are whole."""
    numbers: list[float] = (vector.astype(np.int64) if whole else vector).tolist()
    return numbers
