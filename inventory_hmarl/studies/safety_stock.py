"""`safety_stock`: the formula's answer beside the simulated one, for each kind of service.

The formulas know one store with a source that is never short, independent normal days, and
customers who wait. The simulation knows what the case says. Both are asked for the smallest reorder
point (or base-stock level) at which a store and SKU reach the service; the safety stock is what
that level holds above mean demand over lead time + 1 days. All stores and SKUs try their levels
side by side, warehouses keep theirs.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any  # settings of a case are of any type

import numpy as np

from inventory_hmarl.case import Case, as_case
from inventory_hmarl.case.compiling import compile_case
from inventory_hmarl.core.arrays import Array
from inventory_hmarl.engines import check_choice
from inventory_hmarl.engines.workers import Progress
from inventory_hmarl.studies.candidates import Method, Trial, has_chance
from inventory_hmarl.studies.closed_forms import SERVICES, point_for
from inventory_hmarl.studies.demands import demands
from inventory_hmarl.studies.errors import StudyError
from inventory_hmarl.studies.intervals import Interval, interval
from inventory_hmarl.studies.tunable import LARGEST, LOWER, UPPER, Tunable, tunable

KINDS = tuple(SERVICES)
GRID = 25  # levels of each of the two looks for the smallest that is enough
ABOVE, BELOW = 5.0, 3.0  # deviations around the formulas' levels that the first look covers


@dataclass(frozen=True)
class SafetyStock:
    """The levels of a store and SKU for one kind of service; units."""

    location: str
    sku: str
    kind: str  # the figure, a name in `KINDS`
    mean: float  # demand of a day
    deviation: float
    days: float  # lead time + 1
    quantity: float  # between reorder point and the position after an order; 0: base-stock
    formula_level: float
    formula_stock: float  # level - mean x days
    formula_service: Interval  # simulated, at the formula's level
    level: float | None  # the smallest tried that reaches the target; None: none did
    stock: float | None
    service: Interval | None  # simulated, there


@dataclass(frozen=True)
class _Place:
    """A store and SKU whose level is looked for, and what the formulas need to know."""

    row: int  # of the level, in the tunable numbers
    label: int  # of the point, among the figures by point
    demand: tuple[float, float]
    days: float
    quantity: float
    offset: float  # level - the number of the rule: mean x days where that is a safety stock


def safety_stock(
    case: Case | Mapping[str, Any] | str | Path,
    target: float = 0.95,
    **choices: Any,
) -> list[SafetyStock]:
    """Return closed-form and simulated safety stocks of every store and SKU, a row a kind.

    Keywords are those of `by_kind`.

    >>> from inventory_hmarl.case import default_case
    >>> row = safety_stock(default_case(), 0.95, replications=4)[0]
    >>> row.location, row.sku, row.kind
    ('store_1', 'milk', 'cycle_service_level')
    """
    return in_order(list(by_kind(case, target, **choices)))


def in_order(kinds: Sequence[Sequence[SafetyStock]]) -> list[SafetyStock]:
    """Return the rows of each kind of service as rows of each store and SKU."""
    return [row for rows in zip(*kinds, strict=True) for row in rows]


def by_kind(
    case: Case | Mapping[str, Any] | str | Path,
    target: float = 0.95,
    *,
    replications: int = 100,
    days: int | None = None,
    engine: str = "numpy",
    precision: str = "exact",
    workers: int | None = None,
    progress: Progress | None = None,
) -> Iterator[list[SafetyStock]]:
    """Yield the rows of each kind of service as they are found, one for each store and SKU.

    `engine`, `precision` and `workers` are those of `simulate`; `progress(done, all)` counts runs.
    """
    if not 0 < target < 1:
        raise StudyError(f"target = {target:g}: must lie between 0 and 1, both excluded.")
    check_choice(engine, precision)
    case = as_case(case)
    model = compile_case(case if days is None else case.changed(days=days))
    trial = Trial(case, model, _unbounded(tunable(model)), Method(engine, precision, workers))
    places = _places(trial)
    numbers = np.arange(replications if has_chance(model) else 1, dtype=np.uint32)
    look = _Look(trial, places, numbers)
    tell = progress or (lambda done, whole: None)
    whole = 2 + len(KINDS)
    formula = np.array(
        [[point_for(k, target, p.quantity, p.demand, p.days) for k in KINDS] for p in places]
    )
    formula = look.settled(formula)
    at_formula = look.services(formula)
    tell(1, whole)
    grid = look.settled(_first_grid(places, formula))
    coarse = look.services(grid)
    tell(2, whole)
    for number, kind in enumerate(KINDS):
        fine = look.settled(_between(grid, _mean(coarse[kind]), target))
        found = look.services(fine)[kind]
        best = _first_enough(found, target)
        tell(3 + number, whole)
        yield [
            _row(
                trial.tunable,
                place,
                kind,
                (formula[row, number], interval(at_formula[kind][row, number])),
                None if at is None else (fine[row, at], interval(found[row, at])),
            )
            for row, (place, at) in enumerate(zip(places, best, strict=True))
        ]


def _first_enough(service: Array, target: float) -> list[int | None]:
    """Return the first level of each place `(places, C, R)` that is enough; None: none is."""
    return [int(np.argmax(enough)) if enough.any() else None for enough in _mean(service) >= target]


def _unbounded(table: Tunable) -> Tunable:
    """Return the table without upper bounds: orders are still cut by `max_inventory`."""
    return dataclasses.replace(table, upper=np.full(table.size, LARGEST))


def _row(
    table: Tunable,
    place: _Place,
    kind: str,
    formula: tuple[float, Interval],
    simulated: tuple[float, Interval] | None,
) -> SafetyStock:
    mean = place.demand[0] * place.days
    level = None if simulated is None else float(simulated[0])
    return SafetyStock(
        table.locations[place.row],
        table.skus[place.row],
        kind,
        *place.demand,
        place.days,
        place.quantity,
        float(formula[0]),
        float(formula[0]) - mean,
        formula[1],
        level,
        None if level is None else level - mean,
        None if simulated is None else simulated[1],
    )


def _places(trial: Trial) -> list[_Place]:
    """Return the stores and SKUs whose rule has a level to set."""
    table, network = trial.tunable, trial.model.network
    start = np.cumsum([0, *(len(level.points) for level in network.levels)])
    about = demands(trial.model)
    found = []
    numbers: dict[tuple[str, str], dict[str, int]] = {}
    for number, name in enumerate(table.names):
        numbers.setdefault((table.locations[number], table.skus[number]), {})[name] = number
    for names in numbers.values():
        row = next((names[n] for n in (LOWER, UPPER, "safety_stock") if n in names), None)
        if row is None:
            continue
        level, point = int(table.levels[row]), int(table.points[row])
        here = about[level]
        if table.locations[row] not in trial.case.stores or here.mean[point] <= 0:
            continue
        demand = (float(here.mean[point]), float(here.deviation[point]))
        days = float(here.lead_time[point]) + 1
        offset = demand[0] * days if "safety_stock" in names else 0.0
        quantity = _quantity(table, names)
        found.append(_Place(row, int(start[level]) + point, demand, days, quantity, offset))
    if not found:
        raise StudyError(
            "policies: no store has a reorder point, an order-up-to level or a safety stock to set."
        )
    return found


def _quantity(table: Tunable, names: Mapping[str, int]) -> float:
    """Return how far the position after an order is above the reorder point."""
    if LOWER not in names:
        return 0.0
    if "order_quantity" in names:
        return float(table.shipped[names["order_quantity"]])
    return float(table.shipped[names[UPPER]] - table.shipped[names[LOWER]])


@dataclass(frozen=True)
class _Look:
    """Tries levels of all places side by side."""

    trial: Trial
    places: list[_Place]
    numbers: Array

    def settled(self, levels: Array) -> Array:
        """Return levels `(places, C)` rounded up so that each rule's number is one of units."""
        if not self.trial.tunable.whole_units:
            return levels
        offset = np.array([place.offset for place in self.places])[:, None]
        settled: Array = np.ceil(levels - offset - 1e-9) + offset
        return settled

    def services(self, levels: Array) -> Mapping[str, Array]:
        """Return each service `(places, C, R)` at levels `(places, C)`."""
        table = self.trial.tunable
        coded = np.repeat(table.coded(table.shipped)[:, None], levels.shape[1], axis=1)
        for place, mine in zip(self.places, levels, strict=True):
            coded[place.row] = mine - place.offset
        values = table.levels_of(coded)
        figures = self.trial.samples(values, self.numbers, KINDS, "point")
        rows = [place.label for place in self.places]
        return {kind: figures[kind][rows] for kind in KINDS}


def _first_grid(places: list[_Place], formula: Array) -> Array:
    spread = np.array([place.demand[1] * np.sqrt(place.days) for place in places])
    margin = np.maximum(spread, 1.0)
    low = np.maximum(formula.min(axis=1) - BELOW * margin, 0.0)
    high = formula.max(axis=1) + ABOVE * margin
    return np.linspace(low, high, GRID, axis=1)


def _between(grid: Array, service: Array, target: float) -> Array:
    """Return a finer grid around the first level that is enough.

    It reaches a step further on both sides: stores that share a warehouse meet other neighbours in
    the second look than in the first.
    """
    enough = service >= target
    most = grid.shape[1] - 1
    last = np.where(enough.any(axis=1), np.argmax(enough, axis=1), most)
    rows = np.arange(grid.shape[0])
    low, high = np.maximum(last - 2, 0), np.minimum(last + 1, most)
    return np.linspace(grid[rows, low], grid[rows, high], GRID, axis=1)


def _mean(service: Array) -> Array:
    """Return the mean over replications that have a value, `(..., R) -> (...)`; 1 where none has.

    Without a cycle, or without demand, nobody went unserved.
    """
    known = ~np.isnan(service)
    total = np.where(known, service, 0.0).sum(axis=-1)
    mean: Array = np.where(known.any(axis=-1), total / np.maximum(known.sum(axis=-1), 1), 1.0)
    return mean
