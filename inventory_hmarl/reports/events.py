"""What happened, event by event: derived after a run from kept records, never inside the day.

Columns are those of `COLUMNS`. Units are positive; what is zero is no event. `cause` is the id of
the event that this one answers: of a sale or a loss today's demand, of a shipment that is dropped
today's order, of a delivery the shipment, of a failure the order. A sale to customers who waited,
and a shipment, which may serve several orders, have none; nor has a delivery or a failure where
lead times vary, or disruptions or a full storage hold up what is on its way, or what becomes of an
order where some are placed after a cut-off. Every figure follows from the table: stock is what was
there at first, plus deliveries and transfers in, less sales, shipments, transfers out and what
expired or was destroyed.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from inventory_hmarl.core.arrays import Array
from inventory_hmarl.core.model import Model
from inventory_hmarl.core.record import Recorder
from inventory_hmarl.core.rows import Line, Point
from inventory_hmarl.simulation import Run

COLUMNS = ("replication", "day", "id", "cause", "event", "source", "location", "sku", "units")

# In the order of the day. `waiting` is what customers wait for when the day's sales are over, and
# `overdue` what of it is beyond its due date, where there is one; `refusal` is what waits at the
# door in the evening for want of space.
KINDS = (
    "opening_stock",
    "opening_shipment",
    "demand",
    "transfer_out",
    "transfer_in",
    "sale",
    "lost",
    "switch",
    "stayed_away",
    "waiting",
    "overdue",
    "order",
    "shipment",
    "removal",
    "destruction",
    "expiry",
    "delivery",
    "refusal",
    "failure",
)
LINE_KINDS = frozenset(
    {"opening_shipment", "order", "shipment", "removal", "delivery", "refusal", "failure"}
)
SAME_DAY_CAUSE = {"sale": "demand", "lost": "demand", "switch": "demand", "removal": "order"}
EARLIER_CAUSE = {"delivery": "shipment", "failure": "order"}  # a lead time ago
LATE_KINDS = {"removal", "failure"}  # whose orders may have been seen a day after they were placed
QUANTITIES = {
    "demand": "demand",
    "transfer_out": "given",
    "transfer_in": "received",
    "sale": "sales",
    "lost": "lost",
    "switch": "switched",
    "stayed_away": "stayed_away",
    "waiting": "waiting",
    "overdue": "overdue",
    "order": "ordered",
    "shipment": "shipped",
    "removal": "dropped",
    "destruction": "destroyed",
    "expiry": "expired",
    "delivery": "arrived",
    "refusal": "refused",
    "failure": "failed",
}

Row = tuple[int, int, int, int | None, str, str | None, str, str, float]


@dataclass(frozen=True)
class Found:
    """The events of one kind at one level, in one replication."""

    kind: str
    level: int
    days: Array  # (n,)
    rows: Array  # (n,) points, or lines, of the level
    units: Array  # (n,)


def events(run: Run) -> Iterator[Row]:
    """Yield the events of a run that kept its records, replication by replication, day by day.

    Raises `ValueError` for a run that kept none: `simulate(case, keep=Keep(records=True))`.
    """
    records = run.outcome.records
    if records is None:
        raise ValueError("the run kept no records: simulate(case, keep=Keep(records=True)).")
    first = 1
    for column, replication in enumerate(run.replications.tolist()):
        rows = list(_replication(run.model, run.outcome.recorder, records[:, :, [column]], first))
        first += len(rows)
        for row in rows:
            yield (replication, *row)


def _replication(
    model: Model, recorder: Recorder, record: Array, first: int
) -> Iterator[tuple[int, int, int | None, str, str | None, str, str, float]]:
    """Yield the events of one replication from its record, `(days, rows, 1)`."""
    found = [*_opening(model), *_found(model, recorder, record)]
    order = _in_order(model, found)
    ids = _ids(found, order, first)
    causes = [_causes(model, mine, ids) for mine in found]
    for part, place in order:
        mine = found[part]
        day, row = int(mine.days[place]), int(mine.rows[place])
        item = _item(model, mine, row)
        source = item.source if isinstance(item, Line) else None
        location = item.destination if isinstance(item, Line) else item.location
        number = ids[mine.kind, mine.level, day, row]
        units = float(mine.units[place])
        yield day, number, causes[part][place], mine.kind, source, location, item.sku, units


def _item(model: Model, found: Found, row: int) -> Point | Line:
    level = model.network.levels[found.level]
    return level.lines[row] if found.kind in LINE_KINDS else level.points[row]


def _opening(model: Model) -> Iterator[Found]:
    """Yield what is in stock and on its way before day 1; day 0 for stock."""
    for number, (level, start) in enumerate(zip(model.network.levels, model.start, strict=True)):
        rows = np.flatnonzero(start.on_hand[:, 0])
        stock = start.on_hand[rows, 0]
        yield Found("opening_stock", number, np.zeros(rows.size, int), rows, stock)
        for transit, arriving in zip(level.transits, start.arriving, strict=True):
            # Due on day 1, 2, ...: as if shipped a lead time before.
            due, mine = np.nonzero(arriving[:, :, 0])
            lines = np.arange(len(level.lines))[transit.lines][mine]
            days = due + 1 - transit.lead_time
            yield Found("opening_shipment", number, days, lines, arriving[due, mine, 0])
        if start.at_door is not None:  # due on the morning of day 1
            rows = np.flatnonzero(start.at_door[:, 0])
            days = -level.moving_days[rows]
            yield Found("opening_shipment", number, days, rows, start.at_door[rows, 0])


def _found(model: Model, recorder: Recorder, record: Array) -> Iterator[Found]:
    """Yield the events of each kind at each level; the record is `(days, rows, 1)`."""
    for level in range(len(model.network.levels)):
        for kind, name in QUANTITIES.items():
            if (name, level) in recorder.rows or (kind == "sale" and recorder.sells(level)):
                amounts = recorder.of(record, name, level)[:, :, 0]
                days, rows = np.nonzero(amounts)
                yield Found(kind, level, days + 1, rows, amounts[days, rows])


def _in_order(model: Model, found: list[Found]) -> list[tuple[int, int]]:
    """Return the events as (part, place) in order of the day, the step, the level and the row."""
    kinds = [_steps(model, mine) for mine in found]
    levels = [np.full(mine.days.size, mine.level) for mine in found]
    parts = [np.full(mine.days.size, part) for part, mine in enumerate(found)]
    places = [np.arange(mine.days.size) for mine in found]
    keys = ([mine.rows for mine in found], levels, kinds, [mine.days for mine in found])
    order = np.lexsort([np.concatenate(key) for key in keys])
    whole = np.stack([np.concatenate(parts), np.concatenate(places)])[:, order]
    return [(int(part), int(place)) for part, place in whole.T]


def _steps(model: Model, found: Found) -> Array:
    """Return the place of each event in the order of the day; some deliveries come first."""
    step = np.full(found.days.size, KINDS.index(found.kind))
    if found.kind != "delivery":
        return step
    early = model.network.levels[found.level].nights[found.rows] > 0
    return np.where(early, KINDS.index("demand") - 1, step)


def _ids(
    found: list[Found], order: list[tuple[int, int]], first: int
) -> dict[tuple[str, int, int, int], int]:
    """Number the events from `first` on; each is named by kind, level, day and row."""
    return {
        (
            found[part].kind,
            found[part].level,
            int(found[part].days[place]),
            int(found[part].rows[place]),
        ): number
        for number, (part, place) in enumerate(order, start=first)
    }


def _timely(model: Model, level: int) -> bool:
    """Whether all on the lines of a level arrives a lead time after it left."""
    here, troubles = model.network.levels[level], model.network.disruptions
    if here.varying is not None or here.doors is not None:
        return False
    if troubles is None:
        return True
    reach = troubles.levels[level]
    return reach.transit is None and reach.receipts is None


def _causes(
    model: Model, found: Found, ids: dict[tuple[str, int, int, int], int]
) -> list[int | None]:
    """Return the id of what each event answers."""
    level = found.level
    late = model.network.levels[level].cutoff is not None and found.kind in LATE_KINDS
    if (kind := SAME_DAY_CAUSE.get(found.kind)) and not late:
        places = zip(found.days.tolist(), found.rows.tolist(), strict=True)
        return [ids.get((kind, level, day, row)) for day, row in places]
    kind = EARLIER_CAUSE.get(found.kind)
    if kind and _timely(model, level) and not late:
        days = found.days - model.network.levels[level].moving_days[found.rows]
        if found.kind == "delivery":
            days = days - model.network.levels[level].nights[found.rows]
        places = zip(days.tolist(), found.rows.tolist(), strict=True)
        earlier = [(level, day, row) for day, row in places]
        opening = [ids.get(("opening_shipment", *key)) for key in earlier]
        return [ids.get((kind, *key), old) for key, old in zip(earlier, opening, strict=True)]
    return [None] * found.rows.size
