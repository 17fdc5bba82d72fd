"""Levels of stages in series: echelon base-stock that is optimal, and guaranteed service.

Stages are named from the store upward. A stage's `days` are the days of demand that its order must
last for, lead time + 1 in our day (see docs/day.md): they are the lead times of books in which
orders follow demand.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from inventory_hmarl.core.arrays import Array

STEPS = 100  # of the grid of positions, a standard deviation of a day
DRAWS = 40  # of demand, a standard deviation
WIDTH = 8.0  # standard deviations to both sides


@dataclass(frozen=True)
class EchelonLevels:
    """Echelon base-stock levels from the store upward, and the cost a day with stock in transit."""

    order_up_to: tuple[float, ...]
    cost: float


def clark_scarf(
    mean: float,
    deviation: float,
    days: Sequence[int],
    holding: Sequence[float],
    penalty: float,
) -> EchelonLevels:
    """Return the best echelon base-stock levels of stages in series; customers wait.

    `holding` are the local rates, the store's first and highest; stock in transit is charged at the
    rate of the stage that sent it. Demand is normal by day, days independent of each other.

    Source: Clark & Scarf (1960), "Optimal policies for a multi-echelon inventory problem",
    Management Science 6(4); Snyder & Shen, "Fundamentals of Supply Chain Theory", 2nd ed. (2019),
    section 6.2 and Example 6.1: 6.49, 12.02, 22.71, and 47.65, which is 47.66 on a finer grid.

    >>> levels = clark_scarf(5, 1, days=(1, 1, 2), holding=(7, 4, 2), penalty=37.12)
    >>> [round(level, 2) for level in levels.order_up_to], round(levels.cost, 2)
    ([6.49, 12.02, 22.71], 47.66)
    """
    spread = WIDTH * deviation * math.sqrt(sum(days))
    most = mean * sum(days) + spread
    position = np.arange(-most, most, deviation / STEPS)
    rates = np.array(holding, dtype=np.float64)
    echelon = rates - np.append(rates[1:], 0.0)
    expected = echelon[0] * position + (penalty + rates[0]) * np.maximum(-position, 0.0)
    levels: list[float] = []
    cost = 0.0
    for number, span in enumerate(days):
        costs = _after_demand(position, expected, mean * span, deviation * math.sqrt(span))
        lowest = int(np.argmin(costs))
        levels.append(float(position[lowest]))
        cost = float(costs[lowest])
        if number + 1 < len(days):
            beyond = np.where(position > position[lowest], cost, costs)
            expected = echelon[number + 1] * position + beyond
    return EchelonLevels(tuple(levels), cost)


def _after_demand(position: Array, cost: Array, mean: float, deviation: float) -> Array:
    """Return the mean cost once normal demand has been taken from each position."""
    edges = np.arange(-WIDTH, WIDTH, 1.0 / DRAWS)
    middle = edges[:-1] + 0.5 / DRAWS
    weight = np.diff([NormalDist().cdf(float(edge)) for edge in edges])
    found = np.zeros_like(position)
    for units, part in zip(mean + deviation * middle, weight / weight.sum(), strict=True):
        found += part * np.interp(position - units, position, cost)
    return found


@dataclass(frozen=True)
class Placement:
    """Where safety stock is held: the service time that each stage quotes, store first."""

    service_times: tuple[int, ...]  # days from a customer's order to its delivery
    safety_stock: tuple[float, ...]  # units
    cost: float  # money a day
    entering: tuple[int, ...] = ()  # days that each stage waits for its suppliers, in a tree


def guaranteed_service(
    deviation: float, days: Sequence[int], holding: Sequence[float], service_factor: float
) -> Placement:
    """Return where stages in series hold safety stock at least cost; the store delivers at once.

    Each stage quotes its customer a time within which it always delivers, and holds stock against
    `service_factor` standard deviations of demand over the days that remain: what its own supplier
    quotes + its `days` - what it quotes. In the best answer each stage holds stock for all of that
    or none.

    Source: Simpson (1958), "In-process inventories", Operations Research 6(6); Graves & Willems
    (2000), "Optimizing strategic safety stock placement in supply chains", M&SOM 2(1).

    >>> placed = guaranteed_service(10, days=(2, 3), holding=(3, 1), service_factor=2)
    >>> placed.service_times, [round(units, 1) for units in placed.safety_stock]
    ((0, 0), [28.3, 34.6])
    >>> guaranteed_service(10, days=(2, 3), holding=(3, 2.9), service_factor=2).service_times
    (0, 3)
    """
    stages = len(days)
    least = [math.inf] * stages + [0.0]  # cost of the stages from this one upward
    above = [stages] * stages  # the next stage upward that holds stock
    for stage in reversed(range(stages)):
        for other in range(stage + 1, stages + 1):
            span = sum(days[stage:other])
            cost = holding[stage] * service_factor * deviation * math.sqrt(span) + least[other]
            if cost < least[stage]:
                least[stage], above[stage] = cost, other
    quoted, stock = [0] * stages, [0.0] * stages
    stage = 0
    while stage < stages:
        other = above[stage]
        stock[stage] = service_factor * deviation * math.sqrt(sum(days[stage:other]))
        for between in range(stage + 1, other):
            quoted[between] = sum(days[between:other])
        stage = other
    return Placement(tuple(quoted), tuple(stock), least[0])
