"""(s, S) levels by the normal approximation.

Source: Silver, Pyke and Thomas, Inventory and Production Management in Supply Chains (4th edition,
2017): the order point of a stock whose demand over the time at risk is taken as normal, mean + k x
standard deviation, with k set by the probability of no stock-out per replenishment cycle; time at
risk of a periodic review = lead time + review period; the economic order quantity.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt


@dataclass(frozen=True)
class Levels:
    """The two levels of one (s, S) policy, and the demand behind them (units a day)."""

    mean: float
    std: float
    reorder_point: float
    order_up_to: float


def safety_factor(cycle_service: float) -> float:
    """Turn a cycle service level (the probability of no stock-out in a cycle) into its z.

    >>> round(safety_factor(0.95), 3)
    1.645
    """
    return NormalDist().inv_cdf(cycle_service)


def order_point(mean: float, std: float, lead_time: float, z: float) -> float:
    """Demand of the time at risk that is exceeded only rarely: mean (L + 1) + z std sqrt(L + 1).

    The stock is looked at once a day, in the evening, so the time at risk is one day more than the
    lead time.

    >>> order_point(mean=10, std=4, lead_time=3, z=1.5)  # 10 x 4 + 1.5 x 4 x 2
    52.0
    """
    at_risk = lead_time + 1
    return mean * at_risk + z * std * math.sqrt(at_risk)


def economic_order_quantity(mean: float, ordering_cost: float, holding_cost: float) -> float:
    """Balance ordering against holding: Q = sqrt(2 K mean / h), h per unit and day.

    >>> economic_order_quantity(mean=8, ordering_cost=25, holding_cost=0.25)
    40.0
    """
    if holding_cost == 0:
        return math.inf
    return math.sqrt(2 * ordering_cost * mean / holding_cost)


def levels(
    demand: tuple[float, float], lead_time: float, z: float, order_quantity: float, *, whole: bool
) -> Levels:
    """Build s and S = s + order quantity from the mean and standard deviation of a day's demand.

    Whole units are rounded up, and an order is at least one unit; else three decimals are kept.

    >>> levels((10, 4), lead_time=3, z=1.5, order_quantity=19.5, whole=True)
    Levels(mean=10, std=4, reorder_point=52.0, order_up_to=72.0)
    """
    mean, std = demand
    point = order_point(mean, std, lead_time, z)
    if whole:
        reorder_point = float(math.ceil(point - 1e-9))
        return Levels(
            mean, std, reorder_point, reorder_point + max(1.0, math.ceil(order_quantity - 1e-9))
        )
    reorder_point = round(point, 3)
    return Levels(mean, std, reorder_point, round(reorder_point + max(order_quantity, 0.001), 3))


def daily_demand(units: npt.NDArray[np.float64]) -> tuple[float, float]:
    """Mean and standard deviation (ddof 1) of the days from the first sale on.

    ``units`` has shape (days,). Days before a first sale say that the SKU was not for sale yet, not
    that nobody wanted it. Without any sale both are 0.

    >>> daily_demand(np.array([0.0, 0.0, 2.0, 4.0, 0.0]))
    (2.0, 2.0)
    """
    sold = np.flatnonzero(units > 0)
    if not len(sold):
        return 0.0, 0.0
    on_sale = units[sold[0] :]
    return float(on_sale.mean()), float(on_sale.std(ddof=1)) if len(on_sale) > 1 else 0.0
