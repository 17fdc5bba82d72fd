"""Where locations take another order of the day than the usual one."""

from __future__ import annotations

from typing import Any  # of several types

import numpy as np

from inventory_hmarl.case.compiling.layout import Layout, LevelLayout, mornings
from inventory_hmarl.case.models import Case
from inventory_hmarl.core.arrays import Array
from inventory_hmarl.core.network import Cutoff, column


def order_of_day(case: Case, layout: Layout, here: LevelLayout) -> dict[str, Any]:
    """Return what a level says of the order of its day; None for what is as usual everywhere."""
    nights = mornings(case)[here.lane]
    return {
        "mornings": column(nights) if nights.any() else None,
        "charged_before": _early(layout, here, "holding_charged"),
        "orders_before": _early(layout, here, "orders"),
        "cutoff": _cutoff(case, here),
    }


def _cutoff(case: Case, here: LevelLayout) -> Cutoff | None:
    """Return on which weekdays a level's orders are late; None: on none."""
    late = [np.isin(np.arange(1, 8), lane.after_cutoff) for lane in case.lanes]
    mine = np.array(late, dtype=np.float64)[here.lane].T
    return Cutoff(mine) if mine.any() else None


def _early(layout: Layout, here: LevelLayout, name: str) -> Array | None:
    """Return which points are before what they usually come after, `(P, 1)`; None: none is."""
    early = np.array([when.startswith("before") for when in layout.setting(name, "")])
    mine = early[here.points.location][:, None]
    return mine if mine.any() else None
