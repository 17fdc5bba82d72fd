"""Rates that are others on some days."""

from __future__ import annotations

import numpy as np

from inventory_hmarl.case.compiling.layout import Layout, LevelLayout
from inventory_hmarl.case.models import Case
from inventory_hmarl.core.arrays import Array
from inventory_hmarl.core.network import Dated, Tariff


def compile_tariff(case: Case, layout: Layout, here: LevelLayout) -> Tariff | None:
    """Return the rates of a level that are others on some days; None where none ever is."""
    if not case.cost_changes:
        return None
    points, lines = here.points, here.lines
    selling = layout.sells(points.location)
    owners = np.array([lane.in_transit_owner or "" for lane in case.lanes])[here.lane]
    owner = np.where(owners == "source", lines.source, lines.destination)
    owned = (owners != "") & ~layout.supplies(owner)
    stores = np.where(selling, points.location, -1)
    tariff = Tariff(
        stock=_dated(case, layout, "holding", points.location, points.sku),
        missing=_dated(case, layout, "stockout", stores, points.sku) if selling.any() else None,
        orders=_dated(case, layout, "ordering", lines.destination, lines.sku),
        travelling=_dated(case, layout, "holding", np.where(owned, owner, -1), lines.sku)
        if owned.any()
        else None,
    )
    parts = (tariff.stock, tariff.missing, tariff.orders, tariff.travelling)
    return None if all(part is None for part in parts) else tariff


def _dated(case: Case, layout: Layout, rate: str, location: Array, sku: Array) -> Dated | None:
    """Return what is charged beyond a usual rate; a location of -1 is charged nothing beyond."""
    changes = [each for each in case.cost_changes if getattr(each, rate) != 1]
    if not changes:
        return None
    names = layout.names
    # The last column is that of no location.
    places = np.stack([_named(each.locations, (*names.locations, "")) for each in changes])
    places[:, -1] = False
    goods = np.stack([_named(each.skus, names.skus) for each in changes])
    reached = places[:, location] & goods[:, sku]
    patterns, kind = np.unique(reached, axis=1, return_inverse=True)
    day = np.arange(case.days + 1)
    times = np.ones((day.size, patterns.shape[1]))
    for change, hit in zip(changes, patterns, strict=True):
        last = case.days if change.last_day is None else change.last_day
        on = (change.first_day <= day) & (day <= last)
        times *= np.where(on[:, None] & hit, getattr(change, rate), 1.0)
    return Dated(times - 1.0, kind.ravel()) if (times != 1).any() else None


def _named(ids: tuple[str, ...] | None, names: tuple[str, ...]) -> Array:
    """Return which of some names are among the ids, bool; None stands for all."""
    return np.array([ids is None or name in ids for name in names])
