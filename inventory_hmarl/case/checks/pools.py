"""Pools of stores that are there, are in one pool each, and supply nobody."""

from __future__ import annotations

from collections.abc import Iterator

from inventory_hmarl.case.checks.levels import whole
from inventory_hmarl.case.checks.names import unknown
from inventory_hmarl.case.faults import ABSENT, Finding, Path
from inventory_hmarl.case.models import Pool
from inventory_hmarl.case.parts import Parts


def findings(parts: Parts) -> Iterator[Finding]:
    """Yield faults of pools."""
    owner: dict[str, str] = {}
    supplies = {lane.source for _, lane in parts.lanes}
    for name, pool in parts.pools.items():
        path: Path = ("pools", name)
        if not parts.clear(path):
            continue
        yield from _names(parts, path, pool)
        yield from whole(parts, (*path, "reserve"), pool.reserve)
        if len(pool.stores) < 2:
            yield Finding((*path, "stores"), list(pool.stores), "must be two stores at least")
        for row, store in enumerate(pool.stores):
            place = (*path, "stores", row)
            if store in supplies:
                yield Finding(place, store, "supplies others: only stores that supply nobody share")
            if store in owner:
                yield Finding(place, store, f"is in a pool already: '{owner[store]}'")
            owner[store] = name


def _names(parts: Parts, path: Path, pool: Pool) -> Iterator[Finding]:
    stores, skus = parts.ids.get("stores", ()), parts.ids.get("skus", ())
    for row, store in enumerate(pool.stores):
        if store not in stores:
            yield unknown((*path, "stores", row), store, stores, "store")
    for row, sku in enumerate(pool.skus or ()):
        if sku not in parts.known_skus:
            yield unknown((*path, "skus", row), sku, skus, "SKU")
    carried = [set(parts.carried.get(store, ())) for store in pool.stores]
    if parts.carried_known and all(store in stores for store in pool.stores) and len(carried) > 1:
        for sku in pool.skus or ():
            if sku in parts.known_skus and sum(sku in each for each in carried) < 2:
                rule = f"is carried by fewer than two of its stores: nobody can share '{sku}'"
                yield Finding((*path, "skus"), ABSENT, rule)
