"""Stores that help each other out: which points share, and what a unit costs."""

from __future__ import annotations

import numpy as np

from inventory_hmarl.case.compiling.layout import Layout
from inventory_hmarl.case.compiling.ties import ties
from inventory_hmarl.case.models import Case
from inventory_hmarl.core.arrays import Array, as_rows, as_they_come, segments
from inventory_hmarl.core.network import Pools, column
from inventory_hmarl.core.rows import Points


def compile_pools(case: Case, layout: Layout, points: Points) -> Pools | None:
    """Return the points of a level that share stock; None: there are none."""
    pool = pool_of(case, layout, points)
    groups, group = as_they_come(pool * len(layout.names.skus) + points.sku)
    alone = np.bincount(group, minlength=groups.size)[group] < 2
    rows = np.flatnonzero((pool >= 0) & ~alone)
    if not rows.size:
        return None
    place = np.full(pool.size, rows.size)
    place[rows] = np.arange(rows.size)
    count, mine = as_they_come(group[rows])
    together = segments(mine, count.size)
    tie_keys, order = ties(together, layout.names, points.location[rows], points.sku[rows])
    reserve = np.array([each.reserve for each in case.pools.values()])
    return Pools(
        points=as_rows(rows),
        place=place,
        together=together,
        reserve=column(reserve[pool[rows]]),
        tie_keys=tie_keys,
        order=order,
    )


def transfer_cost(case: Case, layout: Layout, points: Points) -> Array:
    """Return what a unit that a point gets from another costs, `(P,)`."""
    costs = np.array([*(each.transfer_cost for each in case.pools.values()), 0.0])
    return costs[pool_of(case, layout, points)]


def pool_of(case: Case, layout: Layout, points: Points) -> Array:
    """Return the number of the pool in which each point is, `(P,)`; -1: in none."""
    number = {name: place for place, name in enumerate(layout.names.locations)}
    skus = np.array(layout.names.skus)
    found = np.full(len(points), -1)
    for place, pool in enumerate(case.pools.values()):
        stores = [number[store] for store in pool.stores]
        mine = np.isin(points.location, stores)
        if pool.skus is not None:
            mine &= np.isin(skus[points.sku], pool.skus)
        found[mine] = place
    return found
