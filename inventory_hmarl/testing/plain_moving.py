"""What leaves, is on its way and arrives, in the reference's own words: calendars of due days."""

from __future__ import annotations

from math import floor

from inventory_hmarl.testing.plain_world import Today, add, take_lots
from inventory_hmarl.testing.records import Line, Point

Calendar = dict[int, float]
"""units by day"""


def lead_time(today: Today, line: Line) -> int:
    """Return the days until the evening on which it is at the door."""
    days = today.network.lead_time(line) + today.luck.delay(today.day, *line)
    days += today.world.troubles.late(line)
    days -= today.network.receives_early(line[1])
    supplier = today.network.case.suppliers.get(line[0])
    if supplier is not None and supplier.failure == "late" and today.fails(today.day, *line):
        days += supplier.failure_days
    return days


def send(today: Today, line: Line, units: float) -> None:
    """Put units on their way; where nothing overtakes, behind all that is."""
    due = today.day + lead_time(today, line)
    if not today.network.lanes[line].overtaking:
        before = today.world.latest[line]
        if before >= today.day and today.world.troubles.stop(line, "transit"):
            before += 1
        due = max(due, before)
        if units > 0:
            today.world.latest[line] = due
    add(today.world.in_transit[line], due, units)
    today.record.left[line] = (due, units)


def fail(today: Today, line: Line, units: float) -> None:
    """Note units that will be reported failed when they would have been due."""
    due = today.day + lead_time(today, line)
    add(today.world.failing[line], due, units)
    today.record.doomed[line] = (due, units)


def lost_of(today: Today, line: Line, units: float) -> float:
    """Return what is lost of an order line that fails."""
    supplier = today.network.case.suppliers[line[0]]
    if supplier.failure == "late":
        return today.network.number(0)
    if supplier.failure == "lost":
        return units
    lost = units * (1 - supplier.failure_share)
    return floor(lost + 0.5) if today.network.whole else lost


def deliver(today: Today, line: Line) -> None:
    """Take step 6: bring what is due to the door, and report what failed and was due today."""
    world, nothing = today.world, today.network.number(0)
    still = world.troubles.stop(line, "transit")
    if still:
        put_off(today, world.in_transit[line], today.record.left.get(line))
        put_off(today, world.failing[line], today.record.doomed.get(line))
        if world.latest[line] >= today.day and today.record.left.get(line, (0, 0))[1] == 0:
            world.latest[line] += 1
    world.at_door[line] += world.in_transit[line].pop(today.day, nothing)
    today.record.failed[line] = world.failing[line].pop(today.day, nothing)


def put_off(today: Today, calendar: Calendar, entered: tuple[int, float] | None) -> None:
    """Move all that is due on by a day, but for what entered today: that moves from tomorrow."""
    if entered is not None:
        add(calendar, entered[0], -entered[1])
    for day in sorted((day for day in calendar if day >= today.day), reverse=True):
        add(calendar, day + 1, calendar.pop(day))
    if entered is not None:
        add(calendar, *entered)


def destroy(today: Today, point: Point) -> None:
    """Take what a disruption destroys out of stock: a share, rounded half up in whole units."""
    share = today.world.troubles.lost_share(*point)
    lost = today.world.on_hand[point] * share
    lost = floor(lost + 0.5) if today.network.whole else lost
    today.record.destroyed[point] = lost
    take_lots(today, point, lost)
    today.world.on_hand[point] -= lost
