"""Levels by formula: newsvendor fractile, safety stocks by kind of service, lot sizes.

Demand is looked at once a day, so a position must last for the lead time and one day more: L + 1
days (see docs/day.md). Over n days demand is taken as normal with mean n x mu and standard
deviation sqrt(n) x sigma, days independent of each other.

Sources: Silver, Pyke & Thomas, *Inventory and Production Management in Supply Chains*, 4th ed.
(2017), chapters 4, 6 and 7; Axsaeter, *Inventory Control*, 3rd ed. (2015), chapter 5; Snyder &
Shen, *Fundamentals of Supply Chain Theory*, 2nd ed. (2019), sections 4.3 and 4.4; Hadley & Whitin,
*Analysis of Inventory Systems* (1963), section 4-2; Ehrhardt & Mosier (1984), "A revision of the
power approximation for computing (s, S) policies", Management Science 30(5).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from statistics import NormalDist

NORMAL = NormalDist()
POSITIONS = 64  # points of the midpoint rule over the positions between r and r + Q
STEPS = 60  # halvings of a search for a level
MOST_DEVIATIONS = 12.0


def normal_loss(z: float) -> float:
    """Return the standard loss function E(Z - z)^+ = phi(z) - z (1 - Phi(z)).

    >>> round(normal_loss(0.0), 4), round(normal_loss(1.0), 4)
    (0.3989, 0.0833)
    """
    return NORMAL.pdf(z) - z * NORMAL.cdf(-z)


def expected_short(level: float, mean: float, deviation: float) -> float:
    """Return E(D - level)^+ for normal demand, units."""
    if deviation <= 0:
        return max(mean - level, 0.0)
    return deviation * normal_loss((level - mean) / deviation)


def fractile_level(ratio: float, mean: float, deviation: float) -> float:
    """Return the newsvendor's level: the quantile `ratio` of demand (Snyder & Shen, 4.3).

    >>> round(fractile_level(0.9, 50, 8), 2)
    60.25
    """
    return mean + NORMAL.inv_cdf(min(max(ratio, 1e-6), 1 - 1e-6)) * deviation


def critical_ratio(
    holding: float, penalty: float, quantity: float, mean: float, *, lost: bool
) -> float:
    """Return the probability of no stock-out in a cycle that balances holding and penalty.

    Waiting customers cost the penalty a day: p / (p + h). A lost unit costs it once, and a cycle
    sells `quantity`: 1 - h Q / (h Q + p mu), of a lost-sales cycle (Hadley & Whitin, 4-2).
    """
    if penalty <= 0:
        return 0.5
    if holding <= 0:
        return 1.0
    if not lost:
        return penalty / (penalty + holding)
    return penalty * mean / (penalty * mean + holding * max(quantity, mean))


def order_quantity(mean: float, ordering: float, holding: float) -> float:
    """Return the economic order quantity sqrt(2 K mu / h), at least a day's demand.

    >>> order_quantity(8, 25, 0.25)
    40.0
    """
    if holding <= 0:
        return mean
    return max(mean, math.sqrt(2 * ordering * mean / holding))


def power_approximation(
    demand: tuple[float, float], days: float, holding: float, penalty: float, ordering: float
) -> tuple[float, float]:
    """Return (s, S) of Ehrhardt & Mosier (1984); `demand` is a day's mean and deviation.

    `days` = lead time + 1; unmet demand waits, and costs the penalty a unit and day. Where an order
    would be below 1.5 days of demand, s and S are at most the base-stock level.

    >>> [round(each) for each in power_approximation((10, math.sqrt(10)), 1, 1, 9, 64)]
    [6, 40]
    """
    mean, deviation = demand
    whole, spread = mean * days, deviation * math.sqrt(days)
    quantity = (
        1.30 * mean**0.494 * (ordering / holding) ** 0.506 * (1 + (spread / mean) ** 2) ** 0.116
    )
    root = math.sqrt(quantity * holding / (max(spread, 1e-9) * penalty))
    s = 0.973 * whole + spread * (0.183 / root + 1.063 - 2.192 * root)
    if quantity > 1.5 * mean:
        return s, s + quantity
    base = fractile_level(penalty / (penalty + holding), whole, spread)
    return min(s, base), min(s + quantity, base)


# --- the service of a reorder point, customers waiting ----------------------------------------


def cycle_service(point: float, quantity: float, demand: tuple[float, float], days: float) -> float:
    """Return type 1: P(no stock-out in a cycle) = P(D over L + 1 days <= r).

    Silver, Pyke & Thomas, section 6.7 (P1). The undershoot of r by a whole day's demand is left
    out.
    """
    mean, deviation = demand[0] * days, demand[1] * math.sqrt(days)
    if deviation <= 0:
        return float(point >= mean)
    return NORMAL.cdf((point - mean) / deviation)


def ready_rate(point: float, quantity: float, demand: tuple[float, float], days: float) -> float:
    """Return the share of days that end without unmet demand: P(D over L + 1 days <= position).

    The position after ordering is uniform between r and r + Q (Axsaeter, sections 5.3.2, 5.4).
    """
    mean, deviation = demand[0] * days, demand[1] * math.sqrt(days)
    deviation = max(deviation, 1e-9)
    return _over_positions(
        point, quantity, lambda position: NORMAL.cdf((position - mean) / deviation)
    )


def fill_rate(point: float, quantity: float, demand: tuple[float, float], days: float) -> float:
    """Return type 2: 1 - [E(D_{L+1} - y)^+ - E(D_L - y)^+] / mu, over positions y in r to r + Q.

    Axsaeter, section 5.3.2; with one position it is base-stock's (Snyder & Shen, 4.3.4).

    >>> round(fill_rate(14, 0, (5, math.sqrt(5)), 2), 3)
    0.969
    """
    mean, deviation = demand
    if mean <= 0:
        return 1.0

    def missing(position: float) -> float:
        later, sooner = (
            expected_short(position, mean * n, deviation * math.sqrt(n)) for n in (days, days - 1)
        )
        return later - sooner

    return 1 - _over_positions(point, quantity, missing) / mean


def _over_positions(point: float, quantity: float, value: Callable[[float], float]) -> float:
    """Return the mean of a function of the position, uniform between r and r + Q."""
    if quantity <= 0:
        return value(point)
    steps = [(number + 0.5) / POSITIONS for number in range(POSITIONS)]
    return math.fsum(value(point + quantity * step) for step in steps) / POSITIONS


Service = Callable[[float, float, tuple[float, float], float], float]

SERVICES: dict[str, Service] = {
    "cycle_service_level": cycle_service,
    "unit_fill_rate": fill_rate,
    "alpha_period": ready_rate,
    "ready_rate": ready_rate,
}
"""The formula of each kind of service, by the name of the figure that a run counts.

`alpha_period` counts days on which the day's own demand was met; the formula counts days after
which nobody waits, which is the same where sales are lost. `ready_rate` counts days that end
with stock: one unit more.
"""


def point_for(
    kind: str, target: float, quantity: float, demand: tuple[float, float], days: float
) -> float:
    """Return the smallest reorder point (or base-stock level, Q = 0) that reaches a service.

    >>> round(point_for("cycle_service_level", 0.95, 0, (10, 4), 4), 2)
    53.16
    """
    mean, deviation = demand[0] * days, demand[1] * math.sqrt(days)
    low, high = -quantity, mean + MOST_DEVIATIONS * deviation
    for _ in range(STEPS):
        middle = 0.5 * (low + high)
        if SERVICES[kind](middle, quantity, demand, days) < target:
            low = middle
        else:
            high = middle
    return high
