"""Step 6: what is on its way moves on by a day, and what is due arrives."""

from __future__ import annotations

from typing import TypeAlias

from inventory_hmarl.core.arrays import Array, Ring, join, namespace, share_of, take
from inventory_hmarl.core.day.ageing import issued, stored
from inventory_hmarl.core.day.desk import Desk, Tray
from inventory_hmarl.core.day.doors import let_in
from inventory_hmarl.core.day.ways import joint_orders, travelling, trips
from inventory_hmarl.core.network import Dated, Level, Tariff, Transit, Varying
from inventory_hmarl.core.state import LevelSales, LevelShipments, LevelState


def receive(desk: Desk, tray: Tray) -> tuple[LevelState, LevelShipments]:
    """Step 6: what is due arrives, or is reported failed.

    What a case does not use is not even called for: with one chain, calls are what a day costs.
    """
    level, before, trouble = tray.level, tray.record, tray.trouble
    still = None if trouble is None else trouble.stands
    shipped = join(tray.shipped, level.source_order)
    lead, latest, at_door, refused, destroyed = None, None, None, None, None
    if level.varying is not None:
        lead, latest = _lead_times(desk, tray, level.varying, shipped)
    arrived, in_transit = _move(level, before.in_transit, shipped, desk.day, (still, lead))
    on_hand = tray.on_hand
    if trouble is not None and trouble.destroyed is not None:
        destroyed = share_of(on_hand, trouble.destroyed, desk.network.whole_units)
        on_hand = on_hand - destroyed
    if before.at_door is not None:
        arrived, at_door, refused = _let_in(desk, tray, before.at_door, arrived, on_hand)
    received = level.lines_of_point.sum(arrived)
    on_order, failed, failing = tray.on_order - received, None, before.failing
    if tray.fails is not None:
        failed, failing = _reported(desk, tray, still)
        on_order = on_order - level.lines_of_point.sum(failed)
    ages = tray.ages
    if ages is not None:
        ages = _shelved(desk, tray, ages, destroyed, received)
    placed, in_full, owed, dropped = _answered(desk, tray, shipped)
    after = LevelState(
        on_hand + received, before.waiting, on_order, owed, in_transit, failing, at_door, ages,
        before.queue, latest, None, tray.asked, before.goodwill, before.held, before.joined,
        None if level.cutoff is None else tray.posted,
    )  # fmt: skip
    moved = LevelShipments(
        tray.on_hand, tray.position, tray.ordered, placed, shipped,
        arrived if before.came is None else arrived + before.came,
        in_full, dropped, failed, destroyed, tray.expired, refused=refused,
    )  # fmt: skip
    return after, _accounted(desk, tray, after, moved, arrived)


def _accounted(
    desk: Desk, tray: Tray, after: LevelState, moved: LevelShipments, arrived: Array
) -> LevelShipments:
    """Return a level's moves with all that is charged otherwise than by unit, line and day.

    `arrived` (L, R) is what came in this evening.
    """
    level = tray.level
    if level.charged_before is not None:
        charged = _paid_for(desk, tray, level.charged_before)
        moved = moved._replace(charged_stock=charged, remaining=tray.on_hand)
    if level.storage is not None:
        moved = moved._replace(overflow=level.storage.overflow(moved.charged_stock))
    if level.ways is not None or level.owned:
        moved = _by_lane(level, after, moved, arrived)
    if level.tariff is not None:
        moved = _charged(level.tariff, desk.day, tray.sales, moved)
    return moved


def _charged(
    tariff: Tariff, day: int, sales: LevelSales | None, moved: LevelShipments
) -> LevelShipments:
    """Return a level's moves with what rates of today exceed the usual ones by."""

    def extra(dated: Dated | None, units: Array | None) -> Array | None:
        return None if dated is None or units is None else dated.of(units, day)

    missing = None
    if sales is not None:
        lost, waiting = sales.lost, sales.waiting if sales.overdue is None else sales.overdue
        missing = waiting if lost is None else lost if waiting is None else lost + waiting
    return moved._replace(
        extra_stock=extra(tariff.stock, moved.charged_stock),
        extra_missing=extra(tariff.missing, missing),
        extra_orders=extra(tariff.orders, moved.placed.astype(moved.ordered.dtype)),
        extra_travelling=extra(tariff.travelling, moved.travelling),
    )


def _let_in(
    desk: Desk, tray: Tray, at_door: Array, arrived: Array, on_hand: Array
) -> tuple[Array, Array, Array | None]:
    """Return what of the units at the door is taken in, what waits there, and what for space.

    `(L, R)` each; `on_hand` is the stock beside which it is taken in. What comes in in the mornings
    waits there overnight.
    """
    trouble, level = tray.trouble, tray.level
    overnight, refused = None, None
    if level.mornings is not None:
        overnight = arrived * level.mornings
        arrived = arrived - overnight
    receipts = None if trouble is None else trouble.receipts
    if receipts is not None or level.doors is not None:
        due = at_door + arrived
        arrived = due if receipts is None else due * receipts
        if level.doors is not None:
            arrived, refused = _within_space(desk, level, arrived, on_hand)
        at_door = due - arrived
    return arrived, at_door if overnight is None else at_door + overnight, refused


def _within_space(desk: Desk, level: Level, coming: Array, on_hand: Array) -> tuple[Array, Array]:
    """Return what comes in this evening, and what has to wait for space, `(L, R)` each.

    What was refused this morning, where goods are received in the mornings, waits for the next.
    """
    assert level.doors is not None
    evening = coming if level.mornings is None else coming * (1.0 - level.mornings)
    whole = desk.network.whole_units
    entering = let_in(level.doors, evening, on_hand, desk.day, whole_units=whole)
    return entering, coming - entering


def _paid_for(desk: Desk, tray: Tray, before: Array) -> Array:
    """Return the stock that holding cost is charged on, `(P, R)`, some of it `before` outflows."""
    sales = tray.sales
    found = tray.record.on_hand  # this morning's, once what was sold and spoiled is added
    if sales is not None:
        found = found + sales.sales
        if sales.received is not None and sales.given is not None:
            found = found + sales.given - sales.received
        found = found if sales.expired is None else found + sales.expired
    return desk.library.where(before, found, tray.on_hand)


def _reported(desk: Desk, tray: Tray, still: Array | None) -> tuple[Array, tuple[Ring, ...]]:
    """Return what is reported failed today, `(L, R)`, and what will be."""
    level, failing = tray.level, tray.record.failing
    lead = None if level.varying is None else _drawn(tray, level.varying)
    return _move(level, failing, tray.doomed, desk.day, (still, lead))


def _answered(
    desk: Desk, tray: Tray, shipped: Array
) -> tuple[Array, Array, Array | None, Array | None]:
    """Return which lines were ordered, and which met in full; what is owed, and was dropped."""
    placed = tray.ordered > desk.nothing
    in_full = placed if tray.level.cutoff is None else tray.handed > desk.nothing
    if tray.fails is not None:
        in_full = in_full & (tray.doomed <= desk.noise)
    owed, dropped = None, None
    if tray.level.can_wait:
        owed = tray.queued - shipped
        in_full = in_full & (owed <= desk.noise)
    if tray.dropped:
        dropped = join(tray.dropped, tray.level.source_order)
        owed = None if owed is None else owed - dropped
    return placed, in_full, owed, dropped


def _by_lane(
    level: Level, after: LevelState, moved: LevelShipments, arrived: Array
) -> LevelShipments:
    """Return a level's moves with what is counted by lane, and what is on its way.

    `arrived` (L, R) is what came in this evening.
    """
    ways = level.ways
    if ways is not None and ways.joint:
        moved = moved._replace(joint=joint_orders(ways, moved.placed, moved.ordered))
    if ways is not None and ways.trips:
        moved = moved._replace(trips=trips(ways, moved.shipped))
    if level.owned:
        moved = moved._replace(travelling=travelling(level, after, arrived))
    return moved


def _shelved(
    desk: Desk, tray: Tray, ages: Array, destroyed: Array | None, received: Array
) -> Array:
    """Return the ages of the stock that spoils, once some is destroyed and some received."""
    shelf = tray.level.shelf
    assert shelf is not None
    if destroyed is not None:
        ages = issued(shelf, ages, destroyed, whole_units=desk.network.whole_units)
    return stored(shelf, ages, received)


def _drawn(tray: Tray, varying: Varying) -> Array:
    """Return the lead time of what leaves today on each line, `(L, R)` or `(L, 1)` days."""
    lead = varying.least
    if tray.delays is not None:
        lead = lead + tray.delays
    if tray.trouble is not None and tray.trouble.late is not None:
        lead = lead + tray.trouble.late
    if varying.failing is not None and tray.fails is not None:
        lead = lead + varying.failing * tray.fails.astype(lead.dtype)
    return lead


def _lead_times(
    desk: Desk, tray: Tray, varying: Varying, shipped: Array
) -> tuple[Array, Array | None]:
    """Return the lead times of what leaves today, and the days until all of it has arrived."""
    latest = tray.record.latest
    lead = _drawn(tray, varying)
    if varying.in_order is None or latest is None:
        return lead, None
    library = desk.library
    passed = library.maximum(latest - 1.0, 0.0)
    if tray.trouble is not None and tray.trouble.stands is not None:
        passed = library.where(tray.trouble.stands, latest, passed)
    lead = library.maximum(lead, passed * varying.in_order)
    return lead, library.where(shipped > desk.nothing, lead, passed)


# Of each line: whether what is on its way stands still today, and the lead time of what leaves
# today; None: no line stands still, no lead time varies.
Motion: TypeAlias = tuple[Array | None, Array | None]


def _move(
    level: Level, rings: tuple[Ring, ...], entering: Array, day: int, motion: Motion
) -> tuple[Array, tuple[Ring, ...]]:
    """Put what enters a level's lanes today into its rings; return what leaves them."""
    if len(rings) == 1:
        due, renewed = _pass(rings[0], level.transits[0], entering, day, motion)
        return due, (renewed,)
    leaving, kept = [], []
    for transit, ring in zip(level.transits, rings, strict=True):
        still, lead = (None if each is None else take(each, transit.lines) for each in motion)
        mine = take(entering, transit.lines)
        due, renewed = _pass(ring, transit, mine, day, (still, lead))
        leaving.append(due)
        kept.append(renewed)
    return join(leaving, level.transit_order), tuple(kept)


def _pass(
    ring: Ring, transit: Transit, entering: Array, day: int, motion: Motion
) -> tuple[Array, Ring]:
    """Put what enters today into a ring; return what leaves it, and the ring."""
    longest, (still, lead) = transit.lead_time, motion
    if not longest:
        return entering, ring
    slot = day % longest
    if still is None and not transit.varies:
        return ring.swap(slot, entering)
    library, slots = namespace(entering), ring.slots()
    due = slots[slot]
    # Days until each slot is read; today's is, from now on, that of the longest lead time.
    ahead = ((library.arange(longest) - slot - 1) % longest + 1)[:, None, None]
    emptied = library.where(ahead == longest, 0.0, slots)
    if still is not None:
        # What stands still is due a day later: each slot takes over what lay in the one before it.
        later = library.roll(slots, 1, axis=0)
        due, emptied = library.where(still, 0.0, due), library.where(still, later, emptied)
    if not transit.varies or lead is None:
        return due, ring.renewed(emptied + library.where(ahead == longest, entering, 0.0))
    due = due + library.where(lead == 0.0, entering, 0.0)
    return due, ring.renewed(emptied + library.where(ahead == lead, entering, 0.0))
