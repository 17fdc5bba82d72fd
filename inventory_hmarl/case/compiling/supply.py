"""What befalls supply: names of what is drawn, and whom disruptions hit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import numpy as np

from inventory_hmarl.case.compiling.layout import Layout, LevelLayout, cutoffs
from inventory_hmarl.case.compiling.lead_times import drawn, fewest_days
from inventory_hmarl.case.models import Case, Disruption
from inventory_hmarl.case.models.disruptions import LATE, STOPS
from inventory_hmarl.core.arrays import Array, Segments, segments
from inventory_hmarl.core.chance import name_key
from inventory_hmarl.core.disruptions import Disruptions, Limits, Reach
from inventory_hmarl.core.keys import name_words
from inventory_hmarl.core.network import column
from inventory_hmarl.core.rows import Points
from inventory_hmarl.core.supply import Keys


def supply_names(case: Case, layout: Layout) -> Keys:
    """Return the words of the names of what is drawn for supply, `(2, rows)` each."""
    fails = np.array([part < 1 for part in layout.setting("reliability", 1.0)])
    stems = [("failure", lane.source, lane.destination) for lane in case.lanes]
    late = [("delay", lane.source, lane.destination) for lane in case.lanes]
    names = [("disruption", name) for name in case.disruptions]
    return Keys(
        tuple(
            name_words(stems, level.lane, layout.names.skus, level.lines.sku)
            if fails[level.lines.source].any()
            else None
            for level in layout.levels
        ),
        np.array([name_key(*name) for name in names], np.uint32).T
        if any(each.at_random for each in case.disruptions.values())
        else None,
        tuple(
            name_words(late, level.lane, layout.names.skus, level.lines.sku)
            if drawn(case, level)
            else None
            for level in layout.levels
        ),
    )


def compile_disruptions(case: Case, layout: Layout) -> Disruptions | None:
    """Return the disruptions of a case; None where none can come before its last day is over."""
    every = tuple(case.disruptions.values())
    if not any(may_come(each, case.days) for each in every):
        return None
    planned = np.stack([_planned(each, case.days) for each in every], axis=1)
    return Disruptions(
        begins=column([each.probability or 0.0 for each in every]),
        stays=column([_stays(each) for each in every]),
        days=column([each.duration or 1 for each in every]),
        planned=planned if planned.any() else None,
        destroys=column([each.destroys for each in every]),
        delays=column([each.delay for each in every]),
        at_random=any(each.at_random for each in every),
        levels=tuple(_reach(case, layout, level, every) for level in layout.levels),
    )


def may_come(disruption: Disruption, days: int) -> bool:
    """Return whether a disruption can come before the last day is over."""
    return disruption.at_random or bool(_planned(disruption, days).any())


def compile_limits(case: Case, points: Points) -> Limits | None:
    """Return what disruptions let leave some sources; None: none of them limits anything."""
    names = points.names
    found = []
    for number, each in enumerate(case.disruptions.values()):
        if each.limit is not None and may_come(each, case.days):
            here = np.isin(np.array(names.locations), each.locations or ())[points.location]
            hit = here & of_skus(names.skus, points.sku, each)
            if hit.any():
                found.append((number, np.where(hit, each.limit, np.inf)[:, None]))
    if not found:
        return None
    return Limits(tuple(number for number, _ in found), np.stack([units for _, units in found]))


def limited_by_disruption(case: Case) -> set[str]:
    """Return the locations that can ship only so much while some disruption lasts."""
    return {
        name
        for each in case.disruptions.values()
        if each.limit is not None and may_come(each, case.days)
        for name in each.locations or ()
    }


def ring_days(case: Case, layout: Layout, here: LevelLayout) -> Array:
    """Return the most days that each line of a level may take, `(L,)`, with what delays it.

    Rules reckon with less, the longest lead time while nothing is disrupted, and with the day after
    the cut-off.
    """
    days = here.lines.lead_time - cutoffs(case)[here.lane]
    for each in case.disruptions.values():
        if each.delay and may_come(each, case.days):
            days = days.copy()
            days[_lines(case, layout, here, each, LATE)] += each.delay
    return days


def _stays(disruption: Disruption) -> float:
    """Return the probability that a disruption begins anew, or goes on, on a day of its own."""
    if disruption.recovery is not None:
        return 1.0 - disruption.recovery
    return disruption.probability or 0.0


def _planned(disruption: Disruption, days: int) -> Array:
    """Return 1.0 on the given days of a disruption, `(days + 1,)`; day 0 comes first."""
    day = np.arange(days + 1)
    if disruption.weekdays is not None:
        return (np.isin((day - 1) % 7 + 1, disruption.weekdays) & (day > 0)).astype(np.float64)
    if disruption.first_day is None:
        return np.zeros(days + 1)
    last = disruption.last_day or disruption.first_day
    return ((day >= disruption.first_day) & (day <= last)).astype(np.float64)


def _reach(case: Case, layout: Layout, level: LevelLayout, every: tuple[Disruption, ...]) -> Reach:
    size = len(level.lines)
    hit = {
        stop: _plan([_lines(case, layout, level, each, stop) for each in every], size)
        for stop in STOPS
    }
    number = {name: place for place, name in enumerate(layout.names.locations)}
    burnt = [
        np.flatnonzero(
            np.isin(level.points.location, [number[name] for name in each.locations or ()])
            & of_skus(layout.names.skus, level.points.sku, each)
        )
        if each.destroys
        else np.zeros(0, np.intp)
        for each in every
    ]
    late = [
        _lines(case, layout, level, each, LATE) if each.delay else np.zeros(0, np.intp)
        for each in every
    ]
    return Reach(**hit, stock=_plan(burnt, len(level.points)), late=_plan(late, size))


def _lines(
    case: Case, layout: Layout, level: LevelLayout, disruption: Disruption, stop: str
) -> Array:
    """Return the rows of the lines on which a disruption stops something."""
    lanes = [n for n, lane in enumerate(case.lanes) if disruption.hits(lane, stop)]
    goods = of_skus(layout.names.skus, level.lines.sku, disruption)
    if stop == "receipts":
        # What takes no day to arrive is on its way nowhere: it is refused instead.
        halted = [n for n, lane in enumerate(case.lanes) if disruption.hits(lane, "transit")]
        at_once = np.isin(level.lane, halted) & (fewest_days(case, level) == 0)
        return np.flatnonzero((np.isin(level.lane, lanes) | at_once) & goods)
    return np.flatnonzero(np.isin(level.lane, lanes) & goods)


def of_skus(skus: Sequence[str], sku: Array, disruption: Disruption) -> Array:
    """Return which rows are of SKUs that a disruption hits, from the numbers of their SKUs."""
    if disruption.skus is None:
        return np.ones(sku.size, bool)
    hit = np.isin(np.array(skus), disruption.skus)
    return hit[sku]


def _plan(rows: Iterable[Array], size: int) -> Segments | None:
    """Plan the sum over the disruptions that hit each row; None: no row is hit."""
    hit = list(rows)
    owner = np.concatenate(hit)
    if not owner.size:
        return None
    member = np.repeat(np.arange(len(hit)), [len(each) for each in hit])
    return segments(owner, size, member, len(hit))
