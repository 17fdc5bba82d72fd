"""Lots for demand that is known and varies by day: Silver-Meal, and the optimum of Wagner-Whitin.

Sources: Silver & Meal (1973), "A heuristic for selecting lot size requirements for the case of a
deterministic time-varying demand rate and discrete opportunities for replenishment", Production and
Inventory Management 14(2); Silver, Pyke & Thomas, *Inventory and Production Management in Supply
Chains*, 4th ed. (2017), chapter 5; Wagner & Whitin (1958), "Dynamic version of the economic lot
size model", Management Science 5(1).
"""

from __future__ import annotations

import math
from collections.abc import Sequence


def silver_meal(demand: Sequence[float], ordering: float, holding: float) -> list[float]:
    """Return the units to order for each day: a lot covers days while its cost a day falls.

    A lot comes before the demand of its first day; `holding` is charged per unit and night. In the
    book's example, the year costs 501.20.

    >>> year = [10, 62, 12, 130, 154, 129, 88, 52, 124, 160, 238, 41]
    >>> lots = silver_meal(year, ordering=54, holding=0.4)
    >>> lots
    [84, 0, 0, 130, 283, 0, 140, 0, 124, 160, 279, 0]
    >>> round(cost_of_lots(lots, year, ordering=54, holding=0.4), 2)
    501.2
    """
    lots: list[float] = [0] * len(demand)
    first = 0
    while first < len(demand):
        last, cost = first, ordering
        while last + 1 < len(demand):
            longer = cost + holding * (last + 1 - first) * demand[last + 1]
            if longer / (last + 2 - first) > cost / (last + 1 - first):
                break
            last, cost = last + 1, longer
        lots[first] = sum(demand[first : last + 1])
        first = last + 1
    return lots


def wagner_whitin(demand: Sequence[float], ordering: float, holding: float) -> list[float]:
    """Return the units to order for each day at least cost.

    Snyder & Shen, "Fundamentals of Supply Chain Theory", 2nd ed. (2019), Example 3.9: 1380.

    >>> demand = [90, 120, 80, 70]
    >>> lots = wagner_whitin(demand, ordering=500, holding=2)
    >>> lots, cost_of_lots(lots, demand, ordering=500, holding=2)
    ([210, 0, 150, 0], 1380)
    """
    days = len(demand)
    least, until = [math.inf] * days + [0.0], [days] * days
    for first in reversed(range(days)):
        carried = 0.0
        for end in range(first + 1, days + 1):
            carried += holding * (end - 1 - first) * demand[end - 1]
            if ordering + carried + least[end] < least[first]:
                least[first], until[first] = ordering + carried + least[end], end
    lots: list[float] = [0] * days
    first = 0
    while first < days:
        lots[first] = sum(demand[first : until[first]])
        first = until[first]
    return lots


def cost_of_lots(
    lots: Sequence[float], demand: Sequence[float], ordering: float, holding: float
) -> float:
    """Return what lots cost: an ordering cost each, and holding what a night finds in stock."""
    stock: float = 0
    cost: float = 0
    for lot, units in zip(lots, demand, strict=True):
        stock += lot - units
        cost += ordering * (lot > 0) + holding * stock
    return cost
