"""The package's own case under a scenario, and what it costs when all is known beforehand."""

from __future__ import annotations

import dataclasses
from typing import NamedTuple

import numpy as np

from benchmarks.agents.problem import Problem
from inventory_hmarl import Case, apply_scenario, default_case, simulate
from inventory_hmarl.case import Lane
from inventory_hmarl.core.arrays import Array
from inventory_hmarl.engines.outcome import Keep


def default(scenario: str) -> Problem:
    """Return the default case under a scenario."""
    case = apply_scenario(default_case(), scenario)
    return Problem(f"the default case, {scenario}", case, bound=lambda: Foreseeing(case))


class Price(NamedTuple):
    """What is paid for a shipment, a unit held over a day, and a unit lost."""

    ordering: float
    holding: float
    stockout: float


@dataclasses.dataclass(frozen=True)
class Foreseeing:
    """All customers are known, and every store is supplied at once by a source never short.

    Least cost of each SKU by itself. A day on which stores receive something is paid for once for
    all of them: either a store ordered it that day, or it was owed and the warehouse received it,
    and then the warehouse ordered. So nobody costs less; nobody can cost as little, as the
    warehouse holds stock for nothing. What is ordered in the warm-up is free, and so are deliveries
    while it may be on its way.

    Source: Wagner & Whitin (1958), "Dynamic version of the economic lot size model", Management
    Science 5(1), with sales that may be lost.
    """

    case: Case

    def costs(self, episodes: range) -> Array:
        """Return the least cost a day in each episode, `(R,)`."""
        case = self.case
        kept = Keep(kpis=False, records=["demand"])
        run = simulate(case, replications=episodes, keep=kept)
        demand, model = run.series("demand")[0], run.model
        level, rates, start = model.network.levels[0], model.rates[0], model.start[0].on_hand
        missing = np.maximum(np.cumsum(demand, axis=0) - start, 0.0)  # beyond the stock there is
        left = np.maximum(start - np.cumsum(demand, axis=0), 0.0)
        net = np.diff(missing, axis=0, prepend=0.0)
        lead_time = sum(max(lane.lead_time + 1 for lane in lanes) for lanes in _levels(case))
        total = np.zeros(len(episodes))
        for sku in case.skus:
            rows = [row for row, point in enumerate(level.points) if point.sku == sku]
            price = Price(
                *(float(each[rows[0]]) for each in (rates.ordering, rates.holding, rates.stockout))
            )
            days = case.warmup_days, case.warmup_days + lead_time
            total += least_cost(net[:, rows].sum(axis=1), price, *days)
            held = left[case.warmup_days :, rows].sum(axis=(0, 1))
            total += price.holding * held
        return total / (case.days - case.warmup_days)


def _levels(case: Case) -> list[list[Lane]]:
    """Return the lanes to the stores, and the others."""
    to_stores = [lane for lane in case.lanes if lane.destination in case.stores]
    return [to_stores, [lane for lane in case.lanes if lane not in to_stores]]


def least_cost(demand: Array, price: Price, free_days: int, free_deliveries: int) -> Array:
    """Return the least cost of serving or losing `demand` `(days, R)`, `(R,)`.

    The first `free_days` cost nothing, and deliveries up to day `free_deliveries` are not paid for.

    >>> least_cost(np.array([[2.0], [2.0], [2.0]]), Price(3.0, 1.0, 9.0), 0, 0).tolist()
    [8.0]
    """
    days, count = demand.shape
    charged = (np.arange(days) >= free_days).astype(float)
    held = np.concatenate([[0.0], np.cumsum(price.holding * charged)])  # before each day
    ordering = np.where(np.arange(days) < free_deliveries, 0.0, price.ordering)[:, None]
    best, since = np.zeros(count), np.zeros((days, count))  # of what is served by day j's delivery
    for day in range(days):
        since[day] = best + ordering[day]
        stockout = price.stockout * charged[day]
        unit = np.minimum(held[day] - held[: day + 1], stockout)[:, None]
        since[: day + 1] += unit * demand[day]
        best = np.minimum(best + stockout * demand[day], since[: day + 1].min(axis=0))
    return best
