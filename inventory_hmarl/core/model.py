"""All that a run needs, as frozen arrays: what a case is compiled to."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from inventory_hmarl.core.arrays import Array, Ring, fold, join, namespace, take
from inventory_hmarl.core.chance import words
from inventory_hmarl.core.decide import ByPolicy
from inventory_hmarl.core.demand import Demand
from inventory_hmarl.core.demand.foresight import Foresight
from inventory_hmarl.core.network import Level, Network, Shelf
from inventory_hmarl.core.state import LevelState, State
from inventory_hmarl.core.supply import Keys, Supply, draw_supply


@dataclass(frozen=True)
class LevelRates:
    """What things cost at one level, cost weights applied."""

    holding: Array  # (P,) money per unit and day
    stockout: Array  # (P,) money per unit lost, or waiting for a day
    ordering: Array  # (L,) money per order line
    expiry: Array  # (P,) money per unit that spoils
    overflow: Array  # (P,) money per unit of space above the location's, and day
    transfer: Array  # (P,) money per unit that another of a pool sent
    unit_cost: Array  # (L,) money per unit bought; 0 on lanes inside the chain
    unit_price: Array  # (P,) money per unit sold
    joint: Array  # (L,) money per order of all SKUs of a lane
    trip: Array  # (L,) money per trip
    carried: Array  # (L,) money per unit that leaves
    in_transit: Array  # (L,) money per unit on its way and day
    trip_co2: Array  # (L,) kg per trip
    carried_co2: Array  # (L,) kg per unit that leaves


@dataclass(frozen=True)
class LevelStart:
    """Stock of one level before day 1."""

    on_hand: Array  # (P, 1) units
    arriving: tuple[Array, ...]  # (lead_time, L of the transit, 1) units due on day 1, 2, ...
    at_door: Array | None = None  # (L, 1) units that come in on the first morning; None: none do


@dataclass(frozen=True)
class Model:
    """A case, compiled."""

    network: Network
    demand: Demand
    policies: ByPolicy
    rates: tuple[LevelRates, ...]
    start: tuple[LevelStart, ...]
    supply_names: Keys  # (2, rows) uint32, words of the names of what is drawn for supply
    supply_keys: Keys  # (2, rows, 1) uint32, under the seed
    days: int
    warmup_days: int
    foresight: Foresight | None = None  # None: no rule knows the future

    @property
    def days_ahead(self) -> int:
        """Days to be drawn beyond those that are run: an even number."""
        return 0 if self.foresight is None else self.foresight.ahead


@dataclass(frozen=True)
class ModelPart:
    """Some SKUs of a model, as a model of their own, and which rows of the whole they are."""

    model: Model
    points: tuple[Array, ...]  # (P,) rows of the whole's points, a level
    lines: tuple[Array, ...]  # (L,) rows of the whole's lines, a level


def initial_state(model: Model, replications: int) -> State:
    """Return the state before day 1, of `replications` chains that are alike."""
    levels = [
        _initial_level(level, start, replications, whole_units=model.network.whole_units)
        for level, start in zip(model.network.levels, model.start, strict=True)
    ]
    troubles = model.network.disruptions
    disrupted = (
        None
        if troubles is None or not troubles.at_random
        else np.zeros((troubles.begins.shape[0], replications))
    )
    return State(0, tuple(levels), model.policies.init(replications), disrupted)


def _initial_level(
    level: Level, start: LevelStart, replications: int, *, whole_units: bool
) -> LevelState:
    library = namespace(start.on_hand)

    def spread(column: Array) -> Array:
        return library.repeat(column, replications, axis=-1)

    points, lines = (len(level.points), replications), (len(level.lines), replications)
    coming = join([_sum(arriving) for arriving in start.arriving], level.transit_order)
    if start.at_door is not None:
        coming = coming + start.at_door
    return LevelState(
        on_hand=spread(start.on_hand),
        waiting=None if level.backordered is None else np.zeros(points),
        on_order=spread(level.lines_of_point.sum(coming)),
        owed=np.zeros(lines) if level.can_wait else None,
        in_transit=tuple(_ring(spread(arriving)) for arriving in start.arriving),
        failing=()
        if level.fail_probability is None
        else tuple(_ring(spread(0.0 * arriving)) for arriving in start.arriving),
        at_door=_at_door(level, start, lines),
        ages=None if (shelf := level.shelf) is None else spread(fresh(shelf, start.on_hand)),
        queue=None
        if (patience := level.patience) is None
        else spread(fresh(patience, 0.0 * start.on_hand)),
        latest=spread(_latest(level, start)) if _in_order(level) else None,
        asked=None if level.orders_before is None else np.zeros(points),
        goodwill=None if level.goodwill is None else np.ones(points),
        held=np.full(points, 0.5) if level.goodwill is not None and whole_units else None,
        joined=None if (due := level.due) is None else np.zeros((due.shape[0], *points)),
        posted=None if level.cutoff is None else np.zeros(lines),
    )


def _at_door(level: Level, start: LevelStart, lines: tuple[int, int]) -> Array | None:
    """Return what waits at the doors of a level before day 1; None where nothing ever does."""
    if not level.may_refuse:
        return None
    return np.zeros(lines) + (0.0 if start.at_door is None else start.at_door)


def fresh(shelf: Shelf, units: Array) -> Array:
    """Return the ages of stock with its whole life before it, `(P, 1) -> (A, Q, 1)`."""
    return shelf.enters * take(units, shelf.points)


def _in_order(level: Level) -> bool:
    return level.varying is not None and level.varying.in_order is not None


def _latest(level: Level, start: LevelStart) -> Array:
    """Return the days until the last of what is on its way before day 1 arrives, `(L, 1)`."""
    library, parts = namespace(start.on_hand), []
    for arriving in start.arriving:
        due = np.arange(1.0, arriving.shape[0] + 1)[:, None, None]
        parts.append(library.where(arriving > 0, due, 0.0).max(axis=0, initial=0.0))
    return join(parts, level.transit_order)


def _sum(arriving: Array) -> Array:
    """Return the units of all days, in one order whatever library; there may be no day."""
    return fold(arriving) if arriving.shape[0] else arriving.sum(axis=0)


def _ring(due: Array) -> Ring:
    """Put what is due on day 1, 2, ... `lead_time` into the slots that those days read."""
    lead_time = due.shape[0]
    return Ring(due[(slot - 1) % lead_time] for slot in range(lead_time))


def draw_days(model: Model, replications: Array, first_day: int, days: int) -> Supply:
    """Return what befalls supply on each day, for (R,) replications."""
    return draw_supply(
        model.network, model.supply_keys, lambda key: words(key, replications, first_day, days)
    )
