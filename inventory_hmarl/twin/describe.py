"""The state of one chain as nested dicts of Python numbers, and as a named flat vector."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

import numpy as np

from inventory_hmarl.case import Case
from inventory_hmarl.core.arrays import Array, take
from inventory_hmarl.core.day import Desk
from inventory_hmarl.core.model import Model, initial_state
from inventory_hmarl.core.state import LevelSales, LevelState, State
from inventory_hmarl.twin.sums import Names, Sums, Terms, by_name, sums

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
class Book:
    """How a state is told: made once a model, so that telling it is a few array operations."""

    places: tuple[Place, ...]
    told: Sums  # of these arrays of the state, one below the other:
    columns: tuple[Callable[[LevelState], tuple[Array, ...]], ...]  # those of each level,
    ringed: tuple[int, ...]  # and the rings of these levels
    shape: tuple[Names, Names, Names]  # SKUs, quantities, locations: who stands side by side
    whole_units: bool

    def vector(self, state: State) -> Array:
        """Return the state of one chain as a flat vector `(entries,)`, without its day."""
        return self.told.of(np.concatenate(self.arrays(state)))

    def arrays(self, state: State) -> list[Array]:
        """Return the arrays of a state that are told, in a fixed order."""
        arrays: list[Array] = []
        for read, record in zip(self.columns, state.levels, strict=True):
            arrays += read(record)
        for number in self.ringed:
            for ring in (*state.levels[number].in_transit, *state.levels[number].failing):
                arrays += ring
        return arrays

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the vector's entries: kind, location, quantity and SKU."""
        names: Iterable[str] = KINDS
        for parts in reversed(self.shape):
            pairs = zip(names, parts, strict=True)
            names = [f"{name}.{part}" for name, mine in pairs for part in mine]
        return tuple(names)

    def describe(self, day: int, vector: Array) -> dict[str, Any]:
        """Return a state as `{day, stores, warehouses, suppliers}`, which `json.dumps` takes."""
        told: Iterable[Any] = _numbers(vector, self.whole_units)
        for names in self.shape:
            told = by_name(names, told)
        stores, warehouses, suppliers = told
        return {"day": day, "stores": stores, "warehouses": warehouses, "suppliers": suppliers}

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
    places = locations(case, model)
    ringed = _ringed(case, model)
    entries = _Entries(model, ringed)
    told: dict[str, dict[str, dict[str, dict[str, Terms]]]] = {kind: {} for kind in KINDS}
    for place in places:
        stocked = {
            sku: entries.point(place, place.rows.start + row) for row, sku in enumerate(place.skus)
        }
        told[place.kind][place.location] = _by_quantity(stocked, stocked[place.skus[0]])
    for name in case.suppliers:
        told["suppliers"][name] = _by_quantity(entries.bought(name), ("in_transit", "owed"))
    told_of = [place for kind in told.values() for place in kind.values()]
    quantities = [skus for place in told_of for skus in place.values()]
    terms = [mine for skus in quantities for mine in skus.values()]
    shape = (_keys(quantities), _keys(told_of), _keys(told.values()))
    columns = tuple(attrgetter(*starts) for starts in entries.starts)
    return Book(places, sums(terms), columns, ringed, shape, model.network.whole_units)


def _keys(mappings: Iterable[Mapping[str, Any]]) -> Names:
    return tuple(tuple(mapping) for mapping in mappings)


def _by_quantity(
    by_sku: dict[str, dict[str, Terms]], quantities: Iterable[str]
) -> dict[str, dict[str, Terms]]:
    """Turn SKU -> quantity -> terms into quantity -> SKU -> terms."""
    return {
        quantity: {sku: terms[quantity] for sku, terms in by_sku.items()} for quantity in quantities
    }


def _ringed(case: Case, model: Model) -> tuple[int, ...]:
    """Return the levels of which only the rings tell what is in transit from suppliers.

    Where each point has one line, that is what it has on order and is not owed; but in continuous
    units not to the last bit.
    """
    return tuple(
        number
        for number, level in enumerate(model.network.levels)
        if any(line.source in case.suppliers for line in level.lines)
        if not model.network.whole_units or level.share_until is not None
    )


class _Entries:
    """Where the quantities of a model's state stand among its arrays."""

    def __init__(self, model: Model, ringed: tuple[int, ...]) -> None:
        self.model = model
        self.starts: list[dict[str, int]] = []  # of each level's arrays
        start = initial_state(model, 1)
        self.size = 0
        for record in start.levels:
            starts: dict[str, int] = {}
            for name in ("on_hand", "on_order", "waiting", "owed", "at_door", "posted"):
                if (array := getattr(record, name)) is not None:
                    starts[name] = self.size
                    self.size += array.shape[0]
            self.starts.append(starts)
        self.slots = {number: self._slots(number, start) for number in ringed}
        self.sold: dict[tuple[str, str], list[tuple[int, int]]] = {}  # lines by (source, SKU)
        for number, level in enumerate(model.network.levels):
            for row, line in enumerate(level.lines):
                self.sold.setdefault((line.source, line.sku), []).append((number, row))

    def _slots(self, number: int, start: State) -> list[Terms]:
        """Return for each line of a level the terms of what is in its rings."""
        level, record = self.model.network.levels[number], start.levels[number]
        slots: list[Terms] = [[] for _ in level.lines]
        for rings in (record.in_transit, record.failing):
            for transit, ring in zip(level.transits, rings, strict=bool(rings)):
                lines = take(np.arange(len(level.lines)), transit.lines).tolist()
                for _ in range(len(ring)):
                    for row in lines:
                        slots[row].append((self.size, 1.0))
                        self.size += 1
        return slots

    def _moving(self, number: int, row: int) -> Terms:
        """Return the terms of what is in transit on a line from a supplier."""
        if number in self.slots:
            door = self.starts[number].get("at_door")
            waits = [] if door is None else [(door + row, 1.0)]
            return [*self.slots[number][row], *waits]
        level, starts = self.model.network.levels[number], self.starts[number]
        point = take(np.arange(len(level.points)), level.point_of_line)[row]
        waits = [(starts[name] + row, -1.0) for name in ("owed", "posted") if name in starts]
        return [(starts["on_order"] + int(point), 1.0), *waits]

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
                moving = [term for number, row in lines for term in self._moving(number, row)]
                answer[sku] = {"in_transit": moving, "owed": self._owed(source, sku, 1.0)}
        return answer


def locations(case: Case, model: Model) -> tuple[Place, ...]:
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
