"""Means and intervals over seeds of training and customers at once, paired with a reference."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from inventory_hmarl.core.arrays import Array
from inventory_hmarl.studies.intervals import LEVEL, interval

GUARD = 4.0  # standard errors below the optimum at which somebody has seen the future


@dataclass(frozen=True)
class Score:
    """A mean over seeds and customers, and half the width of its interval."""

    mean: float
    half_width: float


def score(costs: Array) -> Score:
    """Return the mean of costs `(seeds, R)` of the same customers, and its interval at 95 %.

    Another training would end elsewhere, and other customers would cost otherwise: the two are
    independent, and the squares of their half-widths add up. Each is by Student's t, of the means
    of seeds and of the means of customers. The noise of single customers is in both, so that the
    interval is rather too wide.

    >>> found = score(np.array([[1.0, 2.0, 3.0]]))
    >>> found.mean, round(found.half_width, 4)
    (2.0, 2.4841)
    >>> round(score(np.array([[1.0, 1.0], [2.0, 2.0], [3.0, 3.0]])).half_width, 4)
    2.4841
    """
    seeds, count = costs.shape
    over = [costs.mean(axis=0)] if count > 1 else []
    over += [costs.mean(axis=1)] if seeds > 1 else []
    widths = [interval(means, LEVEL).half_width or 0.0 for means in over]
    return Score(float(costs.mean()), math.hypot(*widths))


def relative(costs: Array, reference: Array) -> Score:
    """Return by what share costs `(seeds, R)` exceed those of a reference `(R,)`, paired."""
    found, base = score(costs - reference), float(reference.mean())
    return Score(found.mean / base, found.half_width / base)


def differs(costs: Array, expected: float) -> bool:
    """Whether costs `(R,)` are off an expected mean by more than `GUARD` standard errors.

    >>> costs = np.array([1.0, 2.0, 3.0])
    >>> differs(costs, 4.0), differs(costs, 4.5)
    (False, True)
    """
    error = float(costs.std(ddof=1)) / math.sqrt(costs.size)
    return abs(float(costs.mean()) - expected) > GUARD * error


def sees_the_future(costs: Array, best: Array) -> bool:
    """Whether some seed's costs `(seeds, R)` lie below the optimum's or a bound's `(R,)`.

    That is, by more than `GUARD` standard errors of their paired difference.
    """
    below = best - costs
    errors = below.std(axis=1, ddof=1) / math.sqrt(below.shape[1])
    slack = 1e-9 * np.abs(best).mean()  # where they are the same to rounding
    return bool((below.mean(axis=1) > GUARD * errors + slack).any())
