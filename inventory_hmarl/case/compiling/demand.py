"""The demand of each selling point, grouped by family."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from inventory_hmarl.case.compiling.columns import attribute, numbers
from inventory_hmarl.case.compiling.layout import Layout
from inventory_hmarl.case.faults import CaseError, Fault
from inventory_hmarl.case.models import Case, Demand
from inventory_hmarl.case.models.demand import merged
from inventory_hmarl.core import demand as core
from inventory_hmarl.core.arrays import Array, inverse, rows_alike
from inventory_hmarl.core.chance import seeded
from inventory_hmarl.core.demand.counts import Counts
from inventory_hmarl.core.demand.gamma import gamma
from inventory_hmarl.core.demand.geometric import geometric
from inventory_hmarl.core.demand.intermittent import bursts, intermittent, ratio_of_others
from inventory_hmarl.core.demand.lognormal import lognormal
from inventory_hmarl.core.demand.negative_binomial import negative_binomial
from inventory_hmarl.core.demand.normal import Normal
from inventory_hmarl.core.demand.path import MeanPath, Spike
from inventory_hmarl.core.demand.poisson import poisson
from inventory_hmarl.core.demand.replay import Nothing, Replay
from inventory_hmarl.core.demand.table import tabulated
from inventory_hmarl.core.keys import name_words
from inventory_hmarl.core.rows import Point, Points

MOST_UNITS = 1e9
LARGE_MEAN = (
    f"is what the mean, with multiplier, season and spikes, may reach; it must be at most "
    f"{MOST_UNITS:g} units a day"
)
MOST_COUNTS = 2.0**21  # of a table
WIDE_COUNTS = f"counts spread over more than {MOST_COUNTS:g}; 'gamma' has no such table"
SMALL_SIZE = "is the mean size, base_demand x multiplier / occurrence; whole units need at least 1"
STEADY_SIZE = (
    "is too small a size_cv2 for whole units: sizes of mean s need (s - 1) / s^2; for steadier "
    "sizes take 'table', or continuous units"
)


@dataclass(frozen=True)
class Rows:
    """Some rows of demand: a point each, and the settings that it is drawn by."""

    points: Points
    tables: tuple[Demand, ...]
    table: Array  # (rows,) which of them a row has

    def at(self, rows: Array) -> Rows:
        """Return some of the rows."""
        return Rows(self.points.at(rows), self.tables, self.table[rows])

    def have(self, name: str, value: object) -> Array:
        """Return whether a setting of each row has a value, `(rows,)`."""
        return np.array([getattr(table, name) == value for table in self.tables])[self.table]

    @property
    def first(self) -> Demand:
        """The settings of the first row."""
        return self.tables[int(self.table[0])]

    def numbers(self, name: str, by_default: Array) -> Array:
        """Return a number of each row, `(rows,)`; where a row has none, the default's."""
        given = [getattr(table, name) for table in self.tables]
        values = np.array([np.nan if value is None else value for value in given])[self.table]
        return np.where(np.isnan(values), by_default, values)

    def of_sku(self, case: Case, name: str) -> Array:
        """Return a number of each row's SKU, `(rows,)`."""
        return attribute(case.skus.values(), name)[self.points.sku]


def compile_demand(case: Case, layout: Layout, seeds: Sequence[int]) -> core.Demand:
    """Return the demand of a case; rows are the points of the levels that sell, bottom up."""
    levels: list[slice | None] = []
    selling: list[Points] = []
    start = 0
    for level in layout.levels:
        levels.append(None)
        if layout.sells(level.points.location).any():
            levels[-1] = slice(start, start + len(level.points))
            start += len(level.points)
            selling.append(level.points)
    rows = _rows(case, layout, selling)
    known: dict[tuple[str, str], int] = {}
    kinds = [known.setdefault((each.distribution, each.mean), len(known)) for each in rows.tables]
    groups = rows_alike(np.array(kinds)[rows.table])
    shares = tuple(_share(case, rows.at(mine), seeds) for mine in groups)
    return core.Demand(shares, inverse(np.concatenate(groups)), tuple(levels))


def _rows(case: Case, layout: Layout, selling: Sequence[Points]) -> Rows:
    """Return the rows of the points of some levels, each with its settings put together."""
    location = np.concatenate([points.location for points in selling])
    sku = np.concatenate([points.sku for points in selling])
    tables = [Demand(distribution="none"), case.demand]  # of warehouses, and by default of stores
    of_sku = np.ones(len(case.skus), dtype=np.intp)
    for number, each in enumerate(case.skus.values()):
        if each.demand is not None:
            of_sku[number] = len(tables)
            tables.append(merged(case.demand, each.demand))
    table = np.where(layout.sells(location), of_sku[sku], 0)
    stores, skus = tuple(case.stores.items()), layout.names.skus
    local = [number for number, (_, store) in enumerate(stores) if store.demand]
    for row in np.flatnonzero(np.isin(location, local)).tolist():
        (name, store), id_ = stores[location[row]], skus[sku[row]]
        if id_ in (store.demand or ()):
            table[row] = len(tables)
            tables.append(case.demand_of(name, id_))
    return Rows(Points(layout.names, location, sku), tuple(tables), table)


def _share(case: Case, rows: Rows, seeds: Sequence[int]) -> core.Share:
    names, points = rows.points.names, rows.points
    stems = [("demand", name) for name in names.locations]
    word = name_words(stems, points.location, names.skus, points.sku)
    family = FAMILIES[rows.first.distribution](case, rows)
    return core.Share(family, len(points), seeded(word, *seeds))


def _normal(case: Case, rows: Rows) -> core.Family:
    deviation, base = rows.of_sku(case, "demand_std"), rows.of_sku(case, "base_demand")
    scaled = rows.have("noise", "multiplicative") & (base > 0)
    return Normal(
        _path(case, rows),
        np.where(rows.have("noise", "additive"), deviation, 0.0),
        np.divide(deviation, base, out=np.zeros(base.size), where=scaled) if scaled.any() else None,
        case.units == "whole",
        rows.first.mean == "realised",
    )


def _poisson(case: Case, rows: Rows) -> core.Family:
    return _counted(rows, poisson(_path(case, rows)))


def _geometric(case: Case, rows: Rows) -> core.Family:
    return _counted(rows, geometric(_path(case, rows)))


def _negative_binomial(case: Case, rows: Rows) -> core.Family:
    by_sku = _variation(case, rows) ** 2 * rows.of_sku(case, "base_demand")
    ratio = rows.numbers("variance_to_mean", by_sku)
    return _counted(rows, negative_binomial(_path(case, rows), np.maximum(ratio, 1.0)))


def _gamma(case: Case, rows: Rows) -> core.Family:
    return gamma(_path(case, rows), _variation(case, rows), case.units == "whole")


def _lognormal(case: Case, rows: Rows) -> core.Family:
    return lognormal(_path(case, rows), _variation(case, rows), case.units == "whole")


def _intermittent(case: Case, rows: Rows) -> core.Family:
    path, nothing = _path(case, rows), np.zeros(len(rows.points))
    occurrence = rows.numbers("occurrence", nothing)
    squared = rows.numbers("size_cv2", nothing)
    if case.units != "whole":
        return bursts(path, occurrence, np.sqrt(squared))
    size = path.base / occurrence
    ratio = ratio_of_others(size, squared)
    _refuse(rows.points, (path.base > 0) & (size < 1), size, SMALL_SIZE)
    _refuse(rows.points, ratio < 1, squared, STEADY_SIZE)
    return _counted(rows, intermittent(path, occurrence, ratio))


def _counted(rows: Rows, family: Counts) -> Counts:
    reach = family.law.reach((family.path.highest(), *family.others))
    _refuse(rows.points, reach > MOST_COUNTS, reach, WIDE_COUNTS)
    return family


def _variation(case: Case, rows: Rows) -> Array:
    """Return demand_std / base_demand of each row, `(rows,)`; 0 where nobody comes."""
    deviation, base = rows.of_sku(case, "demand_std"), rows.of_sku(case, "base_demand")
    return np.divide(deviation, base, out=np.zeros(base.size), where=base > 0)


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
    scale = _scale(case, rows, seasons=True)
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
    return Replay(record, _scale(case, rows, seasons=False), case.units == "whole")


def _recorded(case: Case, demand: Demand, point: Point) -> Array:
    """Return the units that a point's record holds of day 1, 2, ..., `(days,)` at most."""
    if demand.units is not None:
        return np.array(demand.units[: case.days])
    assert demand.file is not None, f"the demand of {point} is not replayed"
    return case.recorded[demand.file].known(point.location, point.sku, case.days)


def _nothing(case: Case, rows: Rows) -> core.Family:
    return Nothing()


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


def _multiplier(case: Case, rows: Rows) -> Array:
    """Return what multiplies the demand of each row; 0 where nobody buys."""
    multipliers = [store.demand_multiplier for store in case.stores.values()]
    return numbers(
        [*multipliers, *(0.0 for _ in case.warehouses)], rows.points.location, rows.points
    )


def _path(case: Case, rows: Rows) -> MeanPath:
    base = rows.of_sku(case, "base_demand") * _multiplier(case, rows)
    return _mean_path(case, rows, base, seasons=True)


def _scale(case: Case, rows: Rows, *, seasons: bool) -> MeanPath | None:
    """Return what multiplies tabulated or recorded demand, or None where nothing does."""
    path = _mean_path(case, rows, _multiplier(case, rows), seasons=seasons)
    plain = (path.base == 1).all() and path.amplitude is None and not path.spikes
    return None if plain else path


def _mean_path(case: Case, rows: Rows, base: Array, *, seasons: bool) -> MeanPath:
    amplitude = rows.of_sku(case, "seasonality_amplitude")
    amplitude = np.where(seasons & rows.have("seasonality", True), amplitude, 0.0)
    spikes = _spikes(case, rows.points)
    _check_peak(rows.points, base * (1 + amplitude), spikes)
    period = rows.of_sku(case, "seasonality_period")
    swing = amplitude if amplitude.any() else None
    return MeanPath(base, swing, *np.unique(period, return_inverse=True), spikes)


def _check_peak(points: Points, peak: Array, spikes: tuple[Spike, ...]) -> None:
    """Refuse demand that cannot be counted: multipliers, seasons and spikes may multiply up."""
    for spike in spikes:
        peak = peak * np.maximum(spike.factor, 1.0)
    _refuse(points, ~(peak <= MOST_UNITS), peak, LARGE_MEAN)


def _refuse(points: Points, wrong: Array, values: Array, rule: str) -> None:
    """Raise `CaseError` at the first row that is wrong, `(rows,)` bool, for its value."""
    first = np.flatnonzero(wrong)
    if first.size:
        point = points[first[0]]
        value = float(values[first[0]])
        raise CaseError([Fault(f"demand of {point.location}/{point.sku}", value, rule)])


def _spikes(case: Case, points: Points) -> tuple[Spike, ...]:
    names, spikes = points.names, []
    for spike in case.spikes:
        stores = set(names.locations if spike.stores is None else spike.stores)
        skus = set(names.skus if spike.skus is None else spike.skus)
        reaches = np.array([name in stores for name in names.locations])[points.location]
        reaches &= np.array([name in skus for name in names.skus])[points.sku]
        if reaches.any():
            factor = np.where(reaches, spike.multiplier, 1.0)
            spikes.append(Spike(spike.first_day, spike.last_day, factor))
    return tuple(spikes)
