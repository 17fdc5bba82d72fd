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
from typing import NamedTuple, TypeAlias

from inventory_hmarl.core.allocation import AllocationRule, Shortage
from inventory_hmarl.core.arrays import (
    Array,
    Ring,
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
    levels: list[LevelState] = []
    sales: list[LevelSales | None] = []
    for level, record, demand in zip(network.levels, state.levels, chance.demand, strict=True):
        if demand is None:
            levels.append(record)
            sales.append(None)
        else:
            sold = _sell_level(level, record, demand)
            on_hand = record.on_hand - sold.sales
            levels.append(LevelState(on_hand, sold.waiting, *record[2:]))
            sales.append(sold)
    return State(state.day, tuple(levels), state.memory), tuple(sales)


def _sell_level(level: Level, record: LevelState, demand: Array) -> LevelSales:
    minimum = namespace(demand).minimum
    if level.backordered is None:
        sales = minimum(record.on_hand, demand)
        return LevelSales(demand, sales, sales, demand - sales, None)
    need = demand + record.waiting
    sales = minimum(record.on_hand, need)
    unmet = need - sales
    filled = demand - minimum(demand, unmet)
    waiting = unmet * level.backordered if level.loses else unmet
    return LevelSales(demand, sales, filled, unmet - waiting if level.loses else None, waiting)


# --- steps 3 to 6 ----------------------------------------------------------------------------


class Desk:
    """What lies on the table while the day's orders are made: the only mutable thing, and local.

    A decision reads it through `view`, which computes only what the policy asks to see.
    """

    def __init__(
        self, network: Network, state: State, sales: tuple[LevelSales | None, ...]
    ) -> None:
        self.network = network
        self.day = state.day + 1
        self.sales = sales
        self.on_hand = [record.on_hand for record in state.levels]
        self.waiting = [record.waiting for record in state.levels]
        self.on_order = [record.on_order for record in state.levels]
        self.owed_to_others: list[Array | None] = [None] * len(network.levels)
        self.position: list[Array] = []  # of each level, before its orders
        self.ordered: list[Array] = []  # lines
        self.queued: list[Array] = []  # lines: owed and ordered today, as the sources see them
        self.shipped: list[list[Array]] = [[] for _ in network.levels]
        self.dropped: list[list[Array]] = [[] for _ in network.levels]

    def inventory_position(self, number: int) -> Array:
        """Return on hand - waiting - owed to other locations + on order, `(P, R)`."""
        position = self.on_hand[number] + self.on_order[number]
        for claim in (self.waiting[number], self.owed_to_others[number]):
            if claim is not None:
                position = position - claim
        return position

    def view(self, number: int, sees: frozenset[str]) -> View:
        """Return what the points of level `number` may see now."""
        return View(
            self.day,
            self.on_hand[number],
            self.waiting[number],
            self.on_order[number],
            self.position[number],
            self._demand(number) if "demand" in sees else None,
            self._echelon_position(number) if "echelon_position" in sees else None,
        )

    def _demand(self, number: int) -> Array:
        asked = None
        if (sales := self.sales[number]) is not None:
            asked = sales.demand
        if number > 0:
            stage = self.network.stages[number - 1]
            lines = join([take(self.ordered[p.level], p.lines) for p in stage.parts], None)
            received = stage.customers.sum(lines)
            asked = received if asked is None else asked + received
        assert asked is not None  # what supplies nobody sells
        return asked

    def _echelon_position(self, number: int) -> Array:
        positions = [self.inventory_position(lower) for lower in range(number + 1)]
        return self.network.levels[number].downstream.sum(join(positions, None))


def replenish(
    network: Network,
    state: State,
    sales: tuple[LevelSales | None, ...],
    decide: Decide,
    chance: Chance,
) -> tuple[State, tuple[LevelShipments, ...]]:
    """Return the state at the end of the day, and each level's orders and moves (steps 3 to 6).

    `decide(level, desk, memory) -> (orders (P, R), memory)` is asked once a level, stores first.
    """
    desk, memory = Desk(network, state, sales), state.memory
    for number, level in enumerate(network.levels):
        if number > 0:
            _ship_level(desk, number)
        desk.position.append(desk.inventory_position(number))
        orders, memory = decide(number, desk, memory)
        _place(desk, number, level, orders, state.levels[number], chance.fails[number])
    for stage in network.supplier_stages:
        if stage.capacity is None:
            _serve_all(desk, stage)
        else:
            _serve(desk, stage, stage.capacity)
    records, shipments = [], []
    for number, level in enumerate(network.levels):
        record, moved = _receive(desk, number, level, state.levels[number], chance.fails[number])
        records.append(record)
        shipments.append(moved)
    return State(desk.day, tuple(records), memory), tuple(shipments)


def _place(
    desk: Desk, number: int, level: Level, orders: Array, record: LevelState, fails: Array | None
) -> None:
    """Step 3 or 5: clip the orders, split them over the lines, and hand them to the sources."""
    library = namespace(orders)
    if level.max_inventory is not None:
        room = library.maximum(level.max_inventory - desk.position[number], 0.0)
        orders = library.minimum(orders, room)
    if not desk.network.whole_units:
        orders = orders * (abs(orders) >= desk.network.noise)
    desk.on_order[number] = desk.on_order[number] + orders
    lines = orders
    if level.share_until is not None and level.share_from is not None:
        whole = take(orders, level.point_of_line)
        if desk.network.whole_units:
            until = library.floor(rounded(whole * level.share_until) + 0.5)
            lines = until - library.floor(rounded(whole * level.share_from) + 0.5)
        else:
            lines = rounded(whole * (level.share_until - level.share_from))
    desk.ordered.append(lines)
    queued = lines if fails is None else library.where(fails, 0.0, lines)
    desk.queued.append(queued if record.owed is None else queued + record.owed)


def _ship_level(desk: Desk, number: int) -> None:
    """Step 4: the locations of a level ship from stock."""
    sent, owed = _serve(desk, desk.network.stages[number - 1], desk.on_hand[number])
    desk.on_hand[number] = desk.on_hand[number] - sent
    desk.owed_to_others[number] = owed


class _Served(NamedTuple):
    sent: Array  # (S, R) units that leave each source
    unfilled: Array  # (S, R) units asked for and not sent
    lines: Array  # (C * S, R) units sent on each line


def _serve(desk: Desk, stage: Stage, available: Array) -> tuple[Array, Array]:
    """Ship a stage's lines from what is available; return what each source sent, and owes."""
    lines = join([take(desk.queued[part.level], part.lines) for part in stage.parts], None)
    served = _serve_limited(desk, stage, lines, available)
    for part in stage.parts:
        desk.shipped[part.level].append(served.lines[part.place])
    owed = served.unfilled
    if stage.keeps is not None:
        dropped = (lines - served.lines) * (1.0 - stage.keeps)
        _drop(desk, stage, dropped)
        owed = owed - stage.customers.sum(dropped)
    return served.sent, owed


def _serve_limited(desk: Desk, stage: Stage, lines: Array, available: Array) -> _Served:
    """Ship a stage's lines from limited stock, block by block."""
    blocks = [
        _serve_block(desk, block.members(lines), take(available, block.segments), ties, rule)
        for block, rule, ties in zip(
            stage.customers.blocks, stage.rules, stage.tie_keys, strict=True
        )
    ]
    return _Served(
        stage.customers.gather([block.sent for block in blocks]),
        stage.customers.gather([block.unfilled for block in blocks]),
        join([block.lines for block in blocks], stage.line_order),
    )


def _serve_block(
    desk: Desk, need: Array, available: Array, tie_keys: Array, rule: AllocationRule
) -> _Served:
    """Ship one block: all that is asked for where there is enough, else by the rule."""
    library = namespace(need)
    total = fold(need)
    size, count, replications = need.shape
    if available.shape != total.shape:
        available = library.broadcast_to(available, total.shape)
    sent = library.minimum(total, available)

    def ration(columns: Array, given: Array, segment: Array) -> Array:
        def tie() -> Array:
            day = library.asarray([desk.day]).astype(library.uint32)
            return mix(library.asarray(tie_keys).take(segment, axis=1) ^ mix(day))

        return rule(Shortage(columns, given, tie, desk.network.whole_units))

    shipped = replace_where(total > available, need, ration, available)
    return _Served(sent, total - sent, shipped.reshape(size * count, replications))


def _serve_all(desk: Desk, stage: Stage) -> None:
    """Ship whatever is asked for: a supplier without a limit."""
    for part in stage.parts:
        lines = take(desk.queued[part.level], part.lines)
        desk.shipped[part.level].append(lines)
        if stage.keeps is not None:
            desk.dropped[part.level].append(namespace(lines).zeros_like(lines))


def _drop(desk: Desk, stage: Stage, dropped: Array) -> None:
    """Strike dropped lines off their customers' orders."""
    for part in stage.parts:
        lines = dropped[part.place]
        desk.dropped[part.level].append(lines)
        desk.on_order[part.level] = desk.on_order[part.level] - part.points.sum(lines)


def _receive(
    desk: Desk, number: int, level: Level, record: LevelState, fails: Array | None
) -> tuple[LevelState, LevelShipments]:
    """Step 6: what is due arrives, or is reported failed."""
    shipped = join(desk.shipped[number], level.source_order)
    arrived, in_transit = _move(level, record.in_transit, shipped, desk.day)
    received = level.lines_of_point.sum(arrived)
    on_hand = desk.on_hand[number] + received
    on_order = desk.on_order[number] - received
    ordered = desk.ordered[number]
    in_full = ordered > 0.0
    owed, dropped, failed, failing = None, None, None, record.failing
    if level.can_wait:
        owed = desk.queued[number] - shipped
        in_full = in_full & (owed <= desk.network.noise)
    if desk.dropped[number]:
        dropped = join(desk.dropped[number], level.source_order)
        owed = None if owed is None else owed - dropped
    if fails is not None:
        in_full = in_full & ~fails
        doomed = namespace(ordered).where(fails, ordered, 0.0)
        failed, failing = _move(level, record.failing, doomed, desk.day)
        on_order = on_order - level.lines_of_point.sum(failed)
    moved = LevelShipments(
        desk.on_hand[number],
        desk.position[number],
        ordered,
        shipped,
        arrived,
        in_full,
        dropped,
        failed,
    )
    waiting = desk.waiting[number]
    return LevelState(on_hand, waiting, on_order, owed, in_transit, failing), moved


def _move(
    level: Level, rings: tuple[Ring, ...], entering: Array, day: int
) -> tuple[Array, tuple[Ring, ...]]:
    """Put what enters a level's lanes today into its rings; return what leaves them."""
    leaving, kept = [], []
    for transit, ring in zip(level.transits, rings, strict=True):
        mine = take(entering, transit.lines)
        if transit.lead_time:
            due, renewed = ring.swap(day % transit.lead_time, mine)
        else:
            due, renewed = mine, ring
        leaving.append(due)
        kept.append(renewed)
    return join(leaving, level.transit_order), tuple(kept)
