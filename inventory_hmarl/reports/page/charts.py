"""Where the lines and boxes of each chart stand: plain numbers and paths for the template."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from inventory_hmarl.core.arrays import Array

WIDTH, LEFT, RIGHT = 920, 70, 20
MOST_POINTS = 400  # of a line: more cannot be seen
COLOURS = (
    *("#0b6fa4", "#b5482a", "#4d7c0f", "#7a4fa3", "#8a6d00", "#555555", "#b03070"),
    *("#1f7a6d", "#6b4226"),
)


@dataclass(frozen=True)
class Tick:
    """A mark of an axis."""

    place: float
    text: str


@dataclass(frozen=True)
class Curve:
    """A line with its band."""

    name: str
    colour: str
    line: str
    band: str


@dataclass(frozen=True)
class Lines:
    """A chart of curves over days."""

    height: float
    curves: Sequence[Curve]
    across: Sequence[Tick]
    up: Sequence[Tick]
    warmup: float = 0.0  # where the warm-up ends


@dataclass(frozen=True)
class Piece:
    """A part of a bar."""

    start: float
    width: float
    colour: str
    title: str


@dataclass(frozen=True)
class Bar:
    """A bar with its name on the left, its total on the right, and a whisker where it has one."""

    name: str
    top: float
    pieces: Sequence[Piece]
    text: str
    end: float
    whisker: tuple[float, float] | None = None


@dataclass(frozen=True)
class Bars:
    """A chart of bars."""

    height: float
    zero: float
    bars: Sequence[Bar]
    legend: Sequence[tuple[str, str]] = ()


def ticks(low: float, high: float, wanted: int = 5) -> list[float]:
    """Return round numbers between two numbers.

    >>> ticks(0, 97)
    [0.0, 20.0, 40.0, 60.0, 80.0]
    """
    if not high > low:
        return [low]
    raw = (high - low) / wanted
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(power * each for each in (1, 2, 5, 10) if power * each >= raw)
    first = math.ceil(low / step - 1e-9)
    last = math.floor(high / step + 1e-9)
    return [round(number * step, 10) for number in range(first, last + 1)]


def short(value: float) -> str:
    """Return a number that fits beside an axis.

    >>> short(1234567), short(12500), short(0.5), short(20)
    ('1.2M', '12.5k', '0.5', '20')
    """
    for limit, sign in ((1e9, "G"), (1e6, "M"), (1e4, "k")):
        if abs(value) >= limit:
            unit = {"G": 1e9, "M": 1e6, "k": 1e3}[sign]
            return f"{value / unit:.1f}".removesuffix(".0") + sign
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def lines(
    series: Mapping[str, Array], *, share: bool = False, height: float = 240, warmup: int = 0
) -> Lines:
    """Return a chart of series `(days, R)`: the mean, and the band that holds 90 % of them."""
    spread = {name: _spread(values) for name, values in series.items()}
    known = np.concatenate([each.ravel() for each in spread.values()])
    known = known[np.isfinite(known)]
    low = 0.0 if not share else min(math.floor(10 * float(known.min(initial=1.0))) / 10, 0.9)
    high = 1.0 if share else 1.05 * float(known.max(initial=1.0))
    days = max(values.shape[0] for values in series.values())

    def x(day: float) -> float:
        return float(LEFT + (WIDTH - LEFT - RIGHT) * (day - 1) / max(days - 1, 1))

    def y(value: float) -> float:
        return float(10 + (height - 40) * (high - value) / (high - low))

    curves = [
        _curve(name, COLOURS[place % len(COLOURS)], each, x, y)
        for place, (name, each) in enumerate(spread.items())
    ]
    up = [
        Tick(y(value), f"{100 * value:.4g} %" if share else short(value))
        for value in ticks(low, high)
    ]
    across = [Tick(x(day), f"{day:.0f}") for day in (1, *ticks(2, days, 8))]
    return Lines(height, curves, across, up, x(warmup) if warmup else 0.0)


def _spread(values: Array) -> Array:
    """Return low, mean and high of each day over replications, `(3, days)`."""
    empty = np.asarray(np.isnan(values).all(axis=1))
    filled = np.where(empty[:, None], 0.0, values)
    low, high = np.nanquantile(filled, [0.05, 0.95], axis=1)
    found = np.stack([low, np.nanmean(filled, axis=1), high])
    found[:, empty] = np.nan
    return found


def _curve(name: str, colour: str, spread: Array, x: object, y: object) -> Curve:
    assert callable(x)
    assert callable(y)
    days = np.arange(1, spread.shape[1] + 1)
    step = max(1, math.ceil(days.size / MOST_POINTS))
    kept = np.flatnonzero(np.isfinite(spread[1]))[::step]

    def path(row: int, order: Sequence[int]) -> str:
        return " ".join(f"{x(days[i]):.1f},{y(spread[row, i]):.1f}" for i in order)

    forward = kept.tolist()
    band = f"{path(2, forward)} {path(0, forward[::-1])}"
    return Curve(name, colour, path(1, forward), band)


@dataclass(frozen=True)
class Amount:
    """What a bar shows: its parts, and half the width of its interval."""

    name: str
    parts: Sequence[float]
    text: str
    half_width: float | None = None
    titles: Sequence[str] = field(default_factory=tuple)


def bars(
    amounts: Sequence[Amount], legend: Sequence[str] = (), *, left: float = 190, room: float = 210
) -> Bars:
    """Return a chart of horizontal bars, from a common zero."""
    spread = [each.half_width or 0.0 for each in amounts]
    ends = [sum(each.parts) for each in amounts]
    high = max([0.0, *(end + half for end, half in zip(ends, spread, strict=True))])
    low = min([0.0, *(end - half for end, half in zip(ends, spread, strict=True))])
    scale = (WIDTH - left - room) / ((high - low) or 1.0)

    def x(value: float) -> float:
        return left + (value - low) * scale

    made = []
    for place, each in enumerate(amounts):
        half, end = each.half_width, ends[place]
        whisker = None if half is None else (x(end - half), x(end + half))
        pieces = _pieces(each, x)
        furthest = max(x(end), x(0), whisker[1] if whisker else 0)
        made.append(Bar(each.name, 8 + 26 * place, pieces, each.text, furthest, whisker))
    names = [(name, COLOURS[place % len(COLOURS)]) for place, name in enumerate(legend)]
    return Bars(16 + 26 * len(amounts), x(0), made, names)


def _pieces(amount: Amount, x: object) -> list[Piece]:
    assert callable(x)
    pieces, start = [], 0.0
    for place, part in enumerate(amount.parts):
        begin, end = sorted((x(start), x(start + part)))
        title = amount.titles[place] if amount.titles else amount.name
        pieces.append(Piece(begin, end - begin, COLOURS[place % len(COLOURS)], title))
        start += part
    return pieces


# --- the chain -------------------------------------------------------------------------------

MOST_NODES = 10  # of a column; the rest is one box
BOX_WIDTH, BOX_HEIGHT, GAP = 190, 58, 14


@dataclass(frozen=True)
class Box:
    """A location of the drawing, or all that there is no room for."""

    name: str
    notes: Sequence[str]
    left: float
    top: float


@dataclass(frozen=True)
class Flow:
    """A lane of the drawing."""

    path: str
    width: float
    title: str


@dataclass(frozen=True)
class Chain:
    """The drawing of a chain."""

    height: float
    boxes: Sequence[Box]
    flows: Sequence[Flow]


def chain(
    columns: Sequence[Mapping[str, Sequence[str]]], flows: Mapping[tuple[str, str], Amount]
) -> Chain:
    """Return the drawing of columns of locations, sources on the left, and what flows a day."""
    boxes: list[Box] = []
    place: dict[str, tuple[float, float]] = {}
    shown = [min(len(column), MOST_NODES + 1) for column in columns]
    height = max(shown) * (BOX_HEIGHT + GAP) + GAP
    room = (WIDTH - BOX_WIDTH - 4) / max(len(columns) - 1, 1)
    for number, column in enumerate(columns):
        names = list(column)
        left = 2 + room * number
        top = (height - shown[number] * (BOX_HEIGHT + GAP) + GAP) / 2
        named = names if len(names) <= MOST_NODES + 1 else names[:MOST_NODES]
        for row, name in enumerate(named):
            y = top + row * (BOX_HEIGHT + GAP)
            boxes.append(Box(name, column[name], left, y))
            place[name] = (left, y)
        if len(named) < len(names):
            y = top + MOST_NODES * (BOX_HEIGHT + GAP)
            more = len(names) - len(named)
            boxes.append(Box(f"{more:,} more", ["see the table of locations"], left, y))
            place |= dict.fromkeys(names[MOST_NODES:], (left, y))
    return Chain(height, boxes, _flows(place, flows))


def _flows(
    place: Mapping[str, tuple[float, float]], flows: Mapping[tuple[str, str], Amount]
) -> list[Flow]:
    """Return a line for each lane; lanes between the same boxes are one."""
    found: dict[tuple[tuple[float, float], tuple[float, float]], list[Amount]] = {}
    for (source, destination), amount in flows.items():
        found.setdefault((place[source], place[destination]), []).append(amount)
    sums = {ends: sum(sum(each.parts) for each in lanes) for ends, lanes in found.items()}
    most = max(sums.values(), default=0.0) or 1.0
    made = []
    for (start, end), lanes in found.items():
        x1, y1 = start[0] + BOX_WIDTH, start[1] + BOX_HEIGHT / 2
        x2, y2 = end[0], end[1] + BOX_HEIGHT / 2
        middle = (x1 + x2) / 2
        path = f"M{x1:.1f},{y1:.1f} C{middle:.1f},{y1:.1f} {middle:.1f},{y2:.1f} {x2:.1f},{y2:.1f}"
        width = 1 + 13 * sums[start, end] / most
        alone = f"{lanes[0].name}: {lanes[0].text}"
        made.append(Flow(path, width, alone if len(lanes) == 1 else f"{len(lanes):,} lanes"))
    return made
