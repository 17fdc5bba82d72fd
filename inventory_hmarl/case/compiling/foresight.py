"""What rules that see the future are told of it: who asks what of whom, and how many days ahead."""

from __future__ import annotations

import numpy as np

from inventory_hmarl.case.compiling.layout import Layout, LevelLayout
from inventory_hmarl.case.compiling.requirements import longest, shares
from inventory_hmarl.case.models import Case
from inventory_hmarl.core.arrays import Array, rows_alike, segments
from inventory_hmarl.core.chance import DAYS_PER_BLOCK
from inventory_hmarl.core.decide import ByPolicy
from inventory_hmarl.core.demand import Demand
from inventory_hmarl.core.demand.foresight import Feed, Foresight, LevelForesight
from inventory_hmarl.core.network import column


def compile_foresight(
    case: Case, layout: Layout, demand: Demand, policies: ByPolicy
) -> Foresight | None:
    """Return what rules that see `foreseen` are told; None where no rule does."""
    told = ["foreseen" in level.sees for level in policies.levels]
    if not any(told):
        return None
    levels: list[LevelForesight] = []
    offsets: list[int] = []  # days between what is asked of a level and what customers ask for
    ahead = 0
    for number, here in enumerate(layout.levels):
        feeds = _feeds(case, layout, number)
        offsets.append(max((offsets[each.lower] + each.later for each in feeds), default=0))
        reach = _reach(here) if told[number] else None
        if reach is not None:
            ahead = max(ahead, offsets[number] + len(reach))
        levels.append(LevelForesight(len(here.points), demand.levels[number], feeds, reach))
    ahead += ahead % DAYS_PER_BLOCK
    return Foresight(ahead, np.array(case.days), tuple(levels))


def _feeds(case: Case, layout: Layout, number: int) -> tuple[Feed, ...]:
    """Return the lines out of a level, those of one lower level and lead time together."""
    feeds: list[Feed] = []
    for lower, level in enumerate(layout.levels[:number]):
        lines = np.flatnonzero(layout.level_of[level.lines.source] == number)
        if lines.size:
            days = level.lines.lead_time[lines]
            part = shares(case, layout, level)[lines]
            feeds += [
                Feed(
                    lower,
                    int(days[mine[0]]) + 1,
                    level.point[lines[mine]],
                    column(part[mine]),
                    segments(level.origin[lines[mine]], len(layout.levels[number].points)),
                )
                for mine in rows_alike(days)
            ]
    return tuple(feeds)


def _reach(level: LevelLayout) -> Array:
    """Return 1.0 on the days that an order of each point covers, `(days, P, 1)`, else 0.0."""
    span = longest(level.point, level.lines.lead_time) + 1
    covers = np.arange(span.max())[:, None] < span
    return covers.astype(np.float64)[..., None]
