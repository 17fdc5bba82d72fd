"""The best of several cases: with a guarantee (KN), or within a budget (OCBA).

Both minimise; `select_best` turns a figure that should be large around. Both look at samples on the
same customers: replication r of one case is paired with replication r of every other.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import NormalDist
from typing import TypeAlias

import numpy as np

from inventory_hmarl.core.arrays import Array
from inventory_hmarl.engines.workers import Progress
from inventory_hmarl.simulation import simulate
from inventory_hmarl.studies.comparing import Alternative, same_customers
from inventory_hmarl.studies.errors import StudyError, unknown_figure
from inventory_hmarl.studies.intervals import LEVEL, interval

FIRST = 20  # replications of each case before any is dropped or favoured
MOST = 100_000  # replications of a case
GROWTH = 1.2  # of replications from look to look
ROUNDS = 20  # in which a budget is spent

Sampler: TypeAlias = Callable[[int, range], Array]
"""(number of the case, replications) -> its values, `(R,)`; small ones are good."""


@dataclass(frozen=True)
class Selection:
    """Which case is best, and what is known of each `(K,)`."""

    best: str
    names: tuple[str, ...]
    figure: str
    procedure: str  # "KN" or "OCBA"
    mean: Array  # (K,) of the figure, over the case's own replications
    half_width: Array  # (K,) of its 95 % interval
    replications: Array  # (K,)
    remaining: tuple[str, ...]  # not ruled out, best among them; of OCBA, all
    indifference: float | None  # of KN
    confidence: float | None  # KN: guaranteed; OCBA: estimated; None: stopped before the guarantee
    interrupted: bool = False


@dataclass(frozen=True)
class Found:
    """What a procedure found: numbers of cases, and the values that it looked at."""

    best: int
    remaining: tuple[int, ...]
    values: tuple[Array, ...]  # (R of the case,) each
    confidence: float | None
    interrupted: bool = False  # by Ctrl-C


def select_best(  # noqa: PLR0913 - a keyword for each choice of a study
    cases: Mapping[str, Alternative],
    *,
    figure: str = "total_cost",
    largest: bool = False,
    indifference: float | None = None,
    confidence: float = 0.95,
    budget: int | None = None,
    most: int = MOST,
    days: int | None = None,
    seed: int | None = None,
    engine: str = "numpy",
    precision: str = "exact",
    workers: int | None = None,
    progress: Progress | None = None,
) -> Selection:
    """Return which of several cases has the smallest (or largest) expected figure.

    Give `indifference`, a difference of the figure that matters: whenever the best case is better
    than all others by at least as much, it is found with probability `confidence` (`kim_nelson`).
    Or give `budget`, a number of replications for all cases together, which go where they help most
    (`ocba`). The figure is that of each replication: a mean of ratios, where it is a ratio.

    A `KeyboardInterrupt` after the first replications of all cases ends it with what is known then.

    >>> from inventory_hmarl import apply_scenario, default_case
    >>> base = default_case()
    >>> cases = {"spike": apply_scenario(base, "spike"), "normal": base}
    >>> select_best(cases, indifference=100.0, days=60).best
    'normal'
    """
    if (indifference is None) == (budget is None):
        raise StudyError("indifference, budget: give one of them, and not both")
    if len(cases) < 2:
        raise StudyError(f"{len(cases)} case: there must be at least 2 to choose from")
    ready = list(same_customers(cases, days, seed).values())
    sign = -1.0 if largest else 1.0

    def sample(number: int, numbers: range) -> Array:
        case, policies = ready[number]
        run = simulate(
            case,
            replications=numbers,
            policies=policies,
            engine=engine,
            precision=precision,
            workers=workers,
        )
        values: Array = sign * _values(run.figures(), figure)
        return values

    if indifference is not None:
        found = kim_nelson(sample, len(ready), indifference, confidence, most, progress)
    else:
        found = ocba(sample, len(ready), budget or 0, progress)
    return _selection(tuple(cases), figure, sign, found, indifference)


def _values(figures: Mapping[str, Array], figure: str) -> Array:
    if figure not in figures:
        raise StudyError(unknown_figure(figure, list(figures)))
    values: Array = figures[figure][0]
    if np.isnan(values).any():
        raise StudyError(
            f"figure '{figure}': is undefined in some replications; choose by another figure, or "
            "more --days"
        )
    return values


def _selection(
    names: tuple[str, ...], figure: str, sign: float, found: Found, indifference: float | None
) -> Selection:
    told = [interval(sign * values, LEVEL) for values in found.values]
    return Selection(
        best=names[found.best],
        names=names,
        figure=figure,
        procedure="OCBA" if indifference is None else "KN",
        mean=np.array([each.mean for each in told], dtype=np.float64),
        half_width=np.array([each.half_width for each in told], dtype=np.float64),
        replications=np.array([values.size for values in found.values]),
        remaining=tuple(names[number] for number in found.remaining),
        indifference=indifference,
        confidence=found.confidence,
        interrupted=found.interrupted,
    )


def kim_nelson(
    sample: Sampler,
    cases: int,
    indifference: float,
    confidence: float = 0.95,
    most: int = MOST,
    progress: Progress | None = None,
) -> Found:
    """Return the case with the smallest mean, by the fully sequential procedure KN.

    A case is dropped as soon as another is better by more than what chance can do. Where the best
    is better than all others by `indifference` or more, it is selected with probability
    `confidence`, for normal values, paired or not. Looks are at growing numbers of replications;
    fewer looks than one a replication cost some replications and no confidence. It stops at `most`
    replications a case: more than one case may then remain, and nothing is guaranteed.

    Source: Kim & Nelson (2001), "A fully sequential procedure for indifference-zone selection in
    simulation", ACM TOMACS 11(3), with c = 1. Looks: Jennison, Johnstone & Turnbull (1982).
    """
    if not (math.isfinite(indifference) and indifference > 0):
        raise StudyError(
            f"indifference = {indifference}: must be a finite number > 0, in the figure's unit"
        )
    if not 1 / cases < confidence < 1:
        raise StudyError(
            f"confidence = {confidence}: must lie between 1/{cases}, which guessing has, and 1"
        )
    if most < FIRST:
        raise StudyError(f"most = {most}: must be at least {FIRST} replications a case")
    values = [np.asarray(sample(number, range(FIRST))) for number in range(cases)]
    first = np.stack(values)
    spread = (first[:, None] - first[None]).var(axis=-1, ddof=1)  # (K, K)
    eta = 0.5 * ((2 * (1 - confidence) / (cases - 1)) ** (-2 / (FIRST - 1)) - 1)
    ends = 2 * eta * (FIRST - 1) * spread / indifference**2  # replications at which chance ends
    left, count, interrupted = list(range(cases)), FIRST, False
    try:
        while len(left := _undefeated(values, left, count, ends, indifference)) > 1:
            last = math.floor(ends[np.ix_(left, left)].max()) + 1
            if count >= min(last, most):
                break
            upto = min(math.ceil(count * GROWTH), last, most)
            _extend(values, sample, dict.fromkeys(left, upto - count))
            count = upto
            if progress is not None:
                progress(count, min(last, most))
    except KeyboardInterrupt:
        interrupted = True
    best = min(left, key=lambda number: float(values[number].mean()))
    settled = len(left) == 1 or count >= math.floor(ends[np.ix_(left, left)].max()) + 1
    return Found(best, tuple(left), tuple(values), confidence if settled else None, interrupted)


def _extend(values: list[Array], sample: Sampler, more: Mapping[int, int]) -> None:
    """Sample more replications of some cases: of all or, where that is interrupted, of none."""
    new = {
        number: np.asarray(sample(number, range(values[number].size, values[number].size + wanted)))
        for number, wanted in more.items()
        if wanted
    }
    for number, found in new.items():
        values[number] = np.concatenate([values[number], found])


def _undefeated(
    values: list[Array], left: list[int], count: int, ends: Array, indifference: float
) -> list[int]:
    """Return the cases that no other is better than by more than chance."""
    mean = np.array([values[number].mean() for number in left])
    slack = indifference / 2 * np.maximum(ends[np.ix_(left, left)] / count - 1, 0.0)
    beaten = np.any(mean[:, None] > mean[None] + slack, axis=1)
    return [left[place] for place in np.flatnonzero(~beaten)]


def ocba(sample: Sampler, cases: int, budget: int, progress: Progress | None = None) -> Found:
    """Return the case with the smallest mean, after `budget` replications of all cases together.

    They go where they make a wrong choice least likely: to cases near the best, and to noisy ones.
    The allocation and the confidence (a Bonferroni bound on the chance of a right choice) take the
    cases for independent; on the same customers, differences vary less, and the bound is careful.

    Source: Chen, Lin, Yucesan & Chick (2000), "Simulation budget allocation for further enhancing
    the efficiency of ordinal optimization", Discrete Event Dynamic Systems 10(3).
    """
    if budget < cases * FIRST:
        raise StudyError(
            f"budget = {budget}: must be at least {cases * FIRST} replications, {FIRST} for each "
            f"of {cases} cases"
        )
    values = [np.asarray(sample(number, range(FIRST))) for number in range(cases)]
    spent, interrupted = cases * FIRST, False
    step = max(cases, -(-(budget - spent) // ROUNDS))
    try:
        while spent < budget:
            more = _shares(values, min(step, budget - spent))
            _extend(values, sample, dict(enumerate(more.tolist())))
            spent += int(more.sum())
            if progress is not None:
                progress(spent, budget)
    except KeyboardInterrupt:
        interrupted = True
    mean, error = _moments(values)
    best = int(np.argmin(mean))
    errors = np.hypot(error, error[best])
    wrong = sum(
        _below(mean[best] - mean[number], float(errors[number]))
        for number in range(cases)
        if number != best
    )
    return Found(best, tuple(range(cases)), tuple(values), max(0.0, 1 - wrong), interrupted)


def _below(difference: float, error: float) -> float:
    """Return the probability that a normal error turns a difference <= 0 around."""
    if error == 0:
        return 0.5 if difference == 0 else 0.0
    return NormalDist().cdf(difference / error)


def _moments(values: list[Array]) -> tuple[Array, Array]:
    """Return mean and standard error of each case, `(K,)`."""
    mean = np.array([each.mean() for each in values])
    error = np.array([each.std(ddof=1) / math.sqrt(each.size) for each in values])
    return mean, error


def _shares(values: list[Array], step: int) -> Array:
    """Return how many of the next `step` replications each case gets, whole numbers `(K,)`."""
    mean, error = _moments(values)
    have = np.array([each.size for each in values])
    deviation = np.maximum(error * np.sqrt(have), 1e-12 * (np.abs(mean).max() + 1e-300))
    best = int(np.argmin(mean))
    behind = np.maximum(mean - mean[best], 1e-3 * deviation)  # a tie must not take all
    weight = (deviation / behind) ** 2
    weight[best] = 0.0
    weight[best] = deviation[best] * math.sqrt(((weight / deviation) ** 2).sum())
    wanted = weight / weight.sum() * (have.sum() + step)
    lacking = np.maximum(wanted - have, 0.0)
    ends = np.rint(np.cumsum(lacking) / lacking.sum() * step).astype(int)
    return np.diff(ends, prepend=0)
