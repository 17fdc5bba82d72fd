"""What the reference simulator carries from day to day, and how it begins."""

from __future__ import annotations

from dataclasses import dataclass

from inventory_hmarl.testing.plain_network import PlainNetwork, at_sku
from inventory_hmarl.testing.plain_shelf import Lot, take
from inventory_hmarl.testing.plain_trouble import Troubles, troubles_of
from inventory_hmarl.testing.records import DayRecord, DemandOf, FailsOn, Line, Luck, Point


@dataclass
class World:
    """Everything that changes from day to day, in units; changed in place."""

    on_hand: dict[Point, float]
    waiting: dict[Point, float]
    owed: dict[Line, float]
    posted: dict[Line, float]
    """ordered after the cut-off: the source sees it tomorrow"""
    in_transit: dict[Line, dict[int, float]]
    """units by the day on which they arrive"""
    failing: dict[Line, dict[int, float]]
    """units of failed order lines by the day on which that is reported"""
    latest: dict[Line, int]
    """the day on which the last of what may not be overtaken is due"""
    at_door: dict[Line, float]
    """units that are due and were refused"""
    demand_seen: dict[Point, list[float]]
    troubles: Troubles
    lots: dict[Point, list[Lot]]
    """of stock that spoils"""
    asked_before: dict[Point, float]
    """units that customers ordered of a point yesterday"""
    queues: dict[Point, list[Lot]]
    """of customers who do not wait for ever, the first to leave first"""
    promised: dict[Point, list[tuple[int, float]]]
    """of customers who wait: the day by which they want it and their units, the longest first"""
    goodwill: dict[Point, float]
    held: dict[Point, float]
    """units below one that goodwill leaves for later days"""


@dataclass(frozen=True)
class Known:
    """What a point knows before anything is ordered on a day."""

    position: float
    on_hand: float
    ages: dict[int, float]


@dataclass(frozen=True)
class Today:
    """One day in the making."""

    network: PlainNetwork
    world: World
    record: DayRecord
    demand: DemandOf
    fails: FailsOn
    luck: Luck
    early: dict[Point, Known]
    """what those know who order before they see today's orders"""

    @property
    def day(self) -> int:
        """The number of the day, from 1."""
        return self.record.day


def first_morning(network: PlainNetwork) -> World:
    """Return the state before day 1: opening stock, and what is already on its way."""
    world = World(
        on_hand={
            point: network.number(at_sku(network.location(point[0]).initial_inventory, point[1]))
            for point in network.points
        },
        waiting=dict.fromkeys(network.points, network.number(0)),
        owed=dict.fromkeys(network.lines, network.number(0)),
        posted=dict.fromkeys(network.lines, network.number(0)),
        in_transit={line: {} for line in network.lines},
        failing={line: {} for line in network.lines},
        latest=dict.fromkeys(network.lines, 0),
        at_door=dict.fromkeys(network.lines, network.number(0)),
        demand_seen={point: [] for point in network.points},
        troubles=troubles_of(network.case),
        lots={},
        asked_before=dict.fromkeys(network.points, network.number(0)),
        queues={},
        promised={point: [] for point in network.points},
        goodwill=dict.fromkeys(network.points, 1.0),
        held=dict.fromkeys(network.points, 0.5),
    )
    for point in network.points:
        if (life := network.life(point)) is not None:
            world.lots[point] = [Lot(life, world.on_hand[point])]
    for line in network.lines:
        for start in network.lanes[line].initial_on_order:
            if start.sku == line[2]:
                evening = start.due_day - network.receives_early(line[1])
                if evening == 0:
                    world.at_door[line] += network.number(start.units)
                else:
                    add(world.in_transit[line], evening, network.number(start.units))
                if start.units > 0:
                    world.latest[line] = max(world.latest[line], evening)
    return world


def take_lots(today: Today, point: Point, units: float) -> None:
    """Take what leaves a point off its lots."""
    if point in today.world.lots:
        newest = today.network.location(point[0]).newest_first
        take(today.world.lots[point], units, newest, whole=today.network.whole)


def add(calendar: dict[int, float], day: int, units: float) -> None:
    """Add units to a day of a calendar."""
    calendar[day] = calendar.get(day, 0) + units
