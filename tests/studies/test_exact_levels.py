"""Exact algorithms for levels and lots, against trying everything."""

import itertools
import math

import numpy as np
import pytest

from inventory_hmarl.studies.best_s_S import best_s_S, poisson
from inventory_hmarl.studies.closed_forms import fractile_level
from inventory_hmarl.studies.echelons import clark_scarf, guaranteed_service
from inventory_hmarl.studies.lot_sizes import cost_of_lots, silver_meal, wagner_whitin


def cost_of_pair(day, s, upper, rates):
    """Return the cost a day of (s, S) with lead time 1, from the stationary positions."""
    holding, penalty, ordering = rates
    positions = np.arange(s + 1, upper + 1)
    moves = np.zeros((positions.size, positions.size))
    orders = np.zeros(positions.size)
    for row, position in enumerate(positions):
        for units, probability in enumerate(day):
            after = position - units
            target = upper if after <= s else after
            moves[row, target - s - 1] += probability
            orders[row] += probability * (after <= s)
    share = np.linalg.matrix_power(moves, 4096)[0]
    two_days = np.convolve(day, day)
    left = positions[:, None] - np.arange(two_days.size)
    one_day = (np.where(left > 0, holding * left, -penalty * left) * two_days).sum(axis=1)
    return float(share @ (one_day + ordering * orders))


def test_the_best_s_S_is_the_best_of_all_pairs():
    """No pair of levels around it costs less, by the chain of positions."""
    day, rates = poisson(3), (1.0, 6.0, 12.0)
    best = best_s_S(day, 1, *rates)
    around = itertools.product(range(0, 9), range(10, 20))
    costs = {pair: cost_of_pair(day, *pair, rates) for pair in around}
    assert min(costs, key=costs.get) == (best.reorder_point, best.order_up_to)
    assert min(costs.values()) == pytest.approx(best.cost, abs=1e-4)


def test_one_stage_is_the_newsvendor():
    """Clark and Scarf's levels of one stage are the newsvendor's, and so is their cost."""
    levels = clark_scarf(50, 8, days=(1,), holding=(0.18,), penalty=0.7)
    assert levels.order_up_to[0] == pytest.approx(fractile_level(0.7 / 0.88, 50, 8), abs=0.1)
    assert levels.cost == pytest.approx(1.9976, abs=2e-3)  # Snyder & Shen, Example 4.1


def test_guaranteed_service_is_the_best_of_all_service_times():
    """No service times in whole days cost less than those that are found."""
    days, holding = (2, 1, 3, 2), (5.0, 2.6, 2.4, 1.0)
    found = guaranteed_service(10, days, holding, 2.0)

    def cost(quoted):
        entering = (*quoted[1:], 0)
        spans = [e + d - q for e, d, q in zip(entering, days, quoted, strict=True)]
        if min(spans) < 0:
            return math.inf
        return sum(h * 20 * math.sqrt(span) for h, span in zip(holding, spans, strict=True))

    every = itertools.product([0], *(range(sum(days) + 1) for _ in days[1:]))
    assert found.cost == pytest.approx(min(map(cost, every)))
    assert found.cost == pytest.approx(cost(found.service_times))
    assert found.cost == pytest.approx(np.dot(holding, found.safety_stock))


def test_wagner_whitin_is_the_best_of_all_plans():
    """No choice of days to order on costs less, and Silver-Meal costs no less."""
    demand, ordering, holding = [7, 0, 12, 30, 3, 18, 9], 40.0, 1.5

    def planned(days):
        starts = [*days, len(demand)]
        lots = [0] * len(demand)
        for first, after in itertools.pairwise(starts):
            lots[first] = sum(demand[first:after])
        return cost_of_lots(lots, demand, ordering, holding)

    rest = range(1, len(demand))
    plans = [(0, *chosen) for n in range(len(demand)) for chosen in itertools.combinations(rest, n)]
    best = cost_of_lots(wagner_whitin(demand, ordering, holding), demand, ordering, holding)
    nearly = cost_of_lots(silver_meal(demand, ordering, holding), demand, ordering, holding)
    assert best == min(map(planned, plans))
    assert nearly >= best
