"""Stock that spoils: where it does, how long it lives, and which goes first."""

from __future__ import annotations

import numpy as np

from inventory_hmarl.case.compiling.layout import Layout
from inventory_hmarl.case.models import Case
from inventory_hmarl.core.arrays import Array, as_rows
from inventory_hmarl.core.network import Shelf, column
from inventory_hmarl.core.rows import Points


def compile_shelf(case: Case, layout: Layout, points: Points) -> Shelf | None:
    """Return the stock of a level that spoils; None where none does."""
    life = _lives(case, layout, points)
    rows = np.flatnonzero(life)
    if not rows.size:
        return None
    place = np.full(life.size, rows.size)
    place[rows] = np.arange(rows.size)
    days = life[rows]
    newest = np.array(layout.setting("newest_first", 0.0))[points.location[rows]]
    return Shelf(
        points=as_rows(rows),
        place=None if rows.size == life.size else place,
        enters=(np.arange(days.max())[:, None] == days - 1)[:, :, None].astype(np.float64),
        newest=column(newest) if newest.any() else None,
    )


def _lives(case: Case, layout: Layout, points: Points) -> Array:
    """Return the days that each point's stock lives, `(P,)`; 0: it keeps."""
    of_sku = np.array([sku.shelf_life or 0 for sku in case.skus.values()])[points.sku]
    here = np.array([life or 0 for life in layout.setting("shelf_life", None)])[points.location]
    return np.where((of_sku > 0) & (here > 0), here, of_sku)
