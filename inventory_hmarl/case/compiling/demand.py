"""The demand of each selling point, grouped by family."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from inventory_hmarl.case.compiling.drawn_rows import Rows
from inventory_hmarl.case.compiling.families import family_of
from inventory_hmarl.case.compiling.layout import Layout
from inventory_hmarl.case.models import Case, Demand
from inventory_hmarl.case.models.demand import merged
from inventory_hmarl.core import demand as core
from inventory_hmarl.core.arrays import Array, inverse, rows_alike
from inventory_hmarl.core.chance import name_key, seeded
from inventory_hmarl.core.demand.copula import Copula, Stream, doublings, memory
from inventory_hmarl.core.keys import name_words
from inventory_hmarl.core.rows import Points


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
    known: dict[tuple[str, str, int], int] = {}
    kinds = [
        known.setdefault(
            (each.distribution, each.mean, doublings(each.autocorrelation)), len(known)
        )
        for each in rows.tables
    ]
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
    family = family_of(case, rows)
    copula = _copula(case, rows) if family.random else None
    common = () if copula is None else copula.common
    keys = (seeded(word, *seeds), *(seeded(stream.names, *seeds) for stream in common))
    return core.Share(family, len(points), keys, copula)


def _copula(case: Case, rows: Rows) -> Copula | None:
    """Return how the rows depend on each other and on their past, or None where they do not."""
    correlation, count = case.correlation, len(rows.points)
    everywhere = correlation.everywhere
    streams = (
        (everywhere, [("demand everywhere",)], np.zeros(count, np.intp)),
        _named(rows, "demand of store", correlation.within_store - everywhere),
        _named(rows, "demand of SKU", correlation.within_sku - everywhere),
    )
    common = tuple(
        Stream(np.array([name_key(*name) for name in names], np.uint32).T, of, np.full(count, w))
        for w, names, of in ((math.sqrt(share), names, of) for share, names, of in streams)
        if w > 0
    )
    carry, level = memory(rows.numbers("autocorrelation", np.zeros(count)))
    if not common and carry is None:
        return None
    own = 1 - sum(share for share, _, _ in streams)
    return Copula(common, np.full(count, math.sqrt(max(own, 0.0))), carry, level)


def _named(rows: Rows, purpose: str, share: float) -> tuple[float, list[tuple[str, ...]], Array]:
    """Return the streams of the rows' stores or SKUs: their share, names, and which a row has."""
    points = rows.points
    names, column = points.names.skus, points.sku
    if purpose == "demand of store":
        names, column = points.names.locations, points.location
    distinct, of = np.unique(column, return_inverse=True)
    return share, [(purpose, names[number]) for number in distinct.tolist()], of
