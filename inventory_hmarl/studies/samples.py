"""A run's figures as samples: one value a replication, whose mean is the estimate."""

from __future__ import annotations

import numpy as np

from inventory_hmarl.core.arrays import Array
from inventory_hmarl.simulation import Run


def samples(run: Run, by: str = "network") -> dict[str, Array]:
    """Return a sample of each figure, `(groups, R)`, in the figure's unit.

    Sums and means are as they are in each replication. A ratio is linearised, so that the mean of
    its sample is the ratio of sums over all replications. Samples of two runs over the same
    replications are paired.

    >>> from inventory_hmarl.case import default_case
    >>> from inventory_hmarl.simulation import simulate
    >>> samples(simulate(default_case(), days=30, replications=4))["unit_fill_rate"].shape
    (1, 4)
    """
    figures, divisors = run.figures(by), run.divisors(by)
    return {
        name: linearised(values, divisors[name]) if name in divisors else values
        for name, values in figures.items()
    }


def linearised(ratios: Array, divisors: Array) -> Array:
    """Return the ratio of sums, plus what each replication adds to its error, `(G, R)`.

    With u = ratio x divisor, r = sum(u) / sum(divisor) and d the mean divisor, a value is
    r + (u - r x divisor) / d: their mean is r, and their standard error r's own by the delta
    method. A replication whose divisor is 0 adds nothing; where all are, the ratio is NaN.

    Source: Law, *Simulation Modeling and Analysis*, 5th ed., section 9.5.3 (ratio estimators).

    >>> linearised(np.array([[0.5, 1.0, np.nan]]), np.array([[6.0, 3.0, 0.0]]))
    array([[0.33333333, 1.        , 0.66666667]])
    """
    upper = np.where(divisors == 0, 0.0, ratios * divisors)
    count = divisors.shape[-1]
    total = divisors.sum(axis=-1, keepdims=True)
    below = np.where(total == 0, np.nan, total)
    ratio = upper.sum(axis=-1, keepdims=True) / below
    values: Array = ratio + (upper - ratio * divisors) * count / below
    return values
