"""The demand of each selling point, grouped by family."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from inventory_hmarl.case.compiling.layout import Layout, location
from inventory_hmarl.case.faults import CaseError, Fault
from inventory_hmarl.case.models import Case, Demand, Store, level_of
from inventory_hmarl.core import demand as core
from inventory_hmarl.core.arrays import Array
from inventory_hmarl.core.chance import keys
from inventory_hmarl.core.demand.normal import Normal
from inventory_hmarl.core.demand.path import MeanPath, Spike
from inventory_hmarl.core.demand.poisson import Poisson
from inventory_hmarl.core.demand.replay import Nothing, Replay
from inventory_hmarl.core.demand.table import tabulated
from inventory_hmarl.core.network import Point

MOST_UNITS = 1e9
Rows = Sequence[tuple[Point, Demand]]


def compile_demand(case: Case, layout: Layout) -> core.Demand:
    """Return the demand of a case; rows are the points of the levels that sell, bottom up."""
    levels: list[slice | None] = []
    rows: list[tuple[Point, Demand]] = []
    for points in layout.points:
        start = len(rows)
        if any(point.location in case.stores for point in points):
            rows += [(point, _demand_of(case, point)) for point in points]
            levels.append(slice(start, len(rows)))
        else:
            levels.append(None)
    groups: dict[tuple[str, str], list[int]] = {}
    for row, (_, demand) in enumerate(rows):
        groups.setdefault((demand.distribution, demand.mean), []).append(row)
    standing = [row for chosen in groups.values() for row in chosen]
    order = None if standing == sorted(standing) else np.argsort(np.array(standing))
    shares = [
        _share(case, distribution, [rows[row] for row in chosen])
        for (distribution, _), chosen in groups.items()
    ]
    return core.Demand(tuple(shares), order, tuple(levels))


def _demand_of(case: Case, point: Point) -> Demand:
    if point.location not in case.stores:
        return Demand(distribution="none")
    return case.demand_of(point.location, point.sku)


def _share(case: Case, distribution: str, rows: Rows) -> core.Share:
    names = [("demand", point.location, point.sku) for point, _ in rows]
    return core.Share(FAMILIES[distribution](case, rows), len(rows), keys(names, case.seed))


def _normal(case: Case, rows: Rows) -> core.Family:
    fixed, relative = [], []
    for point, demand in rows:
        sku = case.skus[point.sku]
        fixed.append(sku.demand_std if demand.noise == "additive" else 0.0)
        scaled = demand.noise == "multiplicative" and sku.base_demand > 0
        relative.append(sku.demand_std / sku.base_demand if scaled else 0.0)
    return Normal(
        _path(case, rows),
        np.array(fixed),
        np.array(relative) if any(relative) else None,
        case.units == "whole",
        rows[0][1].mean == "realised",
    )


def _poisson(case: Case, rows: Rows) -> core.Family:
    return Poisson(_path(case, rows))


def _table(case: Case, rows: Rows) -> core.Family:
    distributions = [
        (np.array(demand.values, dtype=float), np.array(demand.probabilities, dtype=float))
        for _, demand in rows
    ]
    return tabulated(distributions, _scale(case, rows, seasons=True), case.units == "whole")


def _replay(case: Case, rows: Rows) -> core.Family:
    record = np.zeros((case.days, len(rows)), dtype=np.float64)
    for row, (point, _) in enumerate(rows):
        record[:, row] = case.replay_units(point.location, point.sku)[: case.days]
    if case.units == "whole" and record.size and record.max() < 2**31:
        record = record.astype(np.uint16 if record.max() < 2**16 else np.int32)
    return Replay(record, _scale(case, rows, seasons=False), case.units == "whole")


def _nothing(case: Case, rows: Rows) -> core.Family:
    return Nothing()


FAMILIES: dict[str, Callable[[Case, Rows], core.Family]] = {
    "normal": _normal,
    "poisson": _poisson,
    "table": _table,
    "replay": _replay,
    "none": _nothing,
}


def _multiplier(case: Case, point: Point) -> float:
    store = location(case, point.location)
    return level_of(store.demand_multiplier, point.sku) if isinstance(store, Store) else 0.0


def _path(case: Case, rows: Rows) -> MeanPath:
    base = [case.skus[p.sku].base_demand * _multiplier(case, p) for p, _ in rows]
    return _mean_path(case, rows, base, seasons=True)


def _scale(case: Case, rows: Rows, *, seasons: bool) -> MeanPath | None:
    """Return what multiplies tabulated or recorded demand, or None where nothing does."""
    path = _mean_path(case, rows, [_multiplier(case, p) for p, _ in rows], seasons=seasons)
    plain = (path.base == 1).all() and path.amplitude is None and not path.spikes
    return None if plain else path


def _mean_path(case: Case, rows: Rows, base: list[float], *, seasons: bool) -> MeanPath:
    skus = [case.skus[point.sku] for point, _ in rows]
    amplitude = [
        sku.seasonality_amplitude if seasons and demand.seasonality else 0.0
        for sku, (_, demand) in zip(skus, rows, strict=True)
    ]
    spikes = _spikes(case, rows)
    _check_peak(rows, np.array(base) * (1 + np.array(amplitude)), spikes)
    periods, period_of = np.unique([sku.seasonality_period for sku in skus], return_inverse=True)
    return MeanPath(
        np.array(base, dtype=float),
        np.array(amplitude, dtype=float) if any(amplitude) else None,
        periods.astype(float),
        period_of,
        spikes,
    )


def _check_peak(rows: Rows, peak: Array, spikes: tuple[Spike, ...]) -> None:
    """Refuse demand that cannot be counted: multipliers, seasons and spikes may multiply up."""
    for spike in spikes:
        peak = peak * np.maximum(spike.factor, 1.0)
    for (point, _), units in zip(rows, peak.tolist(), strict=True):
        if not units <= MOST_UNITS:
            rule = (
                f"the mean, with multiplier, season and spikes, may reach {units:.3g} units a day; "
                f"the most is {MOST_UNITS:g}"
            )
            raise CaseError([Fault(f"demand of {point.location}/{point.sku}", units, rule)])


def _spikes(case: Case, rows: Rows) -> tuple[Spike, ...]:
    spikes = []
    for spike in case.spikes:
        reaches = [
            (spike.stores is None or point.location in spike.stores)
            and (spike.skus is None or point.sku in spike.skus)
            for point, _ in rows
        ]
        if any(reaches):
            factor = np.where(reaches, spike.multiplier, 1.0)
            spikes.append(Spike(spike.first_day, spike.last_day, factor))
    return tuple(spikes)
