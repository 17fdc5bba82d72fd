"""Alternatives against a base, on the same customers.

Chance is a function of seed, names, replication and day, so that two cases with one seed meet the
same customers in the same replications. What differs between them is then the cases' own, and the
variance of the difference is a fraction of what it would be on customers of their own.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias  # settings are of any type

import numpy as np

from inventory_hmarl.case import Case, as_case
from inventory_hmarl.core.arrays import Array
from inventory_hmarl.core.decide import ByPolicy
from inventory_hmarl.core.network import Network
from inventory_hmarl.engines.workers import Progress
from inventory_hmarl.simulation import simulate
from inventory_hmarl.studies.errors import StudyError, unknown_figure
from inventory_hmarl.studies.holm import holm
from inventory_hmarl.studies.intervals import LEVEL, intervals, p_value
from inventory_hmarl.studies.samples import samples

REPLICATIONS = 200
ROUNDING = 1e-12  # of a figure: what is smaller comes from the order of additions
FIGURES = (
    "unit_fill_rate",
    "order_fill_rate",
    "total_lost_sales",
    "backorder_days",
    "avg_inventory",
    "total_holding_cost",
    "total_stockout_penalty",
    "total_ordering_cost",
    "total_cost",
    "profit",
)
ALL = "all"

Policies: TypeAlias = Callable[[Network], ByPolicy]
Alternative: TypeAlias = "Case | Mapping[str, Any] | str | Path | Policies"


@dataclass(frozen=True)
class Comparison:
    """Figures of a base `(F,)`, and of alternatives against it `(A, F)`.

    Differences are alternative - base, paired by replication. Half-widths are of intervals at
    `level`. NaN stands for what is undefined.
    """

    base: str
    names: tuple[str, ...]  # of the alternatives, A
    figures: tuple[str, ...]  # F
    replications: int
    level: float
    base_mean: Array  # (F,)
    base_half_width: Array  # (F,)
    mean: Array  # (A, F)
    half_width: Array  # (A, F)
    difference: Array  # (A, F)
    difference_half_width: Array  # (A, F)
    p_value: Array  # (A, F) that the mean difference is 0, two-sided, by Student's t
    adjusted: Array  # (A, F) by Holm, over all comparisons
    variance_removed: Array  # (A, F) 1 - Var(difference) / (Var(base) + Var(alternative))

    @property
    def real(self) -> Array:
        """Whether each difference is told apart from 0 for all of them at once, `(A, F)` bool."""
        return self.adjusted < 1 - self.level


def compare(  # noqa: PLR0913 - a keyword for each choice of a run
    base: Case | Mapping[str, Any] | str | Path,
    others: Mapping[str, Alternative],
    *,
    replications: int = REPLICATIONS,
    days: int | None = None,
    seed: int | None = None,
    figures: Sequence[str] = FIGURES,
    level: float = LEVEL,
    engine: str = "numpy",
    precision: str = "exact",
    workers: int | None = None,
    progress: Progress | None = None,
) -> Comparison:
    """Compare alternatives with a base: same seed, same replications, hence same customers.

    An alternative is a case, or whatever `simulate` takes for one; or the `policies` that
    `simulate` takes, which then rule the base. All run on the base's seed unless `seed` is given.

    >>> from inventory_hmarl import apply_scenario, default_case
    >>> base = default_case()
    >>> found = compare(base, {"spike": apply_scenario(base, "spike")}, replications=20)
    >>> at = found.figures.index("total_cost")
    >>> bool(found.difference[0, at] > 0), bool(found.real[0, at])
    (True, True)
    """
    chosen = {"base": base, **others} if "base" not in others else None
    if chosen is None:
        raise StudyError("others: 'base' is the name of the base; call the alternative otherwise")
    choices = {"engine": engine, "precision": precision, "workers": workers}
    check_level(level)
    studied = dict(
        study_each(chosen, replications, days=days, seed=seed, progress=progress, choices=choices)
    )
    return comparison(studied, figures, level)


def check_level(level: float) -> None:
    """Raise `StudyError` for a level that no interval can have."""
    if not 0 < level < 1:
        raise StudyError(f"level = {level}: must lie between 0 and 1, both excluded, such as 0.95")


def same_customers(
    chosen: Mapping[str, Alternative], days: int | None = None, seed: int | None = None
) -> dict[str, tuple[Case, Policies | None]]:
    """Return the cases of a study, all with the seed of the first, and who decides in each.

    Raises `StudyError` where their days or warm-ups differ: sums over them would not compare.
    """
    answer: dict[str, tuple[Case, Policies | None]] = {}
    base: Case | None = None
    for name, alternative in chosen.items():
        policies = None
        if callable(alternative) and base is not None:
            case, policies = base, alternative
        else:
            case = as_case(alternative)
        if base is None:
            base = case.changed(**_given(days=days, seed=seed))
        case = case.changed(**_given(days=days, seed=base.seed))
        _check_horizon(name, case, base)
        answer[name] = case, policies
    return answer


def _given(**changes: int | None) -> dict[str, int]:
    return {name: value for name, value in changes.items() if value is not None}


def _check_horizon(name: str, case: Case, base: Case) -> None:
    if case.days != base.days:
        raise StudyError(
            f"{name}: days = {case.days}, and the base has {base.days}: give all of them the same "
            "number of days (--days)"
        )
    if case.warmup_days != base.warmup_days:
        raise StudyError(
            f"{name}: warmup_days = {case.warmup_days}, and the base has {base.warmup_days}: "
            "sums over different days do not compare; write the same into both cases"
        )


def study_each(
    chosen: Mapping[str, Alternative],
    replications: int | range,
    *,
    days: int | None = None,
    seed: int | None = None,
    progress: Progress | None = None,
    choices: Mapping[str, Any],
) -> Iterator[tuple[str, dict[str, Array]]]:
    """Yield each case's name and its samples, `(R,)` a figure of the network, as it is finished.

    `choices` are `simulate`'s engine, precision and workers.
    """
    cases = same_customers(chosen, days, seed)
    for number, (name, (case, policies)) in enumerate(cases.items()):
        told = _part(progress, number, len(cases))
        run = simulate(case, replications=replications, policies=policies, progress=told, **choices)
        yield name, {figure: values[0] for figure, values in samples(run).items()}


def _part(progress: Progress | None, number: int, cases: int) -> Progress | None:
    if progress is None:
        return None
    return lambda done, total: progress(number * total + done, cases * total)


def comparison(
    studied: Mapping[str, Mapping[str, Array]],
    figures: Sequence[str] = FIGURES,
    level: float = LEVEL,
) -> Comparison:
    """Return the comparison of samples `(R,)` by case and figure; the first case is the base.

    >>> samples = {"old": {"cost": np.array([5.0, 7, 9])}, "new": {"cost": np.array([4.0, 6, 9])}}
    >>> found = comparison(samples, ["cost"])
    >>> found.difference.round(3).tolist(), found.variance_removed.round(3).tolist()
    ([[-0.667]], [[0.968]])
    """
    (base, first), *others = studied.items()
    names = _figures(figures, [first, *(sample for _, sample in others)])
    mine = _stacked(first, names)  # (F, R)
    theirs = np.array([_stacked(sample, names) for _, sample in others])  # (A, F, R)
    replications = mine.shape[-1]
    theirs = theirs.reshape(len(others), len(names), replications)
    differences = theirs - mine
    scale = np.abs(mine) + np.abs(theirs)
    differences = np.where(np.abs(differences) <= ROUNDING * scale, 0.0, differences)
    flat = intervals(differences.reshape(-1, replications), level)
    shape = differences.shape[:2]
    base_found, found = intervals(mine, level), intervals(theirs.reshape(-1, replications), level)
    p_values = np.array([_p_value(sample) for sample in differences.reshape(-1, replications)])
    p_values = p_values.reshape(shape)
    return Comparison(
        base=base,
        names=tuple(name for name, _ in others),
        figures=names,
        replications=replications,
        level=level,
        base_mean=base_found.mean,
        base_half_width=base_found.half_width,
        mean=found.mean.reshape(shape),
        half_width=found.half_width.reshape(shape),
        difference=flat.mean.reshape(shape),
        difference_half_width=flat.half_width.reshape(shape),
        p_value=p_values,
        adjusted=holm(p_values),
        variance_removed=_removed(mine, theirs, differences),
    )


def _figures(wanted: Sequence[str], given: Sequence[Mapping[str, Array]]) -> tuple[str, ...]:
    """Return the figures to compare; of the usual ones, those that are not 0 throughout."""
    there = [name for name in given[0] if all(name in each for each in given)]
    if list(wanted) == [ALL]:
        return tuple(there)
    if tuple(wanted) == FIGURES:
        return tuple(
            name for name in FIGURES if name in there and any(each[name].any() for each in given)
        )
    for name in wanted:
        if name not in there:
            raise StudyError(unknown_figure(name, [*there, ALL]))
    return tuple(dict.fromkeys(wanted))


def _stacked(sample: Mapping[str, Array], names: Sequence[str]) -> Array:
    return np.stack([np.asarray(sample[name], dtype=np.float64) for name in names])


def _p_value(differences: Array) -> float:
    """Return the p-value of a paired t-test, `(R,)`; NaN where no two pairs have a value."""
    known = differences[~np.isnan(differences)]
    if known.size < 2:
        return math.nan
    mean, error = float(known.mean()), float(known.std(ddof=1)) / math.sqrt(known.size)
    if error <= ROUNDING * abs(mean):  # the same in every replication: no chance is left
        return float(mean == 0)
    return p_value(mean / error, known.size - 1)


def _removed(mine: Array, theirs: Array, differences: Array) -> Array:
    """Return the share of the variance of the difference that pairing removed, `(A, F)`."""
    if differences.shape[-1] < 2:
        return np.full(differences.shape[:2], np.nan)
    apart = mine.var(axis=-1, ddof=1) + theirs.var(axis=-1, ddof=1)
    together = differences.var(axis=-1, ddof=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(apart == 0, np.nan, 1 - together / apart)
