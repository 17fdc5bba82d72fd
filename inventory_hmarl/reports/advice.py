"""What a user should know about a case before trusting its figures."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass

import numpy as np

from inventory_hmarl.case import Case
from inventory_hmarl.case.compiling import compile_case
from inventory_hmarl.core.arrays import Array
from inventory_hmarl.core.demand import Share
from inventory_hmarl.core.demand.changing import Changing
from inventory_hmarl.core.demand.normal import Normal, realised_mean
from inventory_hmarl.core.kpis import DAYS_PER_YEAR
from inventory_hmarl.core.model import Model
from inventory_hmarl.scenarios import Scenarios, apply_scenario, as_scenarios

TOLERATED_BIAS = 0.01
MOST_NAMED = 5
ROWS_TOGETHER = 4096  # of a year's means: more would fill the memory of a large chain
MOST_COMPARED = 2_000_000  # demands: beyond it, looking would take longer than it is worth
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
    biases = np.concatenate([_biases(share) for share in model.demand.shares])
    if model.demand.order is not None:
        biases = biases[model.demand.order]
    found = []
    for level, rows in zip(model.network.levels, model.demand.levels, strict=True):
        mine = biases[:0] if rows is None else biases[rows]
        for row in np.flatnonzero(np.abs(mine) > TOLERATED_BIAS).tolist():
            point = level.points[row]
            found.append(Bias(point.location, point.sku, float(mine[row])))
    return sorted(found, key=lambda one: -abs(one.bias))


def _biases(share: Share) -> Array:
    """Return the bias of each row, `(rows,)`, as a share of its mean; 0 where it is small."""
    family, bias = share.family, np.zeros(share.rows)
    if isinstance(family, Changing):
        family = family.usual
    if isinstance(family, Normal) and not family.realised:
        for start in range(0, share.rows, ROWS_TOGETHER):
            rows = slice(start, start + ROWS_TOGETHER)
            bias[rows] = _biases_of(_part(family, rows))
    return bias


def _part(family: Normal, rows: slice) -> Normal:
    """Return some rows of a family."""
    part = family.path.at(rows)
    relative = None if family.relative is None else family.relative[rows]
    return dataclasses.replace(family, path=part, fixed=family.fixed[rows], relative=relative)


def _biases_of(family: Normal) -> Array:
    mean = family.path.means(1, DAYS_PER_YEAR)
    deviation = np.broadcast_to(family.deviation(mean), mean.shape)
    safe = (mean >= SAFE_RATIO * deviation) & (deviation >= SAFE_DEVIATION)
    suspects = np.flatnonzero(~safe.all(axis=0) & (mean.sum(axis=0) > 0))
    found = np.zeros(mean.shape[1])
    if not suspects.size:
        return found
    pairs = np.stack([mean[:, suspects].ravel(), deviation[:, suspects].ravel()])
    distinct, where = np.unique(pairs, axis=1, return_inverse=True)
    real = realised_mean(distinct[0], distinct[1], family.whole_units)[where.ravel()]
    wanted = mean[:, suspects].sum(axis=0)
    found[suspects] = real.reshape(-1, suspects.size).sum(axis=0) / wanted - 1
    return found


def idle_scenarios(case: Case, scenarios: Scenarios) -> list[str]:
    """Return a line for each scenario that leaves demand and lead times of a case as they are."""
    if sum(len(case.carried(store)) for store in case.stores) * case.days > MOST_COMPARED:
        return []
    lines = []
    for scenario in as_scenarios(scenarios):
        changed = apply_scenario(case, scenario)
        if scenario.name != "normal" and _alike(compile_case(case), compile_case(changed)):
            lines.append(f"scenario '{scenario.name}' changes nothing in this case.")
    return lines


def _alike(one: Model, other: Model) -> bool:
    first = np.zeros(1, dtype=np.uint32)
    demands = [model.demand.draw(first, 1, model.days) for model in (one, other)]
    lines = [[level.lines for level in model.network.levels] for model in (one, other)]
    return lines[0] == lines[1] and bool((demands[0] == demands[1]).all())


def without_chance(model: Model) -> bool:
    """Whether nothing in a case is left to chance, so that all replications are one."""
    drawn = any(share.family.random for share in model.demand.shares)
    return not (drawn or model.supply_keys.any)


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
