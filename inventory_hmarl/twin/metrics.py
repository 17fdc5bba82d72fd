"""A twin's figures: of the day, and of the run so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from inventory_hmarl.core.arrays import Array, take
from inventory_hmarl.core.kpis import (
    Counts,
    Groups,
    Ledger,
    figures,
    group,
    inventory_figures,
    lowest_service,
)
from inventory_hmarl.core.model import Model
from inventory_hmarl.core.record import LINES, MONEY, Recorder
from inventory_hmarl.twin.sums import Sums, sums

# What a twin counts: no more than it tells, since a step of one chain pays for each quantity.
TOLD = MONEY | {"in_full", "arrived", "failed"}
# The brief's names for figures that have other names everywhere else.
BRIEF_NAMES = {"avg_service_level": "unit_fill_rate", "fill_rate": "order_fill_rate"}
TOTALS = (
    "total_demand",
    "total_sales",
    "total_lost_sales",
    "total_cost",
    "avg_daily_cost",
    "total_holding_cost",
    "total_stockout_penalty",
    "total_ordering_cost",
    "revenue",
    "purchase_cost",
    "profit",
)
DAILY = {
    "demand": "total_demand",
    "sales": "total_sales",
    "lost_sales": "total_lost_sales",
    "holding_cost": "total_holding_cost",
    "stockout_penalty": "total_stockout_penalty",
    "ordering_cost": "total_ordering_cost",
    "total_cost": "total_cost",
    "inventory": "avg_inventory",
}


@dataclass(frozen=True)
class DayWeights:
    """The figures of a day as sums over its record's rows, and what its fractions are made of."""

    sums: Sums

    def metrics(self, values: list[float]) -> dict[str, Any]:
        """Return the brief's metrics of a day from the values of its sums."""
        answer: dict[str, Any] = dict(zip(DAILY, values, strict=False))
        demand, (filled, orders, in_full) = values[0], values[-3:]
        answer["service_level"] = filled / demand if demand else None
        answer["fill_rate"] = in_full / orders if orders else None
        return answer


def day_weights(model: Model, recorder: Recorder) -> DayWeights:
    """Return the sums, read off the points' figures of records with one unit a point."""
    point, place = _rows_of_points(model, recorder)
    units = np.zeros((recorder.size, place.max() + 1))
    units[np.arange(recorder.size), place] = 1.0
    counts = Counts(recorder, units, (), (), 1)
    points = group(model.network, "point")
    values = figures(model, counts, points)
    ledger = Ledger(model, counts, points)
    told = [values[name] for name in DAILY.values()]
    told += [ledger.points("filled"), values["order_lines"], ledger.lines("in_full")]
    weights = [figure[point, place].tolist() for figure in told]
    return DayWeights(sums([[(i, w) for i, w in enumerate(row) if w] for row in weights]))


def _rows_of_points(model: Model, recorder: Recorder) -> tuple[Array, Array]:
    """Return the point of each row of a record, and which of its rows this one is: `(rows,)`."""
    levels = model.network.levels
    starts = np.cumsum([0, *(len(level.points) for level in levels)])
    point = np.empty(recorder.size, np.intp)
    for (name, number), rows in recorder.rows.items():
        mine = np.arange(len(levels[number].points))
        if name in LINES:
            mine = take(mine, levels[number].point_of_line)
        point[rows] = starts[number] + mine
    order = np.argsort(point, kind="stable")
    place = np.empty_like(order)
    place[order] = np.arange(order.size) - np.searchsorted(point[order], point[order])
    return point, place


def run_metrics(
    model: Model, recorder: Recorder, records: list[Array], kinds: Mapping[str, str]
) -> dict[str, Any]:
    """Return the brief's metrics of the days after the warm-up, and the same for every part.

    `kinds` says of each location whether it belongs to "stores" or "warehouses". A figure that
    divides by zero is None. Before the warm-up is over every total is 0.
    """
    every = np.stack(records) if records else np.zeros((0, recorder.size, 1))
    measured = every[model.warmup_days :]
    network = _metrics(model, recorder, measured, group(model.network))["network"]
    locations = _metrics(model, recorder, measured, group(model.network, "location"))
    skus = _metrics(model, recorder, measured, group(model.network, "sku"))
    return {
        **network,
        "stores": {name: m for name, m in locations.items() if kinds[name] == "stores"},
        "warehouses": {name: m for name, m in locations.items() if kinds[name] == "warehouses"},
        "skus": skus,
    }


def _metrics(
    model: Model, recorder: Recorder, measured: Array, groups: Groups
) -> dict[str, dict[str, Any]]:
    days = measured.shape[0]
    counts = Counts(recorder, measured.sum(axis=0), (), (), max(days, 1))
    values = figures(model, counts, groups)
    columns = {name: values[BRIEF_NAMES[name]] for name in BRIEF_NAMES}
    columns |= {name: values[name] for name in TOTALS}
    if days:
        demand, filled, stock = (
            _daily(recorder, measured, groups, name) for name in ("demand", "filled", "stock")
        )
        columns["min_service_level"] = lowest_service(demand, filled)
        columns |= inventory_figures(stock)
    else:
        empty = np.full((len(groups.labels), 1), np.nan)
        names = ("avg_inventory", "min_inventory", "max_inventory", "inventory_std")
        columns |= dict.fromkeys(("min_service_level", *names), empty)
    return {
        label: {name: known(column[row, 0]) for name, column in columns.items()}
        for row, label in enumerate(groups.labels)
    }


def _daily(recorder: Recorder, measured: Array, groups: Groups, name: str) -> Array:
    """Return a point quantity of every day, `(days, G, 1)`."""
    total = np.zeros((len(groups.labels), measured.shape[0]))
    for level, plan in enumerate(groups.points):
        if name == "stock" or recorder.sells(level):
            total = total + plan.sum(recorder.of(measured, name, level)[:, :, 0].T)
    return total.T[:, :, None]


def known(value: float) -> float | None:
    """Return a Python number, or None for NaN."""
    number = float(value)
    return None if np.isnan(number) else number
