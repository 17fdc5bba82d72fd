"""What agents see: named numbers of a moment, a row each.

A set of observations is a choice of rows of one table, so that all agents of a moment read the same
numbers. To add a quantity, add it to `_level_parts` and `_names` alike.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from inventory_hmarl.core.arrays import Array, Ring, join, namespace, take
from inventory_hmarl.core.model import Model
from inventory_hmarl.core.network import Level, Network
from inventory_hmarl.core.state import LevelState
from inventory_hmarl.envs.moments import Moment

MOST = np.float32(1e9)  # units: what is beyond is shown as this
WEEK, YEAR = 7.0, 365.0  # days

SCOPES = ("local", "upstream", "global")


@dataclass(frozen=True)
class Observe:
    """What an agent is shown.

    `scope`: its own location ("local"), and its sources' as well ("upstream"), or the whole chain
    ("global"). `pipeline`: units in transit by the day they are due. `forecast`: the mean demand
    that the case gives per day, over lead time + 1 days. `calendar`: the day, and where it stands
    in week and year.
    """

    scope: str = "local"
    pipeline: bool = True
    forecast: bool = True
    calendar: bool = True

    def __post_init__(self) -> None:
        """Raise `ValueError` for an unknown scope."""
        if self.scope not in SCOPES:
            raise ValueError(f"scope = {self.scope!r}: one of {', '.join(SCOPES)}")


@dataclass(frozen=True)
class Entry:
    """A number that agents see."""

    quantity: str
    location: str  # "" for the calendar
    sku: str
    low: float
    high: float

    @property
    def name(self) -> str:
        """Its name: location/SKU/quantity."""
        return "/".join(part for part in (self.location, self.sku, self.quantity) if part)


@dataclass(frozen=True)
class Table:
    """The numbers of a moment: how they are read, and what they are called."""

    network: Network
    observe: Observe
    expected: tuple[Array, ...]  # (days, P) a level: mean demand per day over lead time + 1 days
    calendar: Array  # (days + 2, entries): of each day
    entries: tuple[Entry, ...]

    def of(self, moment: Moment) -> Array:
        """Return the numbers of a moment, `(entries, R)` in the chain's own type."""
        parts: list[Array] = []
        day = moment.state.day + 1
        like = moment.state.levels[0].on_hand
        library = namespace(like)
        for number, level in enumerate(self.network.levels):
            parts += self._level_parts(number, level, moment)
            if self.observe.forecast:
                parts.append(_spread(library.asarray(self.expected[number])[day], like))
        if self.observe.calendar:
            parts.append(_spread(library.asarray(self.calendar)[day], like))
        numbers: Array = library.concatenate(parts)
        return numbers

    def _level_parts(self, number: int, level: Level, moment: Moment) -> Iterator[Array]:
        record, sales = moment.state.levels[number], moment.sales[number]
        position = record.on_hand + record.on_order
        yield record.on_hand
        yield record.on_order
        if record.waiting is not None:
            yield record.waiting
            position = position - record.waiting
        if number > 0:
            owed = owed_by(self.network, moment, number)
            yield owed
            position = position - owed
        yield position
        if level.sells:
            yield 0.0 * record.on_hand if sales is None else sales.demand
        if self.observe.pipeline:
            yield from _pipeline(level, record, moment.state.day + 1)


def owed_by(network: Network, moment: Moment, number: int) -> Array:
    """Return what the points of level `number` > 0 owe the levels below, `(P, R)` units."""
    stage = network.stages[number - 1]
    lines = []
    for part in stage.parts:
        owed = moment.state.levels[part.level].owed
        assert owed is not None  # a location can be short, and then owes
        lines.append(take(owed, part.lines))
    return stage.customers.sum(join(lines, None))


def _pipeline(level: Level, record: LevelState, day: int) -> Iterator[Array]:
    """Yield what is in transit on the lines of each lead time, by the day it is due, from today.

    What will be reported failed is among it: nobody knows before.
    """
    for place, transit in enumerate(level.transits):
        rings = [record.in_transit[place]]
        if record.failing:
            rings.append(record.failing[place])
        for ahead in range(transit.lead_time):
            slots = [_slot(ring, (day + ahead) % transit.lead_time) for ring in rings]
            yield slots[0] if len(slots) == 1 else slots[0] + slots[1]


def _slot(ring: Ring, slot: int) -> Array:
    taken: Array = ring[slot] if type(ring) is Ring else ring.slots()[slot]
    return taken


def _spread(column: Array, like: Array) -> Array:
    if like.shape[-1] == 1:
        return column[:, None]
    shape = (column.shape[0], like.shape[-1])
    spread: Array = namespace(like).broadcast_to(column[:, None], shape)
    return spread


def table(model: Model, observe: Observe, expected: tuple[Array, ...]) -> Table:
    """Return the numbers that can be seen of a model."""
    days = np.arange(model.days + 2, dtype=np.float64)
    week, year = 2 * np.pi * days / WEEK, 2 * np.pi * days / YEAR
    calendar = np.stack(
        [days, model.days - days, np.sin(week), np.cos(week), np.sin(year), np.cos(year)], axis=1
    )
    entries = [
        entry
        for number, level in enumerate(model.network.levels)
        for entry in _entries(model, number, level, observe)
    ]
    if observe.calendar:
        most = float(model.days + 1)
        spans = [("day", 0.0, most), ("days_left", -1.0, most)]
        spans += [(f"{name}_{part}", -1.0, 1.0) for name in ("week", "year") for part in _WAVES]
        entries += [Entry(name, "", "", low, high) for name, low, high in spans]
    return Table(model.network, observe, expected, calendar, tuple(entries))


_WAVES = ("sine", "cosine")


def _entries(model: Model, number: int, level: Level, observe: Observe) -> Iterator[Entry]:
    most, points = float(MOST), list(level.points)

    def of_points(quantity: str, low: float = 0.0) -> Iterator[Entry]:
        return (Entry(quantity, p.location, p.sku, low, most) for p in points)

    yield from of_points("inventory")
    yield from of_points("on_order")
    if level.backordered is not None:
        yield from of_points("backorders")
    if number > 0:
        yield from of_points("owed")
    yield from of_points("inventory_position", -most)
    if level.sells:
        yield from of_points("demand")
    if observe.pipeline:
        lines = list(level.lines)
        several = level.share_until is not None
        for transit in level.transits:
            mine = (
                lines[transit.lines]
                if isinstance(transit.lines, slice)
                else [lines[row] for row in transit.lines.tolist()]
            )
            for ahead in range(transit.lead_time):
                for line in mine:
                    source = f"_from_{line.source}" if several else ""
                    name = f"due_in_{ahead}{source}"
                    yield Entry(name, line.destination, line.sku, 0.0, most)
    if observe.forecast:
        yield from of_points("expected_demand")


def expected_demand(model: Model) -> tuple[Array, ...]:
    """Return the mean demand per day over each point's next lead time + 1 days, by day.

    A level's array is `(days + 2, P)`: its row t is what is expected of days t + 1 to t + L + 1,
    with what the locations downstream sell.
    """
    levels = model.network.levels
    longest = max(int(np.max(level.lines.lead_time, initial=0)) for level in levels)
    means = model.demand.expected(1, model.days + 3 + longest)
    answer = []
    for number, level in enumerate(levels):
        own = [
            np.zeros((len(each.points), means.shape[0])) if rows is None else means[:, rows].T
            for each, rows in zip(levels, model.demand.levels, strict=True)
        ]
        daily = level.downstream.sum(np.concatenate(own[: number + 1]))
        until = np.concatenate([np.zeros((len(daily), 1)), np.cumsum(daily, axis=1)], axis=1)
        window = longest_lead_time(level) + 1
        rows = np.arange(len(daily))[:, None]
        start = np.arange(model.days + 2)[None, :]
        ahead = until[rows, start + window[:, None]] - until[rows, start]
        answer.append(np.ascontiguousarray((ahead / window[:, None]).T))
    return tuple(answer)


def longest_lead_time(level: Level) -> Array:
    """Return the longest lead time of each point's lanes, `(P,)` days."""
    longest = np.zeros(len(level.points), dtype=np.intp)
    point = np.arange(len(level.points))[level.point_of_line]
    np.maximum.at(longest, point, level.lines.lead_time)
    return longest
