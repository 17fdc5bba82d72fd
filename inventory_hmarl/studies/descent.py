"""A descent along the gradient of the cost, from which a search goes on (continuous units, JAX)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from inventory_hmarl.core.arrays import Array
from inventory_hmarl.core.model import Model
from inventory_hmarl.studies.candidates import Trial
from inventory_hmarl.studies.demands import demands
from inventory_hmarl.studies.gradients import DifferentiableCost, Parameters, differentiable_cost
from inventory_hmarl.studies.tunable import Tunable

STEPS, REPLICATIONS = 150, 64
SPREAD = 0.1  # of a day's demand, over which what jumps is spread: docs/gradients.md
FIRST, LAST = 0.2, 0.02  # moves, in steps of a search

Rows = dict[tuple[str, str], Array]


def descended(trial: Trial, start: Array, steps: Array, first: int) -> Array:
    """Return coded numbers `(N,)` after a descent from others, on fresh customers at each step.

    `steps` `(N,)` are a search's; customers are replications `first`, `first + 1`, ... Raises
    `EngineError` for a case that has no gradient, `MissingExtra` without JAX.

    Source: Kingma & Ba (2015), "Adam: a method for stochastic optimization", ICLR.
    """
    table = trial.tunable
    cost = differentiable_cost(
        trial.case,
        replications=REPLICATIONS,
        days=trial.model.days,
        relaxation=_spread(trial.model),
    )
    rows = _rows_of(cost, table)
    coded, mean, square = start.copy(), np.zeros_like(start), np.zeros_like(start)
    for step in range(1, STEPS + 1):
        customers = range(first, first := first + REPLICATIONS)
        values = table.levels_of(coded[:, None])[:, 0]
        _, tree = cost.on(customers).value_and_gradient(_tree(cost, rows, values))
        slope = _coded_slope(table, _slopes(tree, rows, table.size)) * steps
        mean += 0.1 * (slope - mean)
        square += 0.01 * (slope**2 - square)
        move = mean / (1 - 0.9**step) / np.sqrt(square / (1 - 0.99**step) + 1e-12)
        moved = coded - steps * FIRST * (LAST / FIRST) ** (step / STEPS) * move
        coded = table.coded(table.levels_of(moved[:, None])[:, 0])
    return coded


def _spread(model: Model) -> float:
    """Return over how many units jumps are spread."""
    means = demands(model)[0].mean
    return SPREAD * (float(means[means > 0].mean()) if (means > 0).any() else 1.0)


def _rows_of(cost: DifferentiableCost, table: Tunable) -> Rows:
    """Return which rows of the tunable numbers stand in each array of the cost's parameters."""
    labels = zip(table.locations, table.skus, table.names, strict=True)
    row = {(f"{place}/{sku}", name): number for number, (place, sku, name) in enumerate(labels)}
    found = {}
    for rule, field, _ in _columns(cost.parameters):
        keys = [(point, field) for point in cost.points[rule]]
        if all(key in row for key in keys):
            found[rule, field] = np.array([row[key] for key in keys])
    return found


def _columns(tree: Parameters) -> Iterator[tuple[str, str, Array]]:
    for rule, fields in tree.items():
        for field, column in fields.items():
            if isinstance(column, np.ndarray):
                yield rule, field, column


def _tree(cost: DifferentiableCost, rows: Rows, values: Array) -> Parameters:
    """Return levels `(N,)` as the cost takes them."""
    tree = cost.parameters
    for rule, field, column in _columns(tree):
        if (rule, field) in rows:
            column[:, 0] = values[rows[rule, field]]
    return tree


def _slopes(tree: Parameters, rows: Rows, size: int) -> Array:
    """Return the derivatives in levels, `(N,)`."""
    slopes = np.zeros(size)
    for rule, field, column in _columns(tree):
        if (rule, field) in rows:
            slopes[rows[rule, field]] = column[:, 0]
    return slopes


def _coded_slope(table: Tunable, slopes: Array) -> Array:
    """Return the derivatives in coded numbers: where s moves, S = s + (S - s) moves with it."""
    coded, above = slopes.copy(), np.flatnonzero(table.base >= 0)
    np.add.at(coded, table.base[above], slopes[above])
    return coded
