"""What lies on the table while the day's orders are made, and what a decision sees of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, TypeAlias

from inventory_hmarl.core.arrays import Array, Ring, constant, join, namespace, take
from inventory_hmarl.core.disruptions import Trouble, go_on, of_day
from inventory_hmarl.core.network import Level, Network, Stage
from inventory_hmarl.core.state import Chance, LevelSales, LevelState, Memory, State, View
from inventory_hmarl.core.supply import Supply


class LaneChoice(NamedTuple):
    """Which lines a decision wants its orders on: from which unit of an order to which.

    An order fills its lines in turn, so that one that is cut loses what came last, and the last
    line, whose end is infinite, takes what others add.
    """

    start: Array  # (L, R) units of the order that other lines take first
    end: Array  # (L, R) units
    chosen: Array  # (L, 1) bool; where False, the lanes' shares divide the order


class Seen(NamedTuple):
    """What a level's decision sees that is not so any more, where some order before they ship."""

    on_hand: Array  # (P, R) units
    ages: Array | None  # (A, Q, R) of stock that spoils
    asked: Array  # (P, R) what was ordered there since its last decision


class Tray:
    """A level's part of the desk: its stock, which changes in the course of the day, and papers."""

    __slots__ = (
        "ages",
        "asked",
        "choice",
        "delays",
        "doomed",
        "dropped",
        "expired",
        "fails",
        "handed",
        "level",
        "on_hand",
        "on_order",
        "ordered",
        "owed_to_others",
        "position",
        "posted",
        "queued",
        "record",
        "sales",
        "seen",
        "servable",
        "shipped",
        "sound",
        "standing",
        "trouble",
    )

    position: Array  # that the decision sees: before the day's orders
    standing: Array  # the same, once it has shipped
    ordered: Array  # lines
    handed: Array  # lines that sources see today for the first time
    posted: Array | None  # lines that they see tomorrow; None: there are none
    doomed: Array  # where orders may fail: lines ordered today that will be reported failed
    sound: Array  # the other lines ordered today
    queued: Array  # lines: sound ones and what is owed, as the sources see them
    servable: Array  # those of them that may leave today

    def __init__(
        self, level: Level, record: LevelState, sales: LevelSales | None, fails: Array | None
    ) -> None:
        self.level, self.record, self.sales, self.fails = level, record, sales, fails
        self.trouble: Trouble | None = None
        self.delays: Array | None = None  # lines: days on top of the least lead time
        self.on_hand, self.on_order = record.on_hand, record.on_order
        self.ages, self.expired = record.ages, None if sales is None else sales.expired
        self.owed_to_others: Array | None = None
        self.choice: LaneChoice | None = None
        self.seen: Seen | None = None
        self.asked: Array | None = record.asked
        self.shipped: list[Array] = []  # lines, stage by stage
        self.dropped: list[Array] = []

    def inventory_position(self) -> Array:
        """Return on hand - waiting - owed to other locations + on order, `(P, R)`."""
        position = self.on_hand + self.on_order
        if (waiting := self.record.waiting) is not None:
            position = position - waiting
        if self.owed_to_others is not None:
            position = position - self.owed_to_others
        return position


def troubles_of(
    network: Network, state: State, supply: Supply
) -> tuple[Array | None, Array | None, tuple[Trouble, ...]]:
    """Return what today's disruptions are, and do to each level: all that there is, or none.

    That is the days that those at random last from today on, `(C, R)`, and which last today.
    """
    if (troubles := network.disruptions) is None:
        return None, None, ()
    left = go_on(troubles, state.disrupted, supply.begins, supply.stays)
    return left, *of_day(troubles, state.day + 1, state.disrupted, left)


class Desk:
    """What lies on the table while the day's orders are made: the only mutable thing, and local.

    A decision reads it through `view`, which computes only what the policy asks to see.
    """

    __slots__ = (
        "day",
        "disrupted",
        "foreseen",
        "lasting",
        "library",
        "network",
        "noise",
        "nothing",
        "trays",
    )

    def __init__(
        self,
        network: Network,
        state: State,
        sales: tuple[LevelSales | None, ...],
        chance: Chance,
    ) -> None:
        self.network, supply = network, chance.supply
        self.day = state.day + 1
        self.library = namespace(state.levels[0].on_hand)
        dtype = state.levels[0].on_hand.dtype
        self.nothing, self.noise = constant(0.0, dtype), constant(network.noise, dtype)
        self.trays = list(map(Tray, network.levels, state.levels, sales, supply.fails))
        for tray, delays in zip(self.trays, supply.delays, strict=False):
            tray.delays = delays
        self.foreseen = chance.foreseen
        # Which disruptions last today: (C, R) or (C, 1).
        self.disrupted: Array | None = None
        self.lasting: Array | None = None
        if network.disruptions is not None:
            self.disrupted, self.lasting, hit = troubles_of(network, state, supply)
            for tray, trouble in zip(self.trays, hit, strict=False):
                tray.trouble = trouble

    def view(self, number: int, sees: frozenset[str]) -> View:
        """Return what the points of level `number` may see now."""
        tray = self.trays[number]
        on_hand = tray.on_hand if tray.seen is None else tray.seen.on_hand
        demand = self._demand(number) if "demand" in sees else None
        echelon = self._echelon_position(number) if "echelon_position" in sees else None
        arriving = self._arriving(number) if "arriving" in sees else None
        return View(
            self.day,
            on_hand,
            tray.record.waiting,
            tray.on_order,
            tray.position,
            demand,
            echelon,
            arriving,
            self._ages(number) if "ages" in sees else None,
            self.foreseen[number] if "foreseen" in sees else None,
        )

    def choose(self, number: int, choice: LaneChoice) -> None:
        """Say on which lines level `number` wants the orders that it decides next."""
        self.trays[number].choice = choice

    def lines(self, stage: Stage, column: str) -> Array:
        """Return a stage's lines, part by part, from a column of the trays."""
        if len(stage.parts) == 1:
            return take(getattr(self.trays[stage.parts[0].level], column), stage.parts[0].lines)
        parts = [take(getattr(self.trays[part.level], column), part.lines) for part in stage.parts]
        return join(parts, None)

    def asked(self, stage: Stage) -> Array:
        """Return what a stage's sources see ordered today, `(S, R)`."""
        return stage.customers.sum(self.lines(stage, "handed"))

    def owed_before(self, stage: Stage) -> Array:
        """Return what a stage owed on each line before today's orders, `(L, R)`.

        What came after yesterday's cut-off is among it.
        """
        lines = []
        for part in stage.parts:
            record = self.trays[part.level].record
            owed = record.owed
            assert owed is not None  # a location can be short, and then owes
            lines.append(take(owed if record.posted is None else owed + record.posted, part.lines))
        return join(lines, None)

    def holds_back(self, stage: Stage) -> bool:
        """Whether some of a stage's lines may not leave today."""
        trays = [self.trays[part.level] for part in stage.parts]
        return any(tray.servable is not tray.queued for tray in trays)

    def _demand(self, number: int) -> Array:
        asked = None
        if (sales := self.trays[number].sales) is not None:
            asked = sales.demand
        if number > 0:
            stage = self.network.stages[number - 1]
            seen = self.trays[number].seen
            received = self.asked(stage) if seen is None else seen.asked
            asked = received if asked is None else asked + received
        assert asked is not None  # what supplies nobody sells
        return asked

    def _arriving(self, number: int) -> Array:
        """Return what is due at each point on the evening of today, tomorrow, ..., `(P, D, R)`.

        What will be reported failed is among it, since nobody knows that yet.
        """
        level, record, library = self.trays[number].level, self.trays[number].record, self.library
        days = max(1, *(transit.lead_time for transit in level.transits))
        nothing = library.zeros_like(take(record.on_order, level.point_of_line))
        due = []
        for place, transit in enumerate(level.transits):
            parts = [take(nothing, transit.lines)[None]] * (days - transit.lead_time)
            if transit.lead_time:
                units = self._by_due_day(record.in_transit[place], transit.lead_time)
                if record.failing:
                    units = units + self._by_due_day(record.failing[place], transit.lead_time)
                parts.insert(0, units)
            due.append(library.moveaxis(library.concatenate(parts), 0, 1))
        lines = join(due, level.transit_order)
        summed = level.lines_of_point.sum(lines.reshape(lines.shape[0], -1))
        return summed.reshape(summed.shape[0], days, -1)

    def _ages(self, number: int) -> Array | None:
        """Return the stock that spoils by the days it has left, from one on, `(P, A, R)`."""
        tray = self.trays[number]
        ages = tray.ages if tray.seen is None else tray.seen.ages
        if ages is None or (shelf := tray.level.shelf) is None:
            return None
        ages = self.library.moveaxis(ages, 0, 1)
        spread = shelf.spread(ages.reshape(ages.shape[0], -1))
        return spread.reshape(spread.shape[0], *ages.shape[1:])

    def _by_due_day(self, ring: Ring, lead_time: int) -> Array:
        """Return a ring's slots `(lead_time, L, R)`, what is due today first."""
        return ring.slots().take((self.day + self.library.arange(lead_time)) % lead_time, axis=0)

    def _echelon_position(self, number: int) -> Array:
        positions = [tray.inventory_position() for tray in self.trays[: number + 1]]
        if self.network.cutoffs:  # what a source does not see yet is on order, and in its stock
            for level in range(1, number + 1):
                stage = self.network.stages[level - 1]
                unseen = stage.customers.sum(self.lines(stage, "posted"))
                positions[level] = positions[level] - unseen
        return self.network.levels[number].downstream.sum(join(positions, None))


Decide: TypeAlias = Callable[[int, Desk, Memory], tuple[Array, Memory]]
Shares: TypeAlias = tuple[Array | None, ...]  # (L, R) of what its source has, a stage; None: none
