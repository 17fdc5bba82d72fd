"""What customers remember: by when they want what they wait for, and their goodwill."""

from __future__ import annotations

import numpy as np

from inventory_hmarl.case.compiling.columns import attribute
from inventory_hmarl.case.compiling.layout import Layout
from inventory_hmarl.case.models import Case
from inventory_hmarl.core.arrays import Array
from inventory_hmarl.core.network import Goodwill, column
from inventory_hmarl.core.rows import Points


def compile_due(layout: Layout, points: Points, waits: Array) -> Array | None:
    """Return 1.0 where who joined 0, 1, ... days ago is not due, `(days, P, 1)`; None: all are."""
    days = np.array(layout.setting("due_days", 0))[points.location]
    days = np.where(waits > 0, days, 0)
    if not days.any():
        return None
    return (np.arange(days.max())[:, None] < days).astype(np.float64)[..., None]


def compile_goodwill(case: Case, points: Points, *, loses: bool) -> Goodwill | None:
    """Return what shortages cost of a level's customers; None where they cost none."""
    skus = case.skus.values()
    loss = attribute(skus, "goodwill_loss")[points.sku]
    if not (loses and loss.any()):
        return None
    return Goodwill(column(loss), column(attribute(skus, "goodwill_recovery")[points.sku]))
