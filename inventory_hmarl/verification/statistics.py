"""P14: what is said of figures is held to what is known, as figures are.

Intervals cover as often as they say, MSER-5 cuts a step where it ends, common customers cut the
variance of a difference as much as they must, and KN finds the best as often as it promises.
"""

from __future__ import annotations

import math
from collections.abc import Iterator

import numpy as np

from inventory_hmarl.core.arrays import Array
from inventory_hmarl.engines.outcome import Keep
from inventory_hmarl.simulation import simulate
from inventory_hmarl.studies.intervals import intervals, t_quantile
from inventory_hmarl.studies.warmup import mser5
from inventory_hmarl.verification.runner import WIDEST, Row
from inventory_hmarl.verification.selecting import newsvendor, right_choices

NAME = "P14"
TITLE = "Statistics: intervals, warm-up, common customers, selection"
SOURCE = (
    "theory; t: NIST/SEMATECH e-Handbook 1.3.6.7.2; newsvendor, Poisson(5), h = 1, p = 9, S = 8 "
    "against 9: exact variances; Kim & Nelson (2001)"
)
MAPPING = "a newsvendor's day: lead time 0"
SEED = 14
TABLE = {1: 12.706205, 4: 2.776445, 9: 2.262157, 19: 2.093024, 29: 2.045230}
TRIALS, NORMALS = 40_000, 10
CUSTOMERS, LONG_CUSTOMERS = 500_000, 4_000_000
SELECTIONS, LONG_SELECTIONS = 200, 4000
SHARP = 0.01  # largest standard error, as a share of what is expected


def statistics_rows(*, long: bool = False, engine: str = "numpy") -> list[Row]:
    """Return a row for each figure of P14; customers are those of an engine of `simulate`.

    >>> from inventory_hmarl.verification.statistics import mser_row
    >>> mser_row().verdict
    'pass'
    """
    return [
        coverage_row(),
        _row("largest error of t quantiles", 0.0, _quantile_error(), 0.0, 5e-7, len(TABLE)),
        mser_row(),
        *variance_rows(LONG_CUSTOMERS if long else CUSTOMERS, engine),
        *selection_rows(LONG_SELECTIONS if long else SELECTIONS, engine),
    ]


def coverage_row() -> Row:
    """Return how often the 95 % interval of ten normal values holds the mean: .9456 to .9544."""
    found = intervals(np.random.default_rng(SEED).normal(size=(TRIALS, NORMALS)))
    covered = float((np.abs(found.mean) <= found.half_width).mean())
    error = math.sqrt(0.95 * 0.05 / TRIALS)
    return _row("coverage of 95 % intervals", 0.95, covered, error, WIDEST * error, TRIALS)


def _quantile_error() -> float:
    return max(abs(t_quantile(0.975, freedom) - known) for freedom, known in TABLE.items())


def mser_row() -> Row:
    """Return where MSER-5 cuts 10 for 100 days and 1 after, + 0.5 every other day."""
    day = np.arange(400)
    cut = mser5(np.where(day < 100, 10.0, 1.0) + 0.5 * (day % 2)).days
    return _row("MSER-5 of a step, days", 100.0, float(cut), 0.0, 0.0, 1)


def variance_rows(customers: int, engine: str = "numpy") -> Iterator[Row]:
    """Yield the variances of the difference between S = 8 and S = 9, without and with pairs."""
    eight, nine = (
        simulate(
            newsvendor(level, 1, SEED),
            replications=customers,
            keep=Keep(kpis=False),
            engine=engine,
        )
        .figures()["total_cost"]
        .ravel()
        for level in (8, 9)
    )
    apart, error = _variance(eight), _variance_error(eight) + _variance_error(nine)
    apart += _variance(nine)
    yield _row("Var, customers of their own", 30.5642, apart, error, WIDEST * error, customers)
    pairs = nine - eight
    error = _variance_error(pairs)
    yield _row("Var, common customers", 6.3457, _variance(pairs), error, WIDEST * error, customers)


def _variance(values: Array) -> float:
    return float(values.var(ddof=1))


def _variance_error(values: Array) -> float:
    """Return the standard error of the variance, from the fourth moment."""
    squares = (values - values.mean()) ** 2
    return float(squares.std()) / math.sqrt(values.size)


def selection_rows(trials: int, engine: str = "numpy") -> Iterator[Row]:
    """Yield how often KN finds the best, where 95 % of times or more are promised."""
    for figure, level_field in (("KN right", False), ("KN right, level field", True)):
        right = float(
            right_choices("KN", trials, SEED, level_field=level_field, engine=engine)[0].mean()
        )
        error = math.sqrt(0.95 * 0.05 / trials)
        allowed = max(WIDEST * error, right - 0.95)  # more often than promised is no fault
        yield _row(f"{figure}, at least", 0.95, right, error, allowed, trials, sharp=0.02)


def _row(
    figure: str,
    expected: float,
    measured: float,
    error: float,
    allowed: float,
    trials: int,
    *,
    sharp: float = SHARP,
) -> Row:
    close = abs(measured - expected) <= allowed
    blunt = error > sharp * abs(expected)
    return Row(
        case=NAME,
        title=TITLE,
        figure=figure,
        expected=expected,
        measured=measured,
        standard_error=error,
        z=(measured - expected) / error if error else None,
        allowed=allowed,
        verdict=("blunt" if blunt else "pass") if close else "off",
        replications=trials,
        days=1,
        warmup_days=0,
        seed=SEED,
        source=SOURCE,
    )
