"""What agents see: named numbers of a moment, a row each.

A set of observations is a choice of rows of one table, so that all agents of a moment read the same
numbers. To add a quantity, add it to `Table._level_parts` and to `_entries` alike.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from inventory_hmarl.core.arrays import Array, Ring, join, namespace, take
from inventory_hmarl.core.model import Model
from inventory_hmarl.core.network import Level, Network
from inventory_hmarl.core.state import LevelState
from inventory_hmarl.envs.moments import Moment

MOST = 1e15  # units: above whatever a chain can hold
WEEK, YEAR = 7.0, 365.0  # days

SCOPES = ("local", "upstream", "global")
UNITS = ("units", "days")


# What each quantity is; `docs/agents.md` is written from it. `due_in_` goes on with the days.
QUANTITIES: Mapping[str, str] = {
    "inventory": "units in stock after the day's sales",
    "on_order": "units ordered and not here: in transit, owed by the source, or going to fail",
    "backorders": "units that customers wait for, where they do",
    "owed": "units owed to the locations below, before today's orders; warehouses",
    "inventory_position": "inventory - backorders - owed + on order",
    "demand": "units that customers asked for today; stores",
    "due_in_": "units in transit that arrive at the end of the day in so many days, 0 is today; "
    "with several sources, of each (`due_in_0_from_...`)",
    "expected_demand": "the case's mean demand per day over the next lead time + 1 days, with "
    "that of the locations below",
    "day": "the number of the day",
    "days_left": "days after this one",
    "week_sine": "sine of the day in a week of 7 days",
    "week_cosine": "its cosine",
    "year_sine": "sine of the day in a year of 365 days",
    "year_cosine": "its cosine",
}


@dataclass(frozen=True)
class Observe:
    """What an agent is shown.

    `scope`: its own location ("local"), and its sources' as well ("upstream"), or the whole chain
    ("global"). `pipeline`: units in transit by the day they are due. `forecast`: the mean demand
    that the case gives per day, over lead time + 1 days. `calendar`: the day, and where it stands
    in week and year. `unit`: units of stock ("units"), or days of the mean demand of the location
    and SKU over the horizon ("days"), and parts of the horizon: numbers near 1, for networks.
    """

    scope: str = "local"
    pipeline: bool = True
    forecast: bool = True
    calendar: bool = True
    unit: str = "units"

    def __post_init__(self) -> None:
        """Raise `ValueError` for an unknown scope or unit."""
        if self.scope not in SCOPES:
            raise ValueError(f"scope = {self.scope!r}: one of {', '.join(SCOPES)}")
        if self.unit not in UNITS:
            raise ValueError(f"unit = {self.unit!r}: one of {', '.join(UNITS)}")


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
    known: (
        Array  # (days + 2, entries) what is known of each day before it comes: forecast, calendar
    )
    entries: tuple[Entry, ...]
    scale: Array | None  # (entries, 1) what numbers are multiplied by; None: nothing

    def of(self, moment: Moment) -> Array:
        """Return the numbers of a moment, `(entries, R)` in the chain's own type."""
        parts = self._parts(moment)
        numbers: Array = namespace(parts[0]).concatenate(parts)
        return numbers if self.scale is None else numbers * namespace(numbers).asarray(self.scale)

    def seen(self, moment: Moment) -> Array:
        """Return the numbers of a moment of NumPy's, `(entries, R)` float32."""
        if self.scale is not None:
            return self.of(moment).astype(np.float32)
        return np.concatenate(self._parts(moment), dtype=np.float32, casting="same_kind")

    def _parts(self, moment: Moment) -> list[Array]:
        parts: list[Array] = []
        for number, level in enumerate(self.network.levels):
            parts += self._level_parts(number, level, moment)
        replications = parts[0].shape[-1]
        library = namespace(parts[0])
        if self.known.shape[1]:
            known = library.asarray(self.known)[moment.state.day + 1][:, None]
            if replications > 1:
                known = library.broadcast_to(known, (known.shape[0], replications))
            parts.append(known)
        return parts

    def position(self, number: int, moment: Moment) -> Array:
        """Return the inventory position of a level before today's orders, `(P, R)` units."""
        owed = owed_by(self.network, moment, number) if number > 0 else None
        return _position(moment.state.levels[number], owed)

    def _level_parts(self, number: int, level: Level, moment: Moment) -> list[Array]:
        record, sales = moment.state.levels[number], moment.sales[number]
        parts = [record.on_hand, record.on_order]
        if record.waiting is not None:
            parts.append(record.waiting)
        owed = owed_by(self.network, moment, number) if number > 0 else None
        if owed is not None:
            parts.append(owed)
        parts.append(_position(record, owed))
        if level.sells:
            parts.append(0.0 * record.on_hand if sales is None else sales.demand)
        if self.observe.pipeline:
            for place, transit in enumerate(level.transits):
                if transit.lead_time:
                    parts += _pipeline(record, place, moment.state.day + 1)
        return parts


def _position(record: LevelState, owed: Array | None) -> Array:
    """Return on hand - waiting - owed to other locations + on order, `(P, R)` units."""
    position = record.on_hand + record.on_order
    if record.waiting is not None:
        position = position - record.waiting
    return position if owed is None else position - owed


def owed_by(network: Network, moment: Moment, number: int) -> Array:
    """Return what the points of level `number` > 0 owe the levels below, `(P, R)` units."""
    stage = network.stages[number - 1]
    lines = []
    for part in stage.parts:
        owed = moment.state.levels[part.level].owed
        assert owed is not None  # a location can be short, and then owes
        lines.append(take(owed, part.lines))
    return stage.customers.sum(join(lines, None))


def _pipeline(record: LevelState, place: int, day: int) -> Sequence[Array]:
    """Return what is in transit on the lines of a lead time, by the day it is due, from today.

    What will be reported failed is among it: nobody knows before.
    """
    coming = _from_today(record.in_transit[place], day)
    if not record.failing:
        return coming
    failing = _from_today(record.failing[place], day)
    return [sound + doomed for sound, doomed in zip(coming, failing, strict=True)]


def _from_today(ring: Ring, day: int) -> Sequence[Array]:
    """Return the slots of a ring, `(L, R)` each, that of today first."""
    if type(ring) is Ring:
        slot = day % len(ring)
        return ring[slot:] + ring[:slot]
    slots = ring.slots()
    return [slots[(day + ahead) % slots.shape[0]] for ahead in range(slots.shape[0])]


def table(model: Model, observe: Observe, expected: tuple[Array, ...]) -> Table:
    """Return the numbers that can be seen of a model."""
    entries = [
        entry
        for number, level in enumerate(model.network.levels)
        for entry in _entries(number, level, observe)
    ]
    known = [np.zeros((model.days + 2, 0))]
    if observe.forecast:
        known += expected
        entries += [
            Entry("expected_demand", point.location, point.sku, 0.0, MOST)
            for level in model.network.levels
            for point in level.points
        ]
    if observe.calendar:
        known.append(_calendar(model.days))
        most = float(model.days + 1)
        spans = [("day", 0.0, most), ("days_left", -1.0, most)]
        spans += [(f"{name}_{part}", -1.0, 1.0) for name in ("week", "year") for part in _WAVES]
        entries += [Entry(name, "", "", low, high) for name, low, high in spans]
    scale = None if observe.unit == "units" else _days(model, entries, expected)
    columns = np.concatenate(known, axis=1)
    return Table(model.network, observe, columns, tuple(entries), scale)


def _calendar(horizon: int) -> Array:
    """Return the calendar's entries of each day, `(days + 2, entries)`."""
    days = np.arange(horizon + 2, dtype=np.float64)
    week, year = 2 * np.pi * days / WEEK, 2 * np.pi * days / YEAR
    waves = (np.sin(week), np.cos(week), np.sin(year), np.cos(year))
    return np.stack([days, horizon - days, *waves], axis=1)


def _days(model: Model, entries: Sequence[Entry], expected: Sequence[Array]) -> Array:
    """Return what turns units into days of mean demand, and days into parts of the horizon."""
    mean = {
        (point.location, point.sku): daily
        for level, days in zip(model.network.levels, expected, strict=True)
        for point, daily in zip(level.points, days[1:].mean(axis=0).tolist(), strict=True)
    }
    parts = {"day": 1.0 / model.days, "days_left": 1.0 / model.days}
    factors = [
        1.0 / (mean[entry.location, entry.sku] or 1.0)
        if entry.location
        else parts.get(entry.quantity, 1.0)
        for entry in entries
    ]
    return np.array(factors)[:, None]


_WAVES = ("sine", "cosine")


def _entries(number: int, level: Level, observe: Observe) -> Iterator[Entry]:
    points = list(level.points)

    def of_points(quantity: str, low: float = 0.0) -> Iterator[Entry]:
        return (Entry(quantity, p.location, p.sku, low, MOST) for p in points)

    yield from of_points("inventory")
    yield from of_points("on_order")
    if level.backordered is not None:
        yield from of_points("backorders")
    if number > 0:
        yield from of_points("owed")
    yield from of_points("inventory_position", -MOST)
    if level.sells:
        yield from of_points("demand")
    if observe.pipeline:
        yield from _lines_due(level)


def _lines_due(level: Level) -> Iterator[Entry]:
    several = level.share_until is not None
    for transit in level.transits:
        mine = [level.lines[row] for row in np.arange(len(level.lines))[transit.lines].tolist()]
        for ahead in range(transit.lead_time):
            for line in mine:
                source = f"_from_{line.source}" if several else ""
                yield Entry(f"due_in_{ahead}{source}", line.destination, line.sku, 0.0, MOST)


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
