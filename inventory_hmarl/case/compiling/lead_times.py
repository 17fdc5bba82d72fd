"""Lead times: the longest of each line, and how those that vary are drawn."""

from __future__ import annotations

import numpy as np

from inventory_hmarl.case.compiling.columns import numbers
from inventory_hmarl.case.compiling.layout import Layout, LevelLayout, mornings
from inventory_hmarl.case.models import Case
from inventory_hmarl.core.arrays import Array, Rows, as_rows, inverse, rows_alike
from inventory_hmarl.core.demand.table import tabulated
from inventory_hmarl.core.network import Transit, Varying, column


def compile_transits(
    longest: Array, varying: Varying | None
) -> tuple[tuple[Transit, ...], Rows | None]:
    """Return lines that share a longest lead time, and what puts them into the level's order."""
    least = longest if varying is None else varying.least[:, 0]
    groups = sorted(rows_alike(longest), key=lambda rows: int(longest[rows[0]]))
    transits = tuple(
        Transit(int(longest[rows[0]]), as_rows(rows), bool((least[rows] != longest[rows]).any()))
        for rows in groups
    )
    return transits, inverse(np.concatenate(groups))


def compile_varying(
    case: Case, layout: Layout, here: LevelLayout, longest: Array
) -> Varying | None:
    """Return how lead times of a level differ by shipment; None where every one is fixed."""
    lines = here.lines
    least = fewest_days(case, here)
    if (least == longest).all():
        return None
    tables = [
        (np.array([0.0]), np.array([1.0]))
        if lane.delays is None or lane.delay_probabilities is None
        else (np.array(lane.delays, dtype=float), np.array(lane.delay_probabilities))
        for lane in case.lanes
    ]
    table = tabulated([tables[lane] for lane in here.lane.tolist()]) if drawn(case, here) else None
    late = failing_days(layout)[lines.source]
    in_order = np.array([not lane.overtaking for lane in case.lanes])[here.lane]
    return Varying(
        least=column(least),
        delays=None if table is None else table.values,
        limits=None if table is None else table.limits,
        failing=column(late) if late.any() else None,
        in_order=column(in_order) if in_order.any() else None,
    )


def fewest_days(case: Case, here: LevelLayout) -> Array:
    """Return the fewest days of each line from shipping to the evening at whose end it is there."""
    days = numbers([lane.lead_time for lane in case.lanes], here.lane, here.lines)
    return days - mornings(case)[here.lane]


def drawn(case: Case, here: LevelLayout) -> bool:
    """Whether some delay of a level is drawn."""
    delayed = np.array([lane.delays is not None for lane in case.lanes])
    return bool(delayed[here.lane].any())


def failing_days(layout: Layout) -> Array:
    """Return the days on top of what fails and is late instead, `(locations,)`."""
    late = np.array([word == "late" for word in layout.setting("failure", "lost")])
    fails = np.array(layout.setting("reliability", 1.0)) < 1
    return np.where(late & fails, layout.setting("failure_days", 0), 0)


def lost_share(layout: Layout, here: LevelLayout) -> Array | None:
    """Return the share that is lost of a line that fails, `(L, 1)`; None: all of it, everywhere."""
    kinds = layout.setting("failure", "lost")
    if all(kind == "lost" for kind in kinds):
        return None
    arrives = np.array(layout.setting("failure_share", 0.0))
    share = np.select(
        [np.array(kinds) == "partial", np.array(kinds) == "late"], [1 - arrives, 0.0], 1.0
    )
    return column(share[here.lines.source])
