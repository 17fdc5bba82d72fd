"""The numbers of a compiled case's policies that can be tuned, as rows of one matrix.

A row is a number of a point's rule (a reorder point, an order-up-to level, a cap); columns are
candidates. A candidate's columns run along the replication axis of the rules' parameters,
`(P, R)` where a case has `(P, 1)`, so that many candidates are one run on the same customers.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar  # the parameters of a case are of several shapes

import numpy as np

from inventory_hmarl.case import Case, PolicySettings, Store, Warehouse
from inventory_hmarl.core.arrays import Array, take
from inventory_hmarl.core.decide import Assignment, ByPolicy, LevelPolicies
from inventory_hmarl.core.model import Model

Place = TypeVar("Place", Store, Warehouse)

LOWER, UPPER = "reorder_point", "order_up_to"  # of one rule: searched as s and S - s
LARGEST = 1e9  # units; what no level of a case exceeds
DECIMALS = 3  # of a level in continuous units


@dataclass(frozen=True)
class Slot:
    """A parameter of an assignment, and the rows that stand for its points."""

    level: int
    assignment: int
    name: str
    rows: Array  # (points of the assignment,)


@dataclass(frozen=True)
class Tunable:
    """The tunable numbers of a model: columns `(N,)`, a row each.

    `coded` values have S - s in the place of an order-up-to level S above a reorder point s, so
    that every non-negative vector means a policy.
    """

    slots: tuple[Slot, ...]
    names: tuple[str, ...]  # of the parameters
    levels: Array  # the level of each row's point
    points: Array  # the row of the point within its level
    locations: tuple[str, ...]
    skus: tuple[str, ...]
    shipped: Array  # the case's own values, units
    lower: Array  # smallest allowed, units
    upper: Array  # largest allowed: `max_inventory` for a position that orders aim at
    base: Array  # row of the reorder point below an order-up-to level; -1: none
    whole_units: bool

    @property
    def size(self) -> int:
        """How many numbers can be tuned."""
        return self.shipped.size

    def coded(self, values: Array) -> Array:
        """Return levels `(N, ...)` with S - s in the place of S."""
        coded = np.array(values, dtype=np.float64)
        above = np.flatnonzero(self.base >= 0)
        coded[above] -= coded[self.base[above]]
        return coded

    def levels_of(self, coded: Array) -> Array:
        """Return the levels `(N, C)` that coded values mean, each within its bounds."""
        values = np.rint(coded) if self.whole_units else np.round(coded, DECIMALS)
        above = np.flatnonzero(self.base >= 0)
        gaps = np.maximum(values[above], 0.0)
        values = np.clip(values, self.lower[:, None], self.upper[:, None])
        values[above] = np.minimum(values[self.base[above]] + gaps, self.upper[above][:, None])
        return values

    def policies(self, model: Model, values: Array) -> ByPolicy:
        """Return the model's policies with levels `(N, R)`, a column for each replication."""
        changed: dict[tuple[int, int], dict[str, Array]] = {}
        for slot in self.slots:
            place = (slot.level, slot.assignment)
            changed.setdefault(place, {})[slot.name] = np.ascontiguousarray(values[slot.rows])
        return ByPolicy(
            tuple(
                _changed_level(level, number, changed)
                for number, level in enumerate(model.policies.levels)
            )
        )

    def applied(self, case: Case, values: Array) -> Case:
        """Return the case with levels `(N,)` in the place of its own."""
        found: dict[str, dict[str, dict[str, float]]] = {}
        for row, value in enumerate(values.tolist()):
            parameters = found.setdefault(self.locations[row], {})
            parameters.setdefault(self.names[row], {})[self.skus[row]] = value
        stores = {name: _with(place, found.get(name, {})) for name, place in case.stores.items()}
        houses = {
            name: _with(place, found.get(name, {})) for name, place in case.warehouses.items()
        }
        return case.changed(stores=stores, **({"warehouses": houses} if houses else {}))


@dataclass(frozen=True)
class TunedLevel:
    """A parameter of a location's policy for a SKU, before and after, units."""

    location: str
    sku: str
    parameter: str
    before: float
    after: float


def tunable(model: Model) -> Tunable:
    """Return the numbers of a model's policies that are levels in units.

    >>> from inventory_hmarl.case import default_case
    >>> from inventory_hmarl.case.compiling import compile_case
    >>> found = tunable(compile_case(default_case()))
    >>> found.size, found.locations[0], found.skus[0], found.names[0]
    (32, 'store_1', 'milk', 'reorder_point')
    """
    slots: list[Slot] = []
    parts: list[dict[str, Any]] = []
    start = 0
    for number, level in enumerate(model.network.levels):
        ceiling = np.full(len(level.points), LARGEST)
        if level.max_inventory is not None:
            ceiling = np.minimum(level.max_inventory[:, 0], LARGEST)
        for which, assignment in enumerate(model.policies.levels[number].assignments):
            points = take(np.arange(len(level.points)), assignment.points)
            for name, part in _parameters(assignment, ceiling[points], start):
                rows = np.arange(start, start + points.size)
                slots.append(Slot(number, which, name, rows))
                parts.append({**part, "names": [name] * points.size, "points": points})
                parts[-1]["levels"] = np.full(points.size, number)
                start += points.size
    if not slots:
        raise ValueError("policies: no location has a rule with levels, so nothing can be tuned")
    return _joined(model, slots, parts)


def _parameters(
    assignment: Assignment, ceiling: Array, start: int
) -> list[tuple[str, dict[str, Array]]]:
    """Return each level parameter of an assignment: its values, bounds and base."""
    fields = [
        field
        for field in dataclasses.fields(assignment.policy)  # type: ignore[arg-type]  # every rule is a dataclass
        if field.metadata.get("kind") == "level"
    ]
    names = [field.name for field in fields]
    pair = LOWER in names and UPPER in names
    found = []
    for field in fields:
        value = np.broadcast_to(getattr(assignment.policy, field.name)[:, 0], ceiling.shape)
        aims = field.metadata.get("position_target") or (pair and field.name == LOWER)
        base = np.full(ceiling.size, -1)
        if pair and field.name == UPPER:
            base = start + names.index(LOWER) * ceiling.size + np.arange(ceiling.size)
        found.append(
            (
                field.name,
                {
                    "shipped": value,
                    "lower": np.full(ceiling.size, float(field.metadata["minimum"])),
                    "upper": ceiling if aims else np.full(ceiling.size, LARGEST),
                    "base": base,
                },
            )
        )
    return found


def _joined(model: Model, slots: list[Slot], parts: list[dict[str, Any]]) -> Tunable:
    columns = {
        name: np.concatenate([part[name] for part in parts])
        for name in ("shipped", "lower", "upper", "base", "levels", "points")
    }
    lower = np.ceil(columns["lower"]) if model.network.whole_units else columns["lower"]
    owners = [
        model.network.levels[level].points[int(row)]
        for level, row in zip(columns["levels"].tolist(), columns["points"].tolist(), strict=True)
    ]
    return Tunable(
        tuple(slots),
        tuple(name for part in parts for name in part["names"]),
        columns["levels"],
        columns["points"],
        tuple(point.location for point in owners),
        tuple(point.sku for point in owners),
        columns["shipped"],
        lower,
        columns["upper"],
        columns["base"],
        model.network.whole_units,
    )


def _changed_level(
    level: LevelPolicies, number: int, changed: Mapping[tuple[int, int], dict[str, Array]]
) -> LevelPolicies:
    assignments = tuple(
        dataclasses.replace(
            each,
            policy=dataclasses.replace(each.policy, **changed.get((number, which), {})),  # type: ignore[type-var]  # every rule is a dataclass
        )
        for which, each in enumerate(level.assignments)
    )
    return dataclasses.replace(level, assignments=assignments)


def _with(place: Place, values: dict[str, dict[str, float]]) -> Place:
    """Return a location whose policy has these parameters in the place of its own."""
    if not values:
        return place
    parameters: dict[str, Any] = {**place.policy.parameters, **values}
    policy = PolicySettings.model_construct(rule=place.policy.rule, parameters=parameters)
    return place.model_copy(update={"policy": policy})
