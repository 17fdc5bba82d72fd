"""What a user should know about a case before trusting its figures."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from inventory_hmarl.core.demand import Share
from inventory_hmarl.core.demand.normal import Normal, realised_mean
from inventory_hmarl.core.kpis import DAYS_PER_YEAR
from inventory_hmarl.core.model import Model

TOLERATED_BIAS = 0.01
MOST_NAMED = 5
# Where the mean is this many deviations above 0, and the deviation at least a unit, clipping and
# rounding move the mean by less than half of the tolerated bias.
SAFE_RATIO, SAFE_DEVIATION = 2.0, 1.0


@dataclass(frozen=True)
class Bias:
    """How far the mean of a store's demand lies from what its formula says, over a year."""

    store: str
    sku: str
    bias: float  # share of the formula's mean

    def __str__(self) -> str:
        return f"{self.sku} at {self.store} {100 * self.bias:+.1f} %"


def demand_biases(model: Model) -> list[Bias]:
    """Return the series whose demand is bent by more than 1 %, the most bent first.

    Normal demand below zero counts as none, and whole units are rounded: both move the mean.
    """
    points = [point for level in model.network.levels if level.sells for point in level.points]
    standing = np.arange(sum(share.rows for share in model.demand.shares))
    if model.demand.order is not None:
        standing = standing[model.demand.order]
    found, start = [], 0
    row_of = {int(row): place for place, row in enumerate(standing)}
    for share in model.demand.shares:
        for row, bias in _biases(share).items():
            point = points[row_of[start + row]]
            found.append(Bias(point.location, point.sku, bias))
        start += share.rows
    return sorted(found, key=lambda one: -abs(one.bias))


def _biases(share: Share) -> dict[int, float]:
    """Return the biases beyond what is tolerated, by row of the share."""
    family = share.family
    if not isinstance(family, Normal) or family.realised:
        return {}
    mean = family.path.means(1, DAYS_PER_YEAR)
    deviation = np.broadcast_to(family.fixed + family.relative * mean, mean.shape)
    safe = (mean >= SAFE_RATIO * deviation) & (deviation >= SAFE_DEVIATION)
    suspects = np.flatnonzero(~safe.all(axis=0) & (mean.sum(axis=0) > 0))
    if not suspects.size:
        return {}
    pairs = np.stack([mean[:, suspects].ravel(), deviation[:, suspects].ravel()])
    distinct, where = np.unique(pairs, axis=1, return_inverse=True)
    real = realised_mean(distinct[0], distinct[1], family.whole_units)[where.ravel()]
    wanted = mean[:, suspects].sum(axis=0)
    bias = real.reshape(-1, suspects.size).sum(axis=0) / wanted - 1
    return {
        int(row): float(each)
        for row, each in zip(suspects, bias, strict=True)
        if abs(each) > TOLERATED_BIAS
    }


def warnings(model: Model) -> list[str]:
    """Return a line for each thing that a user should know about a compiled case."""
    biases = demand_biases(model)
    if not biases:
        return []
    named = ", ".join(map(str, biases[:MOST_NAMED]))
    more = f" and {len(biases) - MOST_NAMED} more" if len(biases) > MOST_NAMED else ""
    return [
        "clipping at 0 and rounding move mean demand by more than 1 % from its formula: "
        f'{named}{more}; `mean = "realised"` under [demand] keeps the mean.'
    ]
