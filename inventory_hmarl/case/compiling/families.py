"""The family of some rows of demand."""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable, Iterable

import numpy as np

from inventory_hmarl.case.compiling.drawn_rows import Rows, refuse
from inventory_hmarl.case.compiling.mean_paths import mean_path, reaches, scale_path
from inventory_hmarl.case.models import Case, Demand, Spike
from inventory_hmarl.core import demand as core
from inventory_hmarl.core.arrays import Array
from inventory_hmarl.core.demand.changing import Changing
from inventory_hmarl.core.demand.counts import Counts
from inventory_hmarl.core.demand.gamma import gamma
from inventory_hmarl.core.demand.geometric import geometric
from inventory_hmarl.core.demand.intermittent import bursts, intermittent, ratio_of_others
from inventory_hmarl.core.demand.lognormal import lognormal
from inventory_hmarl.core.demand.negative_binomial import negative_binomial
from inventory_hmarl.core.demand.normal import Normal
from inventory_hmarl.core.demand.poisson import poisson
from inventory_hmarl.core.demand.replay import Nothing, Replay
from inventory_hmarl.core.demand.table import tabulated
from inventory_hmarl.core.rows import Point

MOST_COUNTS = 2.0**21  # of a table
WIDE_COUNTS = f"counts spread over more than {MOST_COUNTS:g}; 'gamma' has no such table"
SMALL_SIZE = "is the mean size, base_demand x multiplier / occurrence; whole units need at least 1"
STEADY_SIZE = (
    "is too small a size_cv2 for whole units: sizes of mean s need (s - 1) / s^2; for steadier "
    "sizes take 'table', or continuous units"
)


def _normal(case: Case, rows: Rows) -> core.Family:
    deviation, base = _deviation(case, rows), rows.of_sku(case, "base_demand")
    scaled = rows.have("noise", "multiplicative") & (base > 0)
    return Normal(
        mean_path(case, rows),
        np.where(rows.have("noise", "additive"), deviation, 0.0),
        np.divide(deviation, base, out=np.zeros(base.size), where=scaled) if scaled.any() else None,
        case.units == "whole",
        rows.first.mean == "realised",
    )


def _poisson(case: Case, rows: Rows) -> core.Family:
    return _counted(rows, poisson(mean_path(case, rows)))


def _geometric(case: Case, rows: Rows) -> core.Family:
    return _counted(rows, geometric(mean_path(case, rows)))


def _negative_binomial(case: Case, rows: Rows) -> core.Family:
    by_sku = _variation(case, rows) ** 2 * rows.of_sku(case, "base_demand")
    own = rows.numbers("variance_to_mean", np.full(by_sku.size, np.nan)) * _times(rows) ** 2
    ratio = np.where(np.isnan(own), by_sku, own)
    return _counted(rows, negative_binomial(mean_path(case, rows), np.maximum(ratio, 1.0)))


def _gamma(case: Case, rows: Rows) -> core.Family:
    return gamma(mean_path(case, rows), _variation(case, rows), case.units == "whole")


def _lognormal(case: Case, rows: Rows) -> core.Family:
    return lognormal(mean_path(case, rows), _variation(case, rows), case.units == "whole")


def _intermittent(case: Case, rows: Rows) -> core.Family:
    path, nothing = mean_path(case, rows), np.zeros(len(rows.points))
    occurrence = rows.numbers("occurrence", nothing)
    squared = rows.numbers("size_cv2", nothing) * _times(rows) ** 2
    if case.units != "whole":
        return bursts(path, occurrence, np.sqrt(squared))
    size = path.base / occurrence
    ratio = ratio_of_others(size, squared)
    refuse(rows.points, (path.base > 0) & (size < 1), size, SMALL_SIZE)
    refuse(rows.points, ratio < 1, squared, STEADY_SIZE)
    return _counted(rows, intermittent(path, occurrence, ratio))


def _counted(rows: Rows, family: Counts) -> Counts:
    reach = family.law.reach((family.path.highest(), *family.others))
    refuse(rows.points, reach > MOST_COUNTS, reach, WIDE_COUNTS)
    return family


def _variation(case: Case, rows: Rows) -> Array:
    """Return demand_std / base_demand of each row, `(rows,)`; 0 where nobody comes."""
    deviation, base = _deviation(case, rows), rows.of_sku(case, "base_demand")
    return np.divide(deviation, base, out=np.zeros(base.size), where=base > 0)


def _deviation(case: Case, rows: Rows) -> Array:
    """Return the standard deviation of each row, `(rows,)` units."""
    return rows.of_sku(case, "demand_std") * _times(rows)


def _times(rows: Rows) -> Array:
    """Return what multiplies the deviation of each row."""
    return np.ones(len(rows.points)) if rows.deviation is None else rows.deviation


def _table(case: Case, rows: Rows) -> core.Family:
    used, which = np.unique(rows.table, return_inverse=True)
    distributions = [
        (np.array(table.values, dtype=float), np.array(table.probabilities, dtype=float))
        for table in (rows.tables[number] for number in used)
    ]
    return _tabulated(case, rows, distributions, which)


def _empirical(case: Case, rows: Rows) -> core.Family:
    known: dict[bytes, int] = {}
    distributions: list[tuple[Array, Array]] = []
    which = []
    for table, point in zip(rows.table.tolist(), rows.points, strict=True):
        values, counts = np.unique(_sampled(case, rows.tables[table], point), return_counts=True)
        key = values.tobytes() + counts.tobytes()
        if key not in known:
            known[key] = len(distributions)
            distributions.append((values, counts / counts.sum()))
        which.append(known[key])
    return _tabulated(case, rows, distributions, np.array(which))


def _tabulated(
    case: Case, rows: Rows, distributions: list[tuple[Array, Array]], which: Array
) -> core.Family:
    """Return the family of rows that have one of some distributions each."""
    scale = scale_path(case, rows, recorded=False)
    distinct = tabulated(distributions, scale, case.units == "whole")
    return dataclasses.replace(
        distinct, values=distinct.values[which], limits=distinct.limits[which]
    )


def _sampled(case: Case, demand: Demand, point: Point) -> Array:
    """Return all units that a point's record holds, days without a row included."""
    if demand.units is not None:
        return np.array(demand.units)
    record = case.recorded[demand.file or ""]
    return record.units(point.location, point.sku, record.last_day)


def _replay(case: Case, rows: Rows) -> core.Family:
    series = [
        _recorded(case, rows.tables[table], point)
        for table, point in zip(rows.table.tolist(), rows.points, strict=True)
    ]
    most = max(float(units.max(initial=0)) for units in series)
    kind = np.uint16 if most < 2**16 else np.int32 if most < 2**31 else np.float64
    record = np.zeros((case.days, len(series)), kind if case.units == "whole" else np.float64)
    for row, units in enumerate(series):
        record[: units.size, row] = units
    return Replay(record, scale_path(case, rows, recorded=True), case.units == "whole")


def _recorded(case: Case, demand: Demand, point: Point) -> Array:
    """Return the units that a point's record holds of day 1, 2, ..., `(days,)` at most."""
    if demand.units is not None:
        return np.array(demand.units[: case.days])
    assert demand.file is not None, f"the demand of {point} is not replayed"
    return case.recorded[demand.file].known(point.location, point.sku, case.days)


def _nothing(case: Case, rows: Rows) -> core.Family:
    return Nothing()


def family_of(case: Case, rows: Rows) -> core.Family:
    """Return the family of some rows, and others in its place on days of other settings."""
    of_rows = FAMILIES[rows.first.distribution]
    usual = of_rows(case, rows)
    spikes = [each for each in case.spikes if _changes_settings(each)]
    if not spikes or not usual.random:
        return usual
    day = np.arange(case.days + 1)[:, None]
    first = np.array([each.first_day for each in spikes])
    last = np.array([each.last_day or case.days for each in spikes])
    patterns, which = np.unique((first <= day) & (day <= last), axis=0, return_inverse=True)
    # Day 0 lies in no span: the pattern of no spike comes first.
    others = [
        of_rows(case, _under(rows, itertools.compress(spikes, pattern))) for pattern in patterns[1:]
    ]
    return Changing(usual, tuple(others), which.ravel()) if others else usual


def _changes_settings(spike: Spike) -> bool:
    return spike.deviation != 1 or spike.seasonality_amplitude is not None


def _under(rows: Rows, spikes: Iterable[Spike]) -> Rows:
    """Return some rows with the settings that they have while these spikes last."""
    deviation, amplitude = _times(rows), np.full(len(rows.points), np.nan)
    for spike in spikes:
        reached = reaches(rows.points, spike.stores, spike.skus)
        deviation = np.where(reached, deviation * spike.deviation, deviation)
        if spike.seasonality_amplitude is not None:
            amplitude = np.where(reached, spike.seasonality_amplitude, amplitude)
    return dataclasses.replace(rows, deviation=deviation, amplitude=amplitude)


FAMILIES: dict[str, Callable[[Case, Rows], core.Family]] = {
    "normal": _normal,
    "poisson": _poisson,
    "negative_binomial": _negative_binomial,
    "geometric": _geometric,
    "gamma": _gamma,
    "lognormal": _lognormal,
    "intermittent": _intermittent,
    "table": _table,
    "empirical": _empirical,
    "replay": _replay,
    "none": _nothing,
}
