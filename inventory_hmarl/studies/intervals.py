"""Mean and confidence interval of independent replications, by Student's t."""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

from inventory_hmarl.core.arrays import Array

LEVEL = 0.95
MOST_TERMS = 1000  # degrees of freedom up to which the distribution is summed term by term


@dataclass(frozen=True)
class Interval:
    """A mean over replications, and half the width of its confidence interval.

    A replication in which a ratio's divisor is zero has no value: it is left out of the mean, and
    counted in `undefined`. `mean` is None where none has a value, `half_width` where fewer than
    two have.
    """

    mean: float | None
    half_width: float | None
    undefined: int


def interval(values: Array, level: float = LEVEL) -> Interval:
    """Return mean and half-width of one figure, from its value in each replication `(R,)`.

    >>> found = interval(np.array([1.0, 2.0, 3.0, np.nan]))
    >>> found.mean, round(found.half_width, 4), found.undefined
    (2.0, 2.4841, 1)
    """
    return intervals(values[None, :], level).at(0)


@dataclass(frozen=True)
class Intervals:
    """The intervals of many groups, as arrays `(G,)`; NaN stands for None."""

    mean: Array
    half_width: Array
    undefined: Array

    def at(self, group: int) -> Interval:
        """Return the interval of one group."""
        mean, half_width = float(self.mean[group]), float(self.half_width[group])
        return Interval(
            None if math.isnan(mean) else mean,
            None if math.isnan(half_width) else half_width,
            int(self.undefined[group]),
        )


def intervals(values: Array, level: float = LEVEL) -> Intervals:
    """Return the intervals of one figure of many groups, `(G, R)`.

    Source: Law, *Simulation Modeling and Analysis*, 5th ed., section 4.5.
    """
    known = ~np.isnan(values)
    count = known.sum(axis=1)
    several = np.maximum(count - 1, 1)
    mean = np.where(known, values, 0.0).sum(axis=1) / np.maximum(count, 1)
    squares = (np.where(known, values - mean[:, None], 0.0) ** 2).sum(axis=1)
    sizes, which = np.unique(several, return_inverse=True)
    quantile = np.array([t_quantile((1 + level) / 2, int(size)) for size in sizes])[which]
    half_width = quantile * np.sqrt(squares / several / np.maximum(count, 1))
    return Intervals(
        np.where(count > 0, mean, np.nan),
        np.where(count > 1, half_width, np.nan),
        values.shape[1] - count,
    )


@functools.lru_cache(maxsize=256)
def t_quantile(probability: float, freedom: int) -> float:
    """Return the quantile of Student's t distribution with whole degrees of freedom.

    >>> [round(t_quantile(0.975, freedom), 5) for freedom in (1, 4, 9, 29)]
    [12.7062, 2.77645, 2.26216, 2.04523]
    """
    if not 0 < probability < 1:
        raise ValueError(f"probability = {probability}: must lie between 0 and 1, both excluded.")
    if freedom < 1:
        raise ValueError(f"freedom = {freedom}: must be a whole number >= 1.")
    if probability < 0.5:
        return -t_quantile(1 - probability, freedom)
    if freedom > MOST_TERMS:
        return _expansion(probability, freedom)
    low, high = 0.0, math.pi / 2
    while low < (middle := 0.5 * (low + high)) < high:
        if _within(middle, freedom) < 2 * probability - 1:
            low = middle
        else:
            high = middle
    return math.tan(low) * math.sqrt(freedom)


def _within(angle: float, freedom: int) -> float:
    """Return P(|T| < tan(angle) x sqrt(freedom)).

    Source: Abramowitz & Stegun, *Handbook of Mathematical Functions*, 26.7.3 and 26.7.4.
    """
    sine, cosine = math.sin(angle), math.cos(angle)
    odd = freedom % 2
    term = cosine if odd else 1.0
    total = 0.0 if freedom == 1 else term
    for number in range(2 if odd else 1, freedom - 2, 2):
        term *= cosine * cosine * number / (number + 1)
        total += term
    return 2 / math.pi * (angle + sine * total) if odd else sine * total


def _expansion(probability: float, freedom: int) -> float:
    """Return the quantile for many degrees of freedom, to 1e-13 above a thousand.

    Source: Abramowitz & Stegun, 26.7.5.
    """
    x = NormalDist().inv_cdf(probability)
    terms = (
        (x**3 + x) / 4,
        (5 * x**5 + 16 * x**3 + 3 * x) / 96,
        (3 * x**7 + 19 * x**5 + 17 * x**3 - 15 * x) / 384,
        (79 * x**9 + 776 * x**7 + 1482 * x**5 - 1920 * x**3 - 945 * x) / 92160,
    )
    return x + sum(term / math.pow(freedom, power) for power, term in enumerate(terms, start=1))


def p_value(statistic: float, freedom: int) -> float:
    """Return P(|T| >= |statistic|) of Student's t: to 1e-8 of itself, small ones too.

    Source: Abramowitz & Stegun, 26.5.27 and 26.7.1: the regularised incomplete beta function at
    freedom / (freedom + statistic^2).

    >>> round(p_value(2.26216, 9), 5), p_value(0.0, 9)
    (0.05, 1.0)
    """
    if freedom < 1:
        raise ValueError(f"freedom = {freedom}: must be a whole number >= 1.")
    square = statistic * statistic
    if square == 0 or math.isinf(square):
        return float(square == 0)
    at = freedom / (freedom + square)
    if square * (freedom + 2) > 3 * freedom:
        return _incomplete_beta(freedom / 2, 0.5, at)
    return 1 - _incomplete_beta(0.5, freedom / 2, square / (freedom + square))


def _incomplete_beta(a: float, b: float, x: float) -> float:
    """Return the regularised incomplete beta function, for x below (a + 1) / (a + b + 2).

    Source: its continued fraction, *NIST Handbook of Mathematical Functions*, 8.17.22, which takes
    some sqrt(max(a, b)) terms.
    """
    head = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    head += a * math.log(x) + b * math.log1p(-x)
    below = 1.0
    for term in range(50 + int(10 * math.sqrt(max(a, b))), 0, -1):
        half, odd = divmod(term, 2)
        if odd:
            factor = -(a + half) * (a + b + half) / ((a + 2 * half) * (a + 2 * half + 1))
        else:
            factor = half * (b - half) / ((a + 2 * half - 1) * (a + 2 * half))
        below = 1 + factor * x / below
    return math.exp(head) / (a * below)
