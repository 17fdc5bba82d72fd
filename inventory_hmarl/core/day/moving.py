"""Step 6: what is on its way moves on by a day, and what is due arrives."""

from __future__ import annotations

from inventory_hmarl.core.arrays import Array, Ring, join, namespace, rounded, take
from inventory_hmarl.core.day.ageing import issued, stored
from inventory_hmarl.core.day.desk import Desk, Tray
from inventory_hmarl.core.network import Level
from inventory_hmarl.core.state import LevelShipments, LevelState


def receive(desk: Desk, tray: Tray) -> tuple[LevelState, LevelShipments]:
    """Step 6: what is due arrives, or is reported failed."""
    level, before, ordered, trouble = tray.level, tray.record, tray.ordered, tray.trouble
    still = None if trouble is None else trouble.stands
    shipped = join(tray.shipped, level.source_order)
    arrived, in_transit = _move(level, before.in_transit, shipped, desk.day, still)
    at_door = before.at_door
    if at_door is not None and trouble is not None and trouble.receipts is not None:
        due = at_door + arrived
        arrived = due * trouble.receipts
        at_door = due - arrived
    received = level.lines_of_point.sum(arrived)
    on_order = tray.on_order - received
    placed = ordered > desk.nothing
    in_full = placed if tray.fails is None else tray.sound > desk.nothing
    owed, dropped, failed, failing, destroyed = None, None, None, before.failing, None
    if level.can_wait:
        owed = tray.queued - shipped
        in_full = in_full & (owed <= desk.noise)
    if tray.dropped:
        dropped = join(tray.dropped, level.source_order)
        owed = None if owed is None else owed - dropped
    if tray.fails is not None:
        failed, failing = _move(level, failing, tray.doomed, desk.day, still)
        on_order = on_order - level.lines_of_point.sum(failed)
    on_hand = tray.on_hand
    if trouble is not None and trouble.destroyed is not None:
        destroyed = _destroyed(desk, on_hand, trouble.destroyed)
        on_hand = on_hand - destroyed
    return (
        LevelState(
            on_hand + received,
            before.waiting,
            on_order,
            owed,
            in_transit,
            failing,
            at_door,
            _shelved(desk, tray, destroyed, received),
            before.queue,
        ),
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
            destroyed,
            tray.expired,
        ),
    )


def _shelved(desk: Desk, tray: Tray, destroyed: Array | None, received: Array) -> Array | None:
    """Return the ages of the stock that spoils, once some is destroyed and some received."""
    ages, shelf = tray.ages, tray.level.shelf
    if ages is None or shelf is None:
        return None
    if destroyed is not None:
        ages = issued(shelf, ages, destroyed, whole_units=desk.network.whole_units)
    return stored(shelf, ages, received)


def _destroyed(desk: Desk, on_hand: Array, share: Array) -> Array:
    """Return the units of a share of stock, rounded half up where they are whole."""
    units = rounded(on_hand * share)
    return desk.library.floor(units + 0.5) if desk.network.whole_units else units


def _move(
    level: Level, rings: tuple[Ring, ...], entering: Array, day: int, still: Array | None
) -> tuple[Array, tuple[Ring, ...]]:
    """Put what enters a level's lanes today into its rings; return what leaves them.

    On lines where `still` holds, what is on its way stands still for the day.
    """
    if len(rings) == 1:
        due, renewed = _pass(rings[0], level.transits[0].lead_time, entering, day, still)
        return due, (renewed,)
    leaving, kept = [], []
    for transit, ring in zip(level.transits, rings, strict=True):
        halted = None if still is None else take(still, transit.lines)
        mine = take(entering, transit.lines)
        due, renewed = _pass(ring, transit.lead_time, mine, day, halted)
        leaving.append(due)
        kept.append(renewed)
    return join(leaving, level.transit_order), tuple(kept)


def _pass(
    ring: Ring, lead_time: int, entering: Array, day: int, still: Array | None
) -> tuple[Array, Ring]:
    """Put what enters today into a ring; return what leaves it, and the ring."""
    if not lead_time:
        return entering, ring
    slot = day % lead_time
    if still is None:
        return ring.swap(slot, entering)
    library, slots = namespace(entering), ring.slots()
    # What stands still is due a day later: each slot takes over what lay in the one before it.
    later = library.where(still, library.roll(slots, 1, axis=0), slots)
    due = library.where(still, 0.0, slots[slot])
    mine = (library.arange(lead_time) == slot)[:, None, None]
    stays = library.where(still[None], later, 0.0)
    return due, ring.renewed(library.where(mine, stays + entering, later))
