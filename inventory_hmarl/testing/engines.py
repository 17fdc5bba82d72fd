"""Hold the compiled engine against the NumPy engine, on every number that a run gives.

Needs the extra `jax`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from inventory_hmarl.case.models import Case
from inventory_hmarl.core.arrays import Array
from inventory_hmarl.core.horizon import DAILY
from inventory_hmarl.core.network import Network
from inventory_hmarl.core.record import LINES
from inventory_hmarl.engines.outcome import Keep
from inventory_hmarl.simulation import Run, simulate

TOLERANCE = 1e-9  # of the level: money, and what is counted in continuous units
GROUPS = ("network", "location", "sku", "point")


@dataclass(frozen=True)
class EngineDifference:
    """A number on which the two engines disagree."""

    field: str  # a quantity of a day, a count, or a figure
    key: tuple[str, ...]  # the point, the line, or the group
    day: int | None  # None: of the whole run
    replication: int
    numpy: float
    jax: float


@dataclass(frozen=True)
class Comparison:
    """What came out of comparing the engines on a case."""

    numbers: int  # that were compared
    differences: list[EngineDifference]


@dataclass(frozen=True)
class _Table:
    """One array of both runs, and what its axes stand for."""

    field: str
    keys: Sequence[tuple[str, ...]]
    arrays: tuple[Array, ...]  # NumPy's and JAX's, (days or 1, keys, R)
    tolerance: float
    daily: bool


def engine_differences(
    case: Case, replications: int | range = 3, days: int | None = None
) -> list[EngineDifference]:
    """Return every number on which the engines disagree: none, if all is well.

    Each quantity of each point and line on each day, the daily series, the cycles and the figures
    are compared: in whole units exactly, money and continuous units to 1e-9 of their size.
    """
    return compare_engines(case, replications, days).differences


def compare_engines(
    case: Case, replications: int | range = 3, days: int | None = None
) -> Comparison:
    """Return how many numbers of a case were compared, and those that differ."""
    runs = [
        simulate(case, replications=replications, days=days, keep=Keep(records=True), engine=name)
        for name in ("numpy", "jax")
    ]
    numbers, found = 0, list[EngineDifference]()
    for table in _tables(*runs):
        numbers += table.arrays[0].size
        found += _differing(table, runs[0].replications)
    return Comparison(numbers, found)


def _tables(left: Run, right: Run) -> Iterator[_Table]:
    """Yield all that two runs of one case gave, array by array."""
    yield from _records(left, right)
    yield from _daily(left, right)
    yield from _cycles(left, right)
    yield from _figures(left, right)


def _of_level(run: Run) -> float:
    return 0.0 if run.model.network.whole_units else TOLERANCE


def _records(left: Run, right: Run) -> Iterator[_Table]:
    """Yield each quantity of the points or lines of a level: every day, and their sums."""
    days = [run.outcome.records for run in (left, right) if run.outcome.records is not None]
    for (name, level), rows in left.outcome.recorder.rows.items():
        keys, tolerance = _keys(left.model.network, name, level), _of_level(left)
        yield _Table(name, keys, tuple(a[:, rows] for a in days), tolerance, daily=True)
        sums = tuple(run.outcome.sums[None, rows] for run in (left, right))
        yield _Table(f"sum of {name}", keys, sums, tolerance, daily=False)


def _daily(left: Run, right: Run) -> Iterator[_Table]:
    """Yield the daily series of the levels."""
    days = [run.outcome.daily for run in (left, right) if run.outcome.daily is not None]
    levels = [(f"level {number}",) for number in range(len(left.model.network.levels))]
    for number, name in enumerate(DAILY):
        series = tuple(each[:, number] for each in days)
        yield _Table(f"{name} of a level", levels, series, _of_level(left), daily=True)


def _cycles(left: Run, right: Run) -> Iterator[_Table]:
    for name in ("cycles_ended", "cycles_served"):
        counts = [getattr(run.outcome, name) for run in (left, right)]
        for level, pair in enumerate(zip(*counts, strict=True)):
            keys = _keys(left.model.network, "stock", level)
            yield _Table(name, keys, tuple(a[None] for a in pair), 0.0, daily=False)


def _figures(left: Run, right: Run) -> Iterator[_Table]:
    for by in GROUPS:
        figures, keys = left.figures(by), [(label,) for label in left.labels(by)]
        others = right.figures(by)
        assert figures.keys() == others.keys()
        for name in figures:
            pair = (figures[name][None], others[name][None])
            yield _Table(f"{name} by {by}", keys, pair, TOLERANCE, daily=False)


def _keys(network: Network, name: str, level: int) -> list[tuple[str, ...]]:
    """Return what the rows of a quantity are called."""
    if name in LINES:
        return [(x.source, x.destination, x.sku) for x in network.levels[level].lines]
    return [(point.location, point.sku) for point in network.levels[level].points]


def _differing(table: _Table, replications: Array) -> Iterator[EngineDifference]:
    one, other = table.arrays
    assert one.shape == other.shape, f"{table.field}: {one.shape} and {other.shape}"
    with np.errstate(invalid="ignore"):
        close = abs(one - other) <= table.tolerance * (1.0 + abs(one))
    close |= (one == other) | (np.isnan(one) & np.isnan(other))
    for day, row, column in np.argwhere(~close).tolist():
        yield EngineDifference(
            table.field,
            table.keys[row],
            day + 1 if table.daily else None,
            int(replications[column]),
            float(one[day, row, column]),
            float(other[day, row, column]),
        )
