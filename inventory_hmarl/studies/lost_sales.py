"""The best orders of a store that loses what it cannot sell, exactly, for short lead times."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from inventory_hmarl.core.arrays import Array

MOST_STATES = 2_000_000  # a sweep takes a hundred bytes each
MOST_SWEEPS = 10_000


@dataclass(frozen=True)
class BestOrders:
    """The best order in each state, and the cost a day that they have."""

    orders: Array  # (stock, arrival of each later evening, ...) units
    cost: float

    @property
    def policy(self) -> dict[str, object]:
        """The policy of a case that carries these orders out."""
        later = self.orders.ndim - 1
        return {
            "rule": "lookup_table",
            "orders_by_state": self.orders.reshape(-1).tolist(),
            "largest_stock": self.orders.shape[0] - 1,
            "largest_order": self.orders.shape[1] - 1 if later else 0,
            "later_days": later,
        }


def best_lost_sales_orders(
    probabilities: Sequence[float] | Array,
    lead_time: int,
    rates: tuple[float, float],
    largest: tuple[int, int],
    tolerance: float = 1e-6,
) -> BestOrders:
    """Return the orders of least average cost; unmet demand is lost.

    `probabilities` are those of 0, 1, 2, ... units a day; `rates` are holding cost per unit and
    day, and penalty per unit lost; `largest` are the largest stock and order that are considered,
    so that there are (stock + 1) x (order + 1)^(lead_time - 1) states; `lead_time` is 1 or more.

    Source: relative value iteration (Puterman, "Markov Decision Processes", 1994, section 8.5.5) on
    the state of Zipkin (2008), "Old and new methods for lost-sales inventory systems", Operations
    Research 56(5), whose table 3 has 4.04 for Poisson(5), h = 1, p = 4 and lead time 1.

    >>> from inventory_hmarl.studies.best_s_S import poisson
    >>> best = best_lost_sales_orders(poisson(5), 1, rates=(1, 4), largest=(20, 12))
    >>> round(best.cost, 4), best.orders[:8].tolist()
    (4.0407, [6, 6, 6, 6, 6, 6, 5, 5])
    """
    day = np.asarray(probabilities, dtype=np.float64)
    stock, order = largest
    states = (stock + 1) * (order + 1) ** (lead_time - 1)
    if lead_time < 1 or states > MOST_STATES:
        raise ValueError(
            f"lead_time {lead_time} with largest {largest}: 1 or more, and at most {MOST_STATES:,} "
            f"states; here are {states:,.0f}: take smaller ones"
        )
    moves, cost = _sales(day, stock, rates)
    into = np.minimum(np.arange(stock + 1)[:, None] + np.arange(order + 1), stock)
    value = np.zeros((stock + 1, *(order + 1,) * (lead_time - 1)))
    for _ in range(MOST_SWEEPS):
        after = np.tensordot(moves, value[into], axes=1)
        wanted = after + cost.reshape(-1, *(1,) * lead_time)
        renewed = wanted.min(axis=-1)
        growth = renewed - value
        value = renewed - renewed.flat[0]
        if growth.max() - growth.min() < tolerance:
            mean = 0.5 * (growth.max() + growth.min())
            return BestOrders(wanted.argmin(axis=-1), float(mean))
    raise ValueError(f"no answer within {MOST_SWEEPS} sweeps: is demand 0?")


def _sales(day: Array, stock: int, rates: tuple[float, float]) -> tuple[Array, Array]:
    """Return the chances of what is left of each stock, and the cost of the day."""
    units = np.arange(day.size)
    here = np.arange(stock + 1)[:, None]
    left, lost = np.maximum(here - units, 0), np.maximum(units - here, 0)
    moves = np.zeros((stock + 1, stock + 1))
    for row in range(stock + 1):
        np.add.at(moves[row], left[row], day)
    holding, penalty = rates
    return moves, ((holding * left + penalty * lost) * day).sum(axis=1)
