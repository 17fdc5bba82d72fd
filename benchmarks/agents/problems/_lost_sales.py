"""One store, lost sales, Poisson demand: the optimal policy, by value iteration."""

from __future__ import annotations

import functools
import math

import numpy as np

from benchmarks.agents.playing import Agent
from inventory_hmarl import Case
from inventory_hmarl.core.arrays import Array
from inventory_hmarl.envs.chain_env import ChainEnv
from inventory_hmarl.envs.observations import Observe

SWEEPS = 1000  # at most
EXACT = 1e-6  # of the cost a day


@functools.lru_cache(maxsize=32)
def solved(mean: float, lead_time: int, penalty: float, largest: int) -> tuple[Array, float]:
    """Return the best order in each state, and the cost a day; holding a unit costs 1.

    A state is what tomorrow begins with (on hand and due today), and what is due in 1, 2, ... days
    up to lead time - 1: an axis each. Source: Zipkin (2008), "Old and new methods for lost-sales
    inventory systems", Operations Research 56(5), section 2; relative value iteration, Puterman
    (1994), section 8.5.
    """
    most = 3 * largest  # more stock is not worth telling apart
    stock, demand = np.arange(most + 1), _poisson(mean, 3 * most)
    lost = np.maximum(np.arange(demand.size) - stock[:, None], 0) @ demand
    moves = np.zeros((most + 1, most + 1))  # from tomorrow's stock to what is left of it
    for units, chance in enumerate(demand.tolist()):
        moves[stock, np.maximum(stock - units, 0)] += chance
    today = moves @ stock + penalty * lost
    value = np.zeros((most + 1,) + (largest + 1,) * (lead_time - 1))
    for _ in range(SWEEPS):
        ahead = _ahead(moves, value, lead_time, largest)
        best = today.reshape((-1,) + (1,) * (lead_time - 1)) + ahead.min(axis=-1)
        change = best - value
        value = best - best.flat[0]
        if change.max() - change.min() < EXACT:
            break
    return ahead.argmin(axis=-1), float(change.max() + change.min()) / 2


def _ahead(moves: Array, value: Array, lead_time: int, largest: int) -> Array:
    """Return the expected value of tomorrow by state and order, one axis more than `value`."""
    most = moves.shape[0] - 1
    flat = value.reshape(most + 1, -1)

    def arriving(units: int) -> Array:
        return moves @ flat[np.minimum(np.arange(most + 1) + units, most)]

    parts = [arriving(units) for units in range(largest + 1)]
    if lead_time == 1:
        return np.stack([part[:, 0] for part in parts], axis=-1)
    return np.stack(parts, axis=1).reshape((*value.shape, largest + 1))


def _poisson(mean: float, most: int) -> Array:
    """Return the probabilities of 0 to `most`, the rest on the last."""
    logs = [n * math.log(mean) - mean - math.lgamma(n + 1) for n in range(most + 1)]
    weights = np.exp(logs)
    weights[-1] += 1.0 - weights.sum()
    return weights


def optimal(case: Case, *, mean: float, lead_time: int, penalty: float, largest: int) -> Agent:
    """Return the optimal policy of a case with one store and one SKU as an agent that looks it up.

    `largest` is the largest order that is thought of.
    """
    orders, _ = solved(mean, lead_time, penalty, largest)
    observe = Observe(forecast=False, calendar=False)
    env = ChainEnv(case, actions="units", observe=observe, most=float(largest), scaled=False)
    names = [entry.quantity for entry in env.scene.table.entries]
    columns = [names.index(f"due_in_{days}") for days in range(lead_time)]
    on_hand, limits = names.index("inventory"), np.array(orders.shape) - 1

    def act(seen: Array) -> Array:
        due = seen[:, columns].astype(np.intp)
        due[:, 0] += seen[:, on_hand].astype(np.intp)
        return orders[tuple(np.minimum(due, limits).T)][:, None].astype(np.float64)

    return Agent(env, act)
