"""Stock that spoils, customers who do not wait for ever, and the space that stock shares."""

from __future__ import annotations

import numpy as np

from inventory_hmarl.case.compiling.columns import attribute
from inventory_hmarl.case.compiling.layout import Layout, LevelLayout
from inventory_hmarl.case.compiling.ties import ties
from inventory_hmarl.case.models import Case
from inventory_hmarl.core.arrays import Array, as_rows, as_they_come, segments
from inventory_hmarl.core.network import Doors, Shelf, Storage, Substitution, column
from inventory_hmarl.core.rows import Points


def compile_shelf(case: Case, layout: Layout, points: Points) -> Shelf | None:
    """Return the stock of a level that spoils; None where none does."""
    life = _lives(case, layout, points)
    newest = np.array(layout.setting("newest_first", 0.0))[points.location]
    return _shelf(life, newest)


def compile_patience(layout: Layout, points: Points, waits: Array) -> Shelf | None:
    """Return the customers of a level who wait, but not for ever; None where there are none."""
    days = np.array([days or 0 for days in layout.setting("patience", None)])[points.location]
    return _shelf(np.where(waits > 0, days, 0), np.zeros(days.size))


def compile_storage(case: Case, layout: Layout, points: Points) -> Storage | None:
    """Return the space of a level's locations; None where no location has a limit."""
    limits = [np.inf if space is None else space for space in layout.setting("storage", None)]
    numbers, location = as_they_come(points.location)
    limit = np.array(limits)[numbers]
    if np.isinf(limit).all():
        return None
    volume = attribute(case.skus.values(), "volume")[points.sku]
    return Storage(segments(location, limit.size), location, column(volume), column(limit))


def compile_doors(case: Case, layout: Layout, here: LevelLayout) -> Doors | None:
    """Return the locations of a level that refuse what they have no space for; None: none does."""
    refuses = [word == "refuse" for word in layout.setting("when_full", "overflow")]
    spaces = zip(layout.setting("storage", None), refuses, strict=True)
    limits = [space if space is not None and full else np.inf for space, full in spaces]
    points, lines = here.points, here.lines
    numbers, location = as_they_come(points.location)
    limit = np.array(limits)[numbers]
    if np.isinf(limit).all():
        return None
    volume = attribute(case.skus.values(), "volume")
    at_door = segments(location[here.point], limit.size)
    tie_keys, order = ties(at_door, layout.names, lines.source, lines.sku)
    of_lines = column(volume[lines.sku])
    return Doors(
        lines=at_door,
        volume=of_lines,
        stock=segments(location, limit.size),
        space=column(volume[points.sku]),
        limit=column(limit),
        volumes=tuple(block.members(of_lines)[..., 0] for block in at_door.blocks),
        tie_keys=tie_keys,
        order=order,
    )


def compile_substitution(
    case: Case, layout: Layout, points: Points, waits: Array
) -> Substitution | None:
    """Return who takes what in the place of what is out; None where nobody does."""
    names = {name: number for number, name in enumerate(layout.names.skus)}
    other = np.array(
        [-1 if sku.substitute is None else names[sku.substitute] for sku in case.skus.values()]
    )
    code = points.location * len(names) + points.sku
    wanted = points.location * len(names) + other[points.sku]
    standing = np.argsort(code)
    found = standing[np.searchsorted(code[standing], wanted).clip(max=code.size - 1)]
    sells = layout.sells(points.location) & (waits == 0)
    rows = np.flatnonzero((other[points.sku] >= 0) & (code[found] == wanted) & sells)
    if not rows.size:
        return None
    place = np.full(code.size, rows.size)
    place[rows] = np.arange(rows.size)
    share = attribute(case.skus.values(), "substitution_share")[points.sku[rows]]
    asked = segments(found[rows], code.size, np.arange(rows.size), rows.size)
    return Substitution(as_rows(rows), place, column(share), asked)


def _shelf(life: Array, newest: Array) -> Shelf | None:
    """Return the points whose stock lives so many days, 0 being for ever."""
    rows = np.flatnonzero(life)
    if not rows.size:
        return None
    place = np.full(life.size, rows.size)
    place[rows] = np.arange(rows.size)
    days = life[rows]
    return Shelf(
        points=as_rows(rows),
        place=None if rows.size == life.size else place,
        enters=(np.arange(days.max())[:, None] == days - 1)[:, :, None].astype(np.float64),
        newest=column(newest[rows]) if newest[rows].any() else None,
    )


def _lives(case: Case, layout: Layout, points: Points) -> Array:
    """Return the days that each point's stock lives, `(P,)`; 0: it keeps."""
    of_sku = np.array([sku.shelf_life or 0 for sku in case.skus.values()])[points.sku]
    here = np.array([life or 0 for life in layout.setting("shelf_life", None)])[points.location]
    return np.where((of_sku > 0) & (here > 0), here, of_sku)
