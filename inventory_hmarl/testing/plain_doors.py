"""What comes in at the doors of locations, what has to wait there, and what has no space."""

from __future__ import annotations

from math import floor

from inventory_hmarl.testing.plain_allocation import tie_word
from inventory_hmarl.testing.plain_shelf import Lot
from inventory_hmarl.testing.plain_world import Today
from inventory_hmarl.testing.records import Line, Point

ROUNDING = 1e-9
"""of a unit: what the sums of spaces may be rounded by"""


def open_doors(today: Today, *, early: bool) -> None:
    """Take in what is at the doors of those who receive in the mornings, or in the evenings."""
    network = today.network
    for location in network.levels:
        if network.receives_early(location) == early:
            mine = [line for line in network.lines if line[1] == location]
            let_in(today, location, mine)


def let_in(today: Today, location: str, lines: list[Line]) -> None:
    """Take in what is at a location's door, as far as nothing stops it, and there is space."""
    nothing, at_door = today.network.number(0), today.world.at_door
    coming = {line: nothing if refused(today, line) else at_door[line] for line in lines}
    for line, units in within_space(today, location, coming).items():
        today.record.refused[line] = coming[line] - units
        today.record.arrived[line] = units
        take_in(today, line, units)


def refused(today: Today, line: Line) -> bool:
    """Return whether nothing is received on a line today: what takes no day is stopped with it."""
    stop, network = today.world.troubles.stop, today.network
    at_once = network.lead_time(line) - network.receives_early(line[1]) == 0
    return stop(line, "receipts") or (at_once and stop(line, "transit"))


def take_in(today: Today, line: Line, units: float) -> None:
    """Put units from the door into stock."""
    world, point = today.world, (line[1], line[2])
    world.at_door[line] -= units
    world.on_hand[point] += units
    if (life := today.network.life(point)) is not None:
        world.lots[point].append(Lot(life, units))


def within_space(today: Today, location: str, coming: dict[Line, float]) -> dict[Line, float]:
    """Return what is let in: all, or the same share of each line, then one more unit of some."""
    network = today.network
    place, volume = network.location(location), {s: k.volume for s, k in network.case.skus.items()}
    if place.when_full == "overflow" or place.storage is None:
        return coming
    stock = sum(
        today.world.on_hand[point] * volume[point[1]]
        for point in network.points
        if point[0] == location
    )
    free = max(place.storage - stock, 0.0)
    asked = sum(units * volume[line[2]] for line, units in coming.items())
    if asked * (1 - ROUNDING) <= free:
        return coming
    entering = {
        line: units * free / asked if volume[line[2]] else units for line, units in coming.items()
    }
    return fill_up(today, entering, free, volume) if network.whole else entering


def fill_up(
    today: Today, parts: dict[Line, float], free: float, volume: dict[str, float]
) -> dict[Line, float]:
    """Round down to whole units, then add one each by the largest remainders, while they fit."""
    units = {line: floor(part + ROUNDING) for line, part in parts.items()}
    left = free - sum(number * volume[line[2]] for line, number in units.items())
    over = {line: parts[line] - units[line] for line in parts}

    def claim(line: Line) -> tuple[float, int]:
        return over[line], tie_word((line[1], line[0], line[2]), today.day)

    for line in sorted(parts, key=claim, reverse=True):
        left -= volume[line[2]]
        if left < -ROUNDING or over[line] <= ROUNDING:
            break
        units[line] += 1
    return {line: today.network.number(number) for line, number in units.items()}


def overflow(today: Today, point: Point) -> float:
    """Return the space that a point takes above its location's: its part of all that is above."""
    network, stock = today.network, today.record.charged_stock
    limit = network.location(point[0]).storage
    if limit is None:
        return network.number(0)
    spaces = {
        (place, sku): stock[place, sku] * network.case.skus[sku].volume
        for place, sku in network.points
        if place == point[0]
    }
    occupied = sum(spaces.values())
    above = max(occupied - limit, 0.0)
    return spaces[point] * (above / occupied) if above > 0 else 0.0
