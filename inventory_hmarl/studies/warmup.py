"""How long a chain takes to forget how it began: MSER-5."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from inventory_hmarl.core.arrays import Array
from inventory_hmarl.core.horizon import DAILY
from inventory_hmarl.simulation import Run
from inventory_hmarl.studies.intervals import intervals

BATCH = 5  # days
FEWEST_BATCHES = 10  # below, a truncation says nothing
MATTERS = 0.01  # of mean stock: a smaller bias is not worth a warning
SURE = 0.999  # level at which a difference is taken for one


@dataclass(frozen=True)
class Truncation:
    """How many of the first days of a series to leave out."""

    days: int
    at_limit: bool  # at half of the series: it may not have settled at all


def mser5(series: Array) -> Truncation:
    """Return how many of the first days to leave out of a series `(days,)`, a multiple of 5.

    Of all truncations up to half of the series, the one that leaves the smallest standard error of
    the mean of what remains, over means of 5 days. Average the series over replications first. A
    season passes for a beginning: leave out whole seasons instead.

    Source: White (1997), "An effective truncation heuristic for bias reduction in simulation
    output", Simulation 69(6); batches of 5: White, Cobb & Spratt (2000), Proc. Winter Simulation
    Conference.

    >>> days = np.arange(400)
    >>> mser5(np.where(days < 100, 10.0, 1.0) + 0.5 * (days % 2))
    Truncation(days=100, at_limit=False)
    """
    values = np.asarray(series, dtype=np.float64)
    if values.ndim != 1 or values.size < 2 * BATCH or not np.isfinite(values).all():
        raise ValueError(
            f"series of shape {values.shape}: must be one number a day, at least {2 * BATCH} days, "
            "all finite"
        )
    means = values[: values.size // BATCH * BATCH].reshape(-1, BATCH).mean(axis=1)
    limit = means.size // 2
    left = np.arange(means.size, means.size - limit - 1, -1)  # batches that remain
    tail = means[::-1] - means[-1]  # so that a constant series has no error at all
    sums, squares = (np.cumsum(each)[::-1][: limit + 1] for each in (tail, tail * tail))
    errors = np.maximum(squares - sums * sums / left, 0.0) / left**2
    best = int(np.argmin(errors))
    return Truncation(best * BATCH, best == limit)


@dataclass(frozen=True)
class Beginning:
    """A level of the network whose stock is still settling after the warm-up."""

    level: int
    days: int  # of warm-up that MSER-5 advises
    at_limit: bool
    bias: float  # of the level's mean stock, as a share of what it settles to


def short_warmup(run: Run) -> tuple[Beginning, ...]:
    """Return the levels whose mean stock the warm-up of a run leaves biased.

    A level is named where MSER-5 of its daily stock, averaged over replications, advises more days
    than the warm-up has; its mean stock would change by more than 1 % with them; and replications
    tell that change from chance. Where demand changes just as much, it is a season, and none is
    named. One replication, or less than 50 days, tell nothing.
    """
    return tuple(_beginnings(run))


def _beginnings(run: Run) -> Iterator[Beginning]:
    daily, warmup = run.outcome.daily, run.model.warmup_days
    if daily is None or len(run.replications) < 2 or len(daily) < FEWEST_BATCHES * BATCH:
        return
    demand = daily[:, DAILY.index("demand")].sum(axis=1)  # (days, R)
    stock = daily[:, DAILY.index("stock")]  # (days, levels, R)
    for level in range(stock.shape[1]):
        advised = mser5(stock[:, level].mean(axis=-1))
        if advised.days <= warmup:
            continue
        bias = _change(stock[:, level], warmup, advised.days)
        if abs(bias) > MATTERS and abs(_change(demand, warmup, advised.days)) < abs(bias) / 4:
            yield Beginning(level, advised.days, advised.at_limit, bias)


def _change(series: Array, warmup: int, advised: int) -> float:
    """Return (mean after the warm-up / mean after the advice) - 1 of `(days, R)`; 0 for chance."""
    given, settled = series[warmup:].mean(axis=0), series[advised:].mean(axis=0)
    found = intervals((given - settled)[None], SURE).at(0)
    mean = float(settled.mean())
    if found.mean is None or found.half_width is None or abs(found.mean) <= found.half_width:
        return 0.0
    return found.mean / mean if mean else math.inf
