"""Where a search begins: levels by the closed forms, and how far it steps from there."""

from __future__ import annotations

import math

import numpy as np

from inventory_hmarl.core.arrays import Array
from inventory_hmarl.core.model import Model
from inventory_hmarl.studies.closed_forms import (
    critical_ratio,
    fractile_level,
    order_quantity,
    power_approximation,
)
from inventory_hmarl.studies.demands import LevelDemand, demands
from inventory_hmarl.studies.tunable import Tunable

WAREHOUSE_SERVICE = 0.95  # of a location without customers of its own, whose shortage has no price


def starting_levels(model: Model, tunable: Tunable) -> tuple[Array, Array]:
    """Return closed-form values and step sizes of the tunable numbers, coded, `(N,)` each.

    Base-stock: the fractile of L + 1 days' demand. (s, S): the power approximation where customers
    wait, else the economic order quantity above a fractile. A level without a formula (echelon
    levels above the stores) starts at the case's own.
    """
    found = demands(model)
    values, steps = tunable.shipped.copy(), np.ones(tunable.size)
    for row in range(tunable.size):
        level, point = int(tunable.levels[row]), int(tunable.points[row])
        about = found[level]
        spread = float(about.deviation[point]) * math.sqrt(float(about.lead_time[point]) + 1)
        point_levels = _levels(model, about, level, point)
        echelon = tunable.names[row] == "order_up_to" and _is_echelon(model, tunable, row)
        if tunable.names[row] in point_levels and not echelon:
            values[row] = point_levels[tunable.names[row]]
        if tunable.base[row] >= 0:
            values[row] = max(point_levels["far"], values[tunable.base[row]])
            steps[row] = max(1.0, 0.3 * (values[row] - values[tunable.base[row]]))
        else:
            steps[row] = max(1.0, 0.5 * spread, 0.1 * float(about.mean[point]))
    return tunable.coded(tunable.levels_of(tunable.coded(values)[:, None])[:, 0]), steps


def _is_echelon(model: Model, tunable: Tunable, row: int) -> bool:
    level = int(tunable.levels[row])
    for slot in tunable.slots:
        if row in (slot.rows[0], slot.rows[-1]) or slot.rows[0] < row < slot.rows[-1]:
            policy = model.policies.levels[level].assignments[slot.assignment].policy
            return level > 0 and "echelon_position" in policy.sees
    return False


def _levels(model: Model, about: LevelDemand, level: int, point: int) -> dict[str, float]:
    """Return the closed-form value of each parameter of a point, by its name; "far": S over s."""
    mean, deviation = float(about.mean[point]), float(about.deviation[point])
    holding, penalty = float(about.holding[point]), float(about.stockout[point])
    ordering, days = float(about.ordering[point]), float(about.lead_time[point]) + 1
    quantity = order_quantity(mean, ordering, holding)
    waits = model.network.levels[level].backordered
    lost = waits is None or not waits[point, 0]
    sells = model.network.levels[level].sells and penalty > 0
    ratio = WAREHOUSE_SERVICE
    one = ratio
    if sells:
        ratio = critical_ratio(holding, penalty, quantity, mean, lost=lost)
        one = critical_ratio(holding, penalty, mean, mean, lost=lost)
    whole, spread = mean * days, deviation * math.sqrt(days)
    order_point = fractile_level(ratio, whole, spread)
    near, far = order_point, order_point + quantity
    if sells and not lost and ordering > 0 and holding > 0 and mean > 0:
        near, far = power_approximation((mean, deviation), days, holding, penalty, ordering)
    base = fractile_level(one, whole, spread)
    return {
        "reorder_point": max(near, 0.0),
        "far": max(far, 0.0),
        "order_up_to": max(base, 0.0),
        "order_quantity": max(quantity, 1.0),
        "order_cap": mean + deviation,
        "safety_stock": max(base - whole, 0.0),
    }
