"""What customers remember: goodwill that shortages cost, and by when they want what they wait for.

Goodwill is the share of a point's customers who come: 1 before day 1. Of the customers whose matter
ended on a day, some were served and some lost; goodwill falls by `loss` times the share that was
lost, and regains `recovery` of what is missing to 1 each day.
"""

from __future__ import annotations

from inventory_hmarl.core.arrays import Array, fold, namespace, quotient, rounded, share_of
from inventory_hmarl.core.network import Goodwill, Level
from inventory_hmarl.core.state import LevelSales, LevelState


def who_come(record: LevelState, drawn: Array) -> tuple[LevelState, Array]:
    """Return demand that is drawn `(P, R)` times goodwill.

    What whole units leave over is held for the days that follow, so that no unit is gained or lost
    by rounding: over any days demand is drawn x goodwill, to the unit.
    """
    assert record.goodwill is not None
    wanted = rounded(drawn * record.goodwill)
    if record.held is None:
        return record, wanted
    wanted = wanted + record.held
    units = namespace(wanted).floor(wanted)
    return record._replace(held=wanted - units), units


def remembered(
    goodwill: Goodwill, record: LevelState, sales: LevelSales, noise: float
) -> LevelState:
    """Return the record with the goodwill of tomorrow, from who was served and who was lost.

    Where nobody was, but for the noise of rounding, nobody is angry.
    """
    assert record.goodwill is not None
    assert sales.lost is not None
    library, settled = namespace(sales.sales), sales.sales + sales.lost
    lost = quotient(sales.lost, library.where(settled > noise, settled, 1.0))
    left = record.goodwill - rounded(record.goodwill * rounded(goodwill.loss * lost))
    return record._replace(goodwill=left + rounded(goodwill.recovery * (1.0 - left)))


def overdue(
    level: Level, record: LevelState, sales: LevelSales, *, whole_units: bool
) -> tuple[LevelState, LevelSales]:
    """Return the sales with the units that wait beyond their due date at the end of step 2.

    Who waits longest is served first, and leaves first. So those who wait are the last who joined,
    and those of them are not due yet who joined within their due days.
    """
    assert level.due is not None
    assert level.backordered is not None
    assert record.joined is not None
    library, new = namespace(sales.demand), sales.demand - sales.filled
    joining = share_of(new, level.backordered, whole_units)
    joined = library.concatenate((joining[None], record.joined[:-1]))
    late = library.maximum(sales.waiting - fold(joined * level.due), 0.0)
    return record._replace(joined=joined), sales._replace(overdue=late)
