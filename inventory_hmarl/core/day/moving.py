"""Step 6: what is on its way moves on by a day, and what is due arrives."""

from __future__ import annotations

from inventory_hmarl.core.arrays import Array, Ring, join, take
from inventory_hmarl.core.day.desk import Desk, Tray
from inventory_hmarl.core.network import Level
from inventory_hmarl.core.state import LevelShipments, LevelState


def receive(desk: Desk, tray: Tray) -> tuple[LevelState, LevelShipments]:
    """Step 6: what is due arrives, or is reported failed."""
    level, before, day, ordered = tray.level, tray.record, desk.day, tray.ordered
    shipped = join(tray.shipped, level.source_order)
    arrived, in_transit = _move(level, before.in_transit, shipped, day)
    received = level.lines_of_point.sum(arrived)
    on_order = tray.on_order - received
    placed = ordered > desk.nothing
    in_full = placed if tray.fails is None else tray.sound > desk.nothing
    owed, dropped, failed, failing = None, None, None, before.failing
    if level.can_wait:
        owed = tray.queued - shipped
        in_full = in_full & (owed <= desk.noise)
    if tray.dropped:
        dropped = join(tray.dropped, level.source_order)
        owed = None if owed is None else owed - dropped
    if tray.fails is not None:
        failed, failing = _move(level, failing, tray.doomed, day)
        on_order = on_order - level.lines_of_point.sum(failed)
    on_hand = tray.on_hand + received
    return (
        LevelState(on_hand, before.waiting, on_order, owed, in_transit, failing),
        LevelShipments(
            tray.on_hand,
            tray.position,
            ordered,
            placed,
            shipped,
            arrived,
            in_full,
            dropped,
            failed,
        ),
    )


def _move(
    level: Level, rings: tuple[Ring, ...], entering: Array, day: int
) -> tuple[Array, tuple[Ring, ...]]:
    """Put what enters a level's lanes today into its rings; return what leaves them."""
    if len(rings) == 1:
        due, renewed = _pass(rings[0], level.transits[0].lead_time, entering, day)
        return due, (renewed,)
    leaving, kept = [], []
    for transit, ring in zip(level.transits, rings, strict=True):
        due, renewed = _pass(ring, transit.lead_time, take(entering, transit.lines), day)
        leaving.append(due)
        kept.append(renewed)
    return join(leaving, level.transit_order), tuple(kept)


def _pass(ring: Ring, lead_time: int, entering: Array, day: int) -> tuple[Array, Ring]:
    """Put what enters today into a ring; return what leaves it, and the ring."""
    return ring.swap(day % lead_time, entering) if lead_time else (entering, ring)
