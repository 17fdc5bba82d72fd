"""One day of the chain, as pure functions on arrays.

The order of a day, which `sell`, `replenish` and `step` follow:

1. **Demand** arrives at the locations that sell.
2. **Sales**: waiting customers first, then today's, from stock. What is missing is lost or waits.
   A store is charged holding cost on what is left, and the penalty on units lost or waiting.
   What has been on the shelf of a store for its whole life expires before that.
3. **Store orders**: each decision sees the stock after sales.
4. **Warehouses ship** what they owe and today's orders, by their allocation rule when short. What
   they cannot ship stays owed, or is dropped. What has reached its age expires, and they are
   charged holding cost on what is left.
5. **Warehouse orders**; with more echelons, 4 and 5 repeat upward, and suppliers ship last.
6. **Deliveries**: what was shipped `lead_time` days ago arrives, and can be used from tomorrow.
7. **Flows** are complete.

`selling` holds steps 1 and 2, `ordering` 3 and 5, `shipping` 4, `moving` 6; `desk` is what they
share, `ageing` what becomes of stock that spoils. A location may take another order of the day:
`opening` receives in the morning, `early` orders before it ships, and `moving` charges holding cost
before outflows.
"""

from __future__ import annotations

from inventory_hmarl.core.day.ageing import aged, issued
from inventory_hmarl.core.day.desk import Decide, Desk, Shares
from inventory_hmarl.core.day.early import known_early, see_early
from inventory_hmarl.core.day.moving import receive
from inventory_hmarl.core.day.ordering import place
from inventory_hmarl.core.day.selling import sell
from inventory_hmarl.core.day.shipping import serve, serve_all
from inventory_hmarl.core.network import Network
from inventory_hmarl.core.state import Chance, Flows, LevelSales, LevelShipments, Memory, State

__all__ = ["Decide", "Desk", "Shares", "desk_before", "replenish", "sell", "step"]


def step(network: Network, state: State, decide: Decide, chance: Chance) -> tuple[State, Flows]:
    """Return the state at the end of the next day, and what happened on it."""
    state, sales = sell(network, state, chance)
    state, shipments = replenish(network, state, sales, decide, chance)
    return state, Flows(sales, shipments)


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
    desk = Desk(network, state, sales, chance)
    memory = [
        _take_turn(desk, number, decide, state.memory[number], shares)
        for number in range(len(desk.trays))
    ]
    for stage in network.supplier_stages:
        if stage.capacity is None:
            serve_all(desk, stage)
        else:
            capacity = stage.capacity
            if stage.limits is not None and desk.lasting is not None:
                capacity = stage.limits.least(desk.lasting, capacity)  # before any of it is kept
            shape = (capacity.shape[0], desk.trays[0].on_hand.shape[-1])
            serve(desk, stage, desk.library.broadcast_to(capacity, shape))
    levels, shipments = [], []
    for tray in desk.trays:
        record, moved = receive(desk, tray)
        levels.append(record)
        shipments.append(moved)
    return State(desk.day, tuple(levels), tuple(memory), desk.disrupted), tuple(shipments)


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

    Its own stock is not yet shipped.
    """
    desk = Desk(network, state, sales, chance)
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
        early = None if tray.level.orders_before is None else known_early(desk, stage, tray)
        sent, tray.owed_to_others = serve(desk, stage, tray.on_hand, claims)
        tray.on_hand = tray.on_hand - sent
        if (shelf := tray.level.shelf) is not None:
            assert tray.ages is not None
            ages = issued(shelf, tray.ages, sent, whole_units=desk.network.whole_units)
            tray.expired, tray.ages = aged(shelf, ages, tray.on_hand)
            tray.on_hand = tray.on_hand - tray.expired
    tray.position = tray.standing = tray.inventory_position()
    if number > 0 and early is not None:
        see_early(desk, stage, tray, early)
    orders, remembered = decide(number, desk, memory)
    place(desk, tray, orders)
    return remembered
