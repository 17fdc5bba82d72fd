"""Gamma demand: the deviation is the same share of every day's mean."""

from __future__ import annotations

import functools
import math

import numpy as np

from inventory_hmarl.core.arrays import Array
from inventory_hmarl.core.demand.curve import Curved, curved, nodes
from inventory_hmarl.core.demand.path import MeanPath

MOST_STEPS = 200  # of Newton's method, which takes five to ten
LEAST_VARIATION = 0.01  # below it, an expansion is exact to 1e-9
FARTHEST = 26.0  # minus the logarithm of less than the smallest tail
TOLERANCE = 1e-12
TINY = 1e-300


def gamma(path: MeanPath, variation: Array, whole_units: bool) -> Curved:
    """Return gamma demand around a mean path; `variation` (rows,) is deviation / mean."""
    return curved(path, variation, gamma_quantiles(np.unique(variation)), whole_units)


def gamma_quantiles(variation: Array) -> Array:
    """Return the quantiles of gamma variables of mean 1 at `nodes()`, `(variations, nodes)`.

    >>> median = gamma_quantiles(np.array([1.0]))[0, nodes().size // 2 - 1 : nodes().size // 2 + 1]
    >>> bool(median[0] < math.log(2) < median[1])  # of an exponential variable
    True
    """
    return np.stack([_quantiles(each) for each in variation.tolist()])


@functools.lru_cache(maxsize=2**12)
def _quantiles(variation: float) -> Array:
    """Return the quantiles of one variable at `nodes()`, by Newton's method on log tails.

    The logarithm of either tail is concave in the logarithm of the quantile, so that Newton's
    method ends at the root from wherever it begins. The nearer tail is the exact one.
    """
    draw = nodes()
    if variation < LEAST_VARIATION:
        return _expansion(variation, draw)
    shape = variation**-2
    target = np.log([0.5 * math.erfc(abs(z) / math.sqrt(2)) for z in draw.tolist()])
    lower = draw < 0
    furthest = math.log(shape + math.sqrt(2 * FARTHEST * shape) + FARTHEST)
    log = _start(shape, draw, target, furthest)
    change, steps = np.ones(1), 0
    while np.abs(change).max() > TOLERANCE and steps < MOST_STEPS:
        tail, density = _tails(shape, log, lower)
        change = (target - np.log(tail)) * tail / density * np.where(lower, 1.0, -1.0)
        log, steps = np.minimum(log + change, furthest), steps + 1
    return np.exp(log) / shape


def _expansion(variation: float, z: Array) -> Array:
    """Return quantiles by Cornish & Fisher's expansion: the next term is of order variation^5."""
    terms = (
        np.ones_like(z),
        z,
        (z**2 - 1) / 3,
        (z**3 - 7 * z) / 36,
        -(3 * z**4 + 7 * z**2 - 16) / 810,
    )
    return np.add.reduce([variation**power * term for power, term in enumerate(terms)])


def _start(shape: float, draw: Array, target: Array, furthest: float) -> Array:
    """Return logarithms to begin at: by Wilson & Hilferty, else by the lower tail or far above."""
    cube = 1 - 1 / (9 * shape) + draw / (3 * math.sqrt(shape))
    tail = np.where(draw < 0, (target + math.lgamma(shape + 1)) / shape, furthest)
    return np.where(cube > 0.3, 3 * np.log(np.maximum(cube, 0.3)) + math.log(shape), tail)


def _tails(shape: float, log: Array, lower: Array) -> tuple[Array, Array]:
    """Return P(X < x) or, where `lower` does not hold, P(X > x), and x times the density.

    Abramowitz & Stegun 6.5.29 (a series, for x < shape + 1) and 6.5.31 (a continued fraction).
    """
    x = np.exp(log)
    density = np.exp(shape * log - x - math.lgamma(shape))
    series = x < shape + 1
    tail = np.empty_like(x)
    tail[series] = density[series] * _series(shape, x[series])
    tail[~series] = density[~series] * _fraction(shape, x[~series])
    return np.maximum(np.where(series == lower, tail, 1 - tail), TINY), np.maximum(density, TINY)


def _series(shape: float, x: Array) -> Array:
    term = np.full_like(x, 1 / shape)
    total, number = term.copy(), 0
    while (term > 1e-17 * total).any():
        number += 1
        term = term * x / (shape + number)
        total += term
    return total


def _fraction(shape: float, x: Array) -> Array:
    """Evaluate the continued fraction by Lentz's method, as Thompson & Barnett changed it."""
    below = x + 1 - shape
    upper = np.full_like(x, 1 / TINY)
    lower = 1 / below
    value, number, change = lower.copy(), 0, np.zeros_like(x)
    while (np.abs(change - 1) > 1e-15).any():
        number += 1
        factor = -number * (number - shape)
        below = below + 2
        lower = 1 / _away_from_zero(factor * lower + below)
        upper = _away_from_zero(below + factor / upper)
        change = lower * upper
        value = value * change
    return value


def _away_from_zero(x: Array) -> Array:
    return np.where(np.abs(x) < TINY, TINY, x)
