"""One day of the chain, as pure functions on arrays.

The order of a day, which `sell`, `replenish` and `step` follow:

1. **Demand** arrives at the locations that sell.
2. **Sales**: waiting customers first, then today's, from stock. What is missing is lost or waits.
   A store is charged holding cost on what is left, and the penalty on units lost or waiting.
3. **Store orders**: each decision sees the stock after sales.
4. **Warehouses ship** what they owe and today's orders, by their allocation rule when short. What
   they cannot ship stays owed, or is dropped. They are charged holding cost on what is left.
5. **Warehouse orders**; with more echelons, 4 and 5 repeat upward, and suppliers ship last.
6. **Deliveries**: what was shipped `lead_time` days ago arrives, and can be used from tomorrow.
7. **Flows** are complete.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from inventory_hmarl.core.allocation import AllocationRule, Shortage
from inventory_hmarl.core.arrays import (
    Array,
    Ring,
    constant,
    fold,
    join,
    namespace,
    replace_where,
    rounded,
    take,
)
from inventory_hmarl.core.chance import mix
from inventory_hmarl.core.network import Level, Network, Stage
from inventory_hmarl.core.state import (
    Chance,
    Flows,
    LevelSales,
    LevelShipments,
    LevelState,
    Memory,
    State,
    View,
)

Decide: TypeAlias = Callable[[int, "Desk", Memory], tuple[Array, Memory]]


def step(network: Network, state: State, decide: Decide, chance: Chance) -> tuple[State, Flows]:
    """Return the state at the end of the next day, and what happened on it."""
    state, sales = sell(network, state, chance)
    state, shipments = replenish(network, state, sales, decide, chance)
    return state, Flows(sales, shipments)


# --- steps 1 and 2 ---------------------------------------------------------------------------


def sell(
    network: Network, state: State, chance: Chance
) -> tuple[State, tuple[LevelSales | None, ...]]:
    """Return the state after the day's sales, and the sales of each level (steps 1 and 2)."""
    levels: list[LevelState] = list(state.levels)
    sales: list[LevelSales | None] = [None] * len(levels)
    for number, demand in enumerate(chance.demand):
        if demand is not None:
            sold = _sell_level(network.levels[number], levels[number], demand)
            levels[number], sales[number] = sold
    return State(state.day, tuple(levels), state.memory), tuple(sales)


def _sell_level(level: Level, record: LevelState, demand: Array) -> tuple[LevelState, LevelSales]:
    minimum, on_hand, waiting = namespace(demand).minimum, record.on_hand, record.waiting
    if level.backordered is None:
        sales = minimum(on_hand, demand)
        sold = LevelSales(demand, sales, sales, demand - sales, None)
    else:
        need = demand + waiting
        sales = minimum(on_hand, need)
        unmet = need - sales
        filled = demand - minimum(demand, unmet)
        waiting = unmet * level.backordered if level.loses else unmet
        sold = LevelSales(demand, sales, filled, unmet - waiting if level.loses else None, waiting)
    _, _, on_order, owed, in_transit, failing = record
    return LevelState(on_hand - sales, waiting, on_order, owed, in_transit, failing), sold


# --- steps 3 to 6 ----------------------------------------------------------------------------


class Tray:
    """A level's part of the desk: its stock, which changes in the course of the day, and papers."""

    __slots__ = (
        "doomed",
        "dropped",
        "fails",
        "level",
        "on_hand",
        "on_order",
        "ordered",
        "owed_to_others",
        "position",
        "queued",
        "record",
        "sales",
        "shipped",
        "sound",
    )

    position: Array  # before the day's orders
    ordered: Array  # lines
    doomed: Array  # where orders may fail: lines ordered today that will be reported failed
    sound: Array  # the other lines ordered today
    queued: Array  # lines: sound ones and what is owed, as the sources see them

    def __init__(
        self, level: Level, record: LevelState, sales: LevelSales | None, fails: Array | None
    ) -> None:
        self.level, self.record, self.sales, self.fails = level, record, sales, fails
        self.on_hand, self.on_order = record.on_hand, record.on_order
        self.owed_to_others: Array | None = None
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


class Desk:
    """What lies on the table while the day's orders are made: the only mutable thing, and local.

    A decision reads it through `view`, which computes only what the policy asks to see.
    """

    __slots__ = ("day", "library", "network", "noise", "nothing", "trays")

    def __init__(
        self,
        network: Network,
        state: State,
        sales: tuple[LevelSales | None, ...],
        fails: tuple[Array | None, ...],
    ) -> None:
        self.network = network
        self.day = state.day + 1
        self.library = namespace(state.levels[0].on_hand)
        dtype = state.levels[0].on_hand.dtype
        self.nothing, self.noise = constant(0.0, dtype), constant(network.noise, dtype)
        self.trays = list(map(Tray, network.levels, state.levels, sales, fails))

    def view(self, number: int, sees: frozenset[str]) -> View:
        """Return what the points of level `number` may see now."""
        tray = self.trays[number]
        demand = self._demand(number) if "demand" in sees else None
        echelon = self._echelon_position(number) if "echelon_position" in sees else None
        waiting = tray.record.waiting
        return View(self.day, tray.on_hand, waiting, tray.on_order, tray.position, demand, echelon)

    def lines(self, stage: Stage, column: str) -> Array:
        """Return a stage's lines, part by part, from a column of the trays."""
        if len(stage.parts) == 1:
            return take(getattr(self.trays[stage.parts[0].level], column), stage.parts[0].lines)
        parts = [take(getattr(self.trays[part.level], column), part.lines) for part in stage.parts]
        return join(parts, None)

    def asked_of(self, number: int) -> Array:
        """Return what the level below asks of the points of level `number` > 0, `(P, R)` units.

        What it owes and today's orders: before it ships.
        """
        stage = self.network.stages[number - 1]
        return stage.customers.sum(self.lines(stage, "queued"))

    def _demand(self, number: int) -> Array:
        asked = None
        if (sales := self.trays[number].sales) is not None:
            asked = sales.demand
        if number > 0:
            stage = self.network.stages[number - 1]
            received = stage.customers.sum(self.lines(stage, "ordered"))
            asked = received if asked is None else asked + received
        assert asked is not None  # what supplies nobody sells
        return asked

    def _echelon_position(self, number: int) -> Array:
        positions = [tray.inventory_position() for tray in self.trays[: number + 1]]
        return self.network.levels[number].downstream.sum(join(positions, None))


Shares: TypeAlias = tuple[Array | None, ...]  # (L, R) of what its source has, a stage; None: none


def replenish(
    network: Network,
    state: State,
    sales: tuple[LevelSales | None, ...],
    decide: Decide,
    chance: Chance,
    shares: Shares | None = None,
) -> tuple[State, tuple[LevelShipments, ...]]:
    """Return the state at the end of the day, and each level's orders and moves (steps 3 to 6).

    `decide(level, desk, memory of the level) -> (orders (P, R), memory)` is asked once a level,
    stores first. With `shares`, each line has a first claim to a share of what its source has;
    what is left is handed out by the allocation rule.
    """
    desk = Desk(network, state, sales, chance.fails)
    memory = [
        _take_turn(desk, number, decide, state.memory[number], shares)
        for number in range(len(desk.trays))
    ]
    for stage in network.supplier_stages:
        if stage.capacity is None:
            _serve_all(desk, stage)
        else:
            shape = (stage.capacity.shape[0], desk.trays[0].on_hand.shape[-1])
            _serve(desk, stage, desk.library.broadcast_to(stage.capacity, shape))
    levels, shipments = [], []
    for tray in desk.trays:
        record, moved = _receive(desk, tray)
        levels.append(record)
        shipments.append(moved)
    return State(desk.day, tuple(levels), tuple(memory)), tuple(shipments)


def desk_before(
    network: Network,
    state: State,
    sales: tuple[LevelSales | None, ...],
    decide: Decide,
    chance: Chance,
    number: int,
    shares: Shares | None = None,
) -> Desk:
    """Return the desk as level `number` finds it: the levels below have ordered.

    Its own stock is not yet shipped: `asked_of` says what is asked of it.
    """
    desk = Desk(network, state, sales, chance.fails)
    for lower in range(number):
        _take_turn(desk, lower, decide, state.memory[lower], shares)
    return desk


def _take_turn(
    desk: Desk, number: int, decide: Decide, memory: Memory, shares: Shares | None
) -> Memory:
    """Steps 3 or 4 and 5 at one level: ship, decide, order; return what it remembers."""
    tray = desk.trays[number]
    if number > 0:
        stage = desk.network.stages[number - 1]
        claims = None if shares is None else shares[number - 1]
        sent, tray.owed_to_others = _serve(desk, stage, tray.on_hand, claims)
        tray.on_hand = tray.on_hand - sent
    tray.position = tray.inventory_position()
    orders, remembered = decide(number, desk, memory)
    _place(desk, tray, orders)
    return remembered


def _place(desk: Desk, tray: Tray, orders: Array) -> None:
    """Step 3 or 5: clip the orders, split them over the lines, and hand them to the sources."""
    level, library, whole_units = tray.level, desk.library, desk.network.whole_units
    if level.max_inventory is not None:
        room = library.maximum(level.max_inventory - tray.position, desk.nothing)
        orders = library.minimum(orders, room)
    if not whole_units:
        orders = orders * (abs(orders) >= desk.noise)
    tray.on_order = tray.on_order + orders
    lines = orders
    if level.share_until is not None and level.share_from is not None:
        whole = take(orders, level.point_of_line)
        if whole_units:
            until = library.floor(rounded(whole * level.share_until) + 0.5)
            lines = until - library.floor(rounded(whole * level.share_from) + 0.5)
        else:
            lines = rounded(whole * (level.share_until - level.share_from))
    tray.ordered = tray.sound = lines
    if tray.fails is not None:
        # A product, since it takes half the time of `where` with few replications.
        tray.doomed = lines * tray.fails.astype(lines.dtype)
        tray.sound = lines - tray.doomed
    owed = tray.record.owed
    tray.queued = tray.sound if owed is None else tray.sound + owed


def _serve(
    desk: Desk, stage: Stage, available: Array, shares: Array | None = None
) -> tuple[Array, Array]:
    """Step 4: ship a stage's lines from what is available; return what each source sent, and owes.

    Both are `(S, R)`.
    """
    lines = desk.lines(stage, "queued")
    if shares is None:
        sent, owed, shipped = _serve_blocks(desk, stage, lines, available)
    else:
        claimed = _claimed(desk, stage, lines, shares, available)
        first = stage.customers.sum(claimed)
        sent, owed, shipped = _serve_blocks(desk, stage, lines - claimed, available - first)
        sent, shipped = sent + first, shipped + claimed
    if len(stage.parts) == 1:
        desk.trays[stage.parts[0].level].shipped.append(shipped)
    else:
        for part in stage.parts:
            desk.trays[part.level].shipped.append(shipped[part.place])
    if stage.keeps is not None:
        dropped = (lines - shipped) * (1.0 - stage.keeps)
        _drop(desk, stage, dropped)
        owed = owed - stage.customers.sum(dropped)
    return sent, owed


def _claimed(desk: Desk, stage: Stage, lines: Array, shares: Array, available: Array) -> Array:
    """Return what each line has a first claim to and asks for, `(L, R)`: its share, whole units."""
    entitled = rounded(shares * take(available, stage.source_of_line))
    if desk.network.whole_units:
        entitled = desk.library.floor(entitled)
    return desk.library.minimum(lines, entitled)


def _serve_blocks(
    desk: Desk, stage: Stage, lines: Array, available: Array
) -> tuple[Array, Array, Array]:
    """Return what each source sent, and did not send, `(S, R)`, and each line's share of it."""
    customers = stage.customers
    if customers.alike:
        (block,), (rule,), (ties,) = customers.blocks, stage.rules, stage.tie_keys
        need = lines.reshape(block.size, block.count, -1)
        return _serve_block(desk, need, available, ties, rule)
    served = [
        _serve_block(desk, block.members(lines), take(available, block.segments), ties, rule)
        for block, rule, ties in zip(customers.blocks, stage.rules, stage.tie_keys, strict=True)
    ]
    sent, unfilled, shipped = zip(*served, strict=True)
    return customers.gather(sent), customers.gather(unfilled), join(shipped, stage.line_order)


def _serve_block(
    desk: Desk, need: Array, available: Array, tie_keys: Array, rule: AllocationRule
) -> tuple[Array, Array, Array]:
    """Ship one block (C, S, R): all that is asked for where there is enough, else by the rule.

    Return the units that leave each source and those asked for and not sent, `(S, R)`, and the
    units sent on each line, `(C * S, R)`.
    """
    library = desk.library
    total = fold(need)
    sent = library.minimum(total, available)

    def ration(columns: Array, given: Array, segment: Array) -> Array:
        def tie() -> Array:
            day = library.asarray([desk.day]).astype(library.uint32)
            return mix(library.asarray(tie_keys).take(segment, axis=1) ^ mix(day))

        return rule(Shortage(columns, given, tie, desk.network.whole_units))

    shipped = replace_where(total > available, need, ration, available)
    return sent, total - sent, shipped.reshape(-1, need.shape[-1])


def _serve_all(desk: Desk, stage: Stage) -> None:
    """Ship whatever is asked for: a supplier without a limit."""
    for part in stage.parts:
        tray = desk.trays[part.level]
        lines = take(tray.queued, part.lines)
        tray.shipped.append(lines)
        if stage.keeps is not None:
            tray.dropped.append(desk.library.zeros_like(lines))


def _drop(desk: Desk, stage: Stage, dropped: Array) -> None:
    """Strike dropped lines off their customers' orders."""
    for part in stage.parts:
        tray, lines = desk.trays[part.level], dropped[part.place]
        tray.dropped.append(lines)
        tray.on_order = tray.on_order - part.points.sum(lines)


def _receive(desk: Desk, tray: Tray) -> tuple[LevelState, LevelShipments]:
    """Step 6: what is due arrives, or is reported failed."""
    level, before, day, ordered = tray.level, tray.record, desk.day, tray.ordered
    shipped = join(tray.shipped, level.source_order)
    arrived, in_transit = _move(level, before.in_transit, shipped, day)
    received = level.lines_of_point.sum(arrived)
    on_order = tray.on_order - received
    placed = ordered > desk.nothing
    in_full = placed if tray.fails is None else tray.sound > desk.nothing
    owed, dropped, failed, failing = None, None, None, before.failing
    if level.can_wait:
        owed = tray.queued - shipped
        in_full = in_full & (owed <= desk.noise)
    if tray.dropped:
        dropped = join(tray.dropped, level.source_order)
        owed = None if owed is None else owed - dropped
    if tray.fails is not None:
        failed, failing = _move(level, failing, tray.doomed, day)
        on_order = on_order - level.lines_of_point.sum(failed)
    on_hand = tray.on_hand + received
    return (
        LevelState(on_hand, before.waiting, on_order, owed, in_transit, failing),
        LevelShipments(
            tray.on_hand,
            tray.position,
            ordered,
            placed,
            shipped,
            arrived,
            in_full,
            dropped,
            failed,
        ),
    )


def _move(
    level: Level, rings: tuple[Ring, ...], entering: Array, day: int
) -> tuple[Array, tuple[Ring, ...]]:
    """Put what enters a level's lanes today into its rings; return what leaves them."""
    if len(rings) == 1:
        due, renewed = _pass(rings[0], level.transits[0].lead_time, entering, day)
        return due, (renewed,)
    leaving, kept = [], []
    for transit, ring in zip(level.transits, rings, strict=True):
        due, renewed = _pass(ring, transit.lead_time, take(entering, transit.lines), day)
        leaving.append(due)
        kept.append(renewed)
    return join(leaving, level.transit_order), tuple(kept)


def _pass(ring: Ring, lead_time: int, entering: Array, day: int) -> tuple[Array, Ring]:
    """Put what enters today into a ring; return what leaves it, and the ring."""
    return ring.swap(day % lead_time, entering) if lead_time else (entering, ring)
