"""The best (s, S) of a location whose customers wait, exactly, for any demand in whole units."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from inventory_hmarl.core.arrays import Array

DECIMALS = 4  # of a cost


def poisson(mean: float) -> Array:
    """Return the probabilities of 0, 1, 2, ... units, `(values,)`."""
    most = math.ceil(mean + 12 * math.sqrt(mean) + 12)
    return np.array([math.exp(k * math.log(mean) - mean - math.lgamma(k + 1)) for k in range(most)])


@dataclass(frozen=True)
class BestLevels:
    """The best (s, S), and the cost a day that it has."""

    reorder_point: int
    order_up_to: int
    cost: float  # to four decimals


def best_s_S(  # the rule's name
    probabilities: Sequence[float] | Array,
    lead_time: int,
    holding: float,
    penalty: float,
    ordering: float,
) -> BestLevels:
    """Return the (s, S) of least average cost a day; unmet demand waits.

    `probabilities` are those of 0, 1, 2, ... units a day; `penalty` is charged per unit waiting and
    day. An order that is due after `lead_time` days must last for lead_time + 1 days of demand.

    Source: Zheng & Federgruen (1991), "Finding optimal (s, S) policies is about as simple as
    evaluating a single policy", Operations Research 39(4); their table: (6, 40), 35.022. Snyder &
    Shen (2019), Example 4.7: (4, 10), 8.034.

    >>> best_s_S(poisson(10), 0, holding=1, penalty=9, ordering=64)
    BestLevels(reorder_point=6, order_up_to=40, cost=35.0216)
    >>> best_s_S(poisson(6), 0, holding=1, penalty=4, ordering=5)
    BestLevels(reorder_point=4, order_up_to=10, cost=8.0341)
    """
    day = np.asarray(probabilities, dtype=np.float64)
    search = _Search(day, lead_time, holding, penalty, ordering)
    lowest = search.lowest()
    s, best = lowest - 1, lowest
    while search.cost(s, best) > search.one_day(s):
        s -= 1
    cost, upper = search.cost(s, best), best + 1
    while search.one_day(upper) <= cost:
        if search.cost(s, upper) < cost:
            best = upper
            while search.cost(s, best) <= search.one_day(s + 1):
                s += 1
            cost = search.cost(s, best)
        upper += 1
    return BestLevels(s, best, round(cost, DECIMALS))


class _Search:
    """The cost of positions and of pairs of levels, each computed once."""

    def __init__(
        self, day: Array, lead_time: int, holding: float, penalty: float, ordering: float
    ) -> None:
        self.day, self.ordering = day, ordering
        self.rates = holding, penalty
        self.total = day
        for _ in range(lead_time):
            self.total = np.convolve(self.total, day)
        self.renewals = [1.0 / (1.0 - float(day[0]))]

    def one_day(self, position: int) -> float:
        """Return G(y): what a day costs, lead_time + 1 days of demand after the position."""
        left = position - np.arange(self.total.size)
        holding, penalty = self.rates
        cost = np.where(left > 0, holding * left, -penalty * left) * self.total
        return float(cost.sum())

    def lowest(self) -> int:
        """Return the position whose day costs least: the newsvendor's."""
        holding, penalty = self.rates
        reached = np.cumsum(self.total) >= penalty / (penalty + holding)
        return int(np.argmax(reached))

    def cost(self, s: int, upper: int) -> float:
        """Return the cost a day of (s, S): (K + sum m(j) G(S - j)) / sum m(j), j < S - s."""
        weights = [self._renewal(j) for j in range(upper - s)]
        days = math.fsum(weights)
        costs = [w * self.one_day(upper - j) for j, w in enumerate(weights)]
        return (self.ordering + math.fsum(costs)) / days

    def _renewal(self, units: int) -> float:
        """Return m(j): the mean number of days on which a cycle's demand so far is j."""
        while len(self.renewals) <= units:
            j = len(self.renewals)
            known = self.day[1 : j + 1]
            before = np.array(self.renewals[::-1][: known.size])
            self.renewals.append(float((known * before).sum()) / (1.0 - float(self.day[0])))
        return self.renewals[units]
