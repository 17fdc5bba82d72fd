"""What a location sees that orders before its customers' orders of the day reach it.

When it decides changes nothing about what it ships. So it is asked when all others are, and shown
what it knew before.
"""

from __future__ import annotations

from typing import NamedTuple

from inventory_hmarl.core.arrays import Array, take
from inventory_hmarl.core.day.desk import Desk, Seen, Tray
from inventory_hmarl.core.network import Stage


class Known(NamedTuple):
    """What is known of a level before anything is ordered there today."""

    on_hand: Array  # (P, R) units
    position: Array  # (P, R) units
    ages: Array | None  # (A, Q, R) of stock that spoils


def known_early(desk: Desk, stage: Stage, tray: Tray) -> Known:
    """Return what is known of a level before it sees today's orders; it has not shipped yet."""
    owed = stage.customers.sum(desk.owed_before(stage))
    return Known(tray.on_hand, tray.inventory_position() - owed, tray.ages)


def see_early(desk: Desk, stage: Stage, tray: Tray, known: Known) -> None:
    """Show those who order early what was known before, and keep today's orders for tomorrow."""
    early, where, shelf = tray.level.orders_before, desk.library.where, tray.level.shelf
    assert early is not None
    ordered = stage.customers.sum(desk.lines(stage, "ordered"))
    ages = tray.ages
    if ages is not None and shelf is not None:
        ages = where(take(early, shelf.points), known.ages, ages)
    on_hand = where(early, known.on_hand, tray.on_hand)
    tray.seen = Seen(on_hand, ages, where(early, tray.asked, desk.asked(stage)))
    tray.position = where(early, known.position, tray.position)
    tray.asked = ordered
