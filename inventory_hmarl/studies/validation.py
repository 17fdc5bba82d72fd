"""What tuned levels reach on customers that they were not tuned on, and how to aim higher.

The best of many candidates on some customers does worse on others, since it was chosen for what
these happened to ask. Cost then lies a little higher, and a service that was just reached is
missed. So each SKU's service is looked at on a third set of customers, neither searched on nor held
out, and where it does not hold the search goes on with a higher aim.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from inventory_hmarl.core.arrays import Array
from inventory_hmarl.studies.intervals import Interval, intervals

ROUNDS = 9  # of searching on
LEAST_RAISED, MOST_RAISED = 1.15, 4.0  # times less unserved, from one round to the next


@dataclass(frozen=True)
class Validation:
    """The service of each SKU where neither search nor final figures look."""

    text: str  # what it was looked at on
    service: Mapping[str, Interval]  # of the target's figure, by SKU
    aims: Mapping[str, float]  # what the search was made to reach, by SKU
    rounds: int  # of searching on
    customers: int  # that the last search was on


def lower_ends(service: Array) -> Array:
    """Return the lower end of the 95 % interval of each SKU's service, `(SKUs, R) -> (SKUs,)`.

    Nobody asked means that all were served.

    >>> lower_ends(np.array([[0.5, 0.75, 1.0], [np.nan] * 3])).round(3)
    array([0.129, 1.   ])
    """
    found = intervals(service)
    return np.where(np.isnan(found.mean), 1.0, found.mean - np.nan_to_num(found.half_width))


def raised(aims: Array, lower: Array, share: float) -> Array:
    """Return aims `(SKUs,)` that leave fewer unserved, by as much as too many were: shares.

    >>> raised(np.array([0.98]), np.array([0.96]), 0.98).round(4)
    array([0.99])
    """
    times = np.clip((1 - lower) / (1 - share), LEAST_RAISED, MOST_RAISED)
    higher: Array = 1 - (1 - aims) / times
    return higher
