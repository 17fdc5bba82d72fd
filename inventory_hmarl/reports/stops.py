"""On which days of a run disruptions stopped what, and where: drawn again, as the run drew it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from inventory_hmarl.core.arrays import Array, take
from inventory_hmarl.core.disruptions import Trouble, go_on, of_day
from inventory_hmarl.core.model import Model, draw_days


@dataclass(frozen=True)
class Stops:
    """What stands still on the lines of a level: `(days, L, R)` bool each; R is 1 if all do so."""

    orders: Array  # nothing is ordered
    shipments: Array  # nothing leaves, or less than usual
    way: Array  # nothing leaves, moves or is received, or what leaves takes longer


def stops_of(model: Model, replications: range) -> tuple[Stops, ...]:
    """Return what disruptions stopped at each level in some replications; without any, nothing."""
    troubles = model.network.disruptions
    if troubles is None:
        return ()
    numbers = np.asarray(replications, dtype=np.uint32)
    supply = draw_days(model, numbers, 1, model.days)
    left = np.zeros((troubles.begins.shape[0], numbers.size)) if troubles.at_random else None
    found: list[list[tuple[Array, Array, Array]]] = [[] for _ in model.network.levels]
    for day in range(1, model.days + 1):
        today, before = supply.of_day(day - 1), left
        left = go_on(troubles, before, today.begins, today.stays)
        lasting, hit = of_day(troubles, day, before, left)
        limited = _limited(model, lasting)
        for number, trouble in enumerate(hit):
            found[number].append(_of_level(trouble, limited[number]))
    return tuple(Stops(*map(np.stack, zip(*days, strict=True))) for days in found)


def _of_level(trouble: Trouble, limited: Array) -> tuple[Array, Array, Array]:
    """Return on which lines of a level nothing is ordered, leaves, or comes nearer today."""
    nowhere = np.zeros_like(limited)

    def closed(opens: Array | None) -> Array:
        return nowhere if opens is None else opens < 1.0

    held = limited | closed(trouble.shipments)
    stands = nowhere if trouble.stands is None else trouble.stands
    late = nowhere if trouble.late is None else trouble.late > 0.0
    orders = nowhere | closed(trouble.orders)
    return orders, held, held | stands | late | closed(trouble.receipts)


def _limited(model: Model, lasting: Array) -> list[Array]:
    """Return the lines of each level whose source a disruption limits today, bool `(L, R)`."""
    shape = lasting.shape[-1]
    found = [np.zeros((len(level.lines), shape), bool) for level in model.network.levels]
    for stage in model.network.stages:
        if stage.limits is None:
            continue
        sources = np.zeros((stage.limits.units.shape[1], shape), bool)
        for place, number in enumerate(stage.limits.which):
            sources |= np.isfinite(stage.limits.units[place]) & (lasting[number] > 0.0)
        lines = take(sources, stage.source_of_line)
        for part in stage.parts:
            found[part.level][part.lines] |= lines[part.place]
    return found
