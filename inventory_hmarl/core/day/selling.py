"""Steps 1 and 2: demand arrives, and is sold from stock, lost, or waits."""

from __future__ import annotations

from inventory_hmarl.core.arrays import Array, namespace, rounded
from inventory_hmarl.core.day.ageing import aged, issued, stored
from inventory_hmarl.core.day.customers import overdue, remembered, who_come
from inventory_hmarl.core.day.opening import open_doors
from inventory_hmarl.core.day.pooling import lend
from inventory_hmarl.core.network import Level, Network
from inventory_hmarl.core.state import Chance, LevelSales, LevelState, State


def sell(
    network: Network, state: State, chance: Chance
) -> tuple[State, tuple[LevelSales | None, ...]]:
    """Return the state after the day's sales, and the sales of each level (steps 1 and 2).

    Where a location receives in the mornings, that comes first; then stores help each other out.
    """
    if network.mornings:
        state = open_doors(network, state, chance.supply)
    levels: list[LevelState] = list(state.levels)
    sales: list[LevelSales | None] = [None] * len(levels)
    for number, drawn in enumerate(chance.demand):
        if drawn is not None:
            found = _of_level(network, number, levels[number], drawn, state.day + 1)
            levels[number], sales[number] = found
    return State(state.day, tuple(levels), state.memory, state.disrupted), tuple(sales)


def _of_level(
    network: Network, number: int, record: LevelState, drawn: Array, day: int
) -> tuple[LevelState, LevelSales]:
    """Sell at one level what customers ask for, and remember how they fared."""
    level, demand = network.levels[number], drawn
    if level.goodwill is not None:
        record, demand = who_come(record, drawn)
    if level.pools is None:
        record, sales = _sell(network, number, record, demand)
    else:
        record, sales = _sell_or_help(network, number, record, demand, day)
    if level.shelf is not None:
        record, sales = _age(network, number, record.ages, record, sales)
    if level.due is not None:
        record, sales = overdue(level, record, sales, whole_units=network.whole_units)
    if level.goodwill is not None:
        record = remembered(level.goodwill, record, sales, network.noise)
        sales = sales._replace(stayed_away=drawn - demand)
    return record, sales


def _sell(
    network: Network, number: int, record: LevelState, demand: Array
) -> tuple[LevelState, LevelSales]:
    """Sell at one level, each location from its own stock."""
    if network.levels[number].substitution is None:
        return _sell_level(network, number, record, demand)
    return _sell_or_switch(network, number, record, demand)


def _sell_or_help(
    network: Network, number: int, record: LevelState, demand: Array, day: int
) -> tuple[LevelState, LevelSales]:
    """Sell where locations first get from others of their pool what they lack."""
    pools, whole = network.levels[number].pools, network.whole_units
    assert pools is not None
    received, given = lend(pools, record, demand, day, whole_units=whole)
    record = record._replace(on_hand=record.on_hand + received - given)
    record, sales = _sell(network, number, record, demand)
    return record, sales._replace(received=received, given=given)


def _sell_level(
    network: Network, number: int, record: LevelState, demand: Array
) -> tuple[LevelState, LevelSales]:
    level = network.levels[number]
    if level.impatient:
        return _sell_impatient(network, level, record, demand)
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
    return LevelState._make((on_hand - sales, waiting, *record[2:])), sold


def _sell_or_switch(
    network: Network, number: int, record: LevelState, demand: Array
) -> tuple[LevelState, LevelSales]:
    """Sell where customers who miss one SKU ask for another: once, and beside its own customers."""
    substitution = network.levels[number].substitution
    assert substitution is not None
    units = substitution.switched(demand, record.on_hand, whole_units=network.whole_units)
    record, sales = _sell_level(network, number, record, demand + substitution.asked.sum(units))
    assert sales.lost is not None
    switched = substitution.spread(units)
    return record, sales._replace(lost=sales.lost - switched, switched=switched)


def _sell_impatient(
    network: Network, level: Level, record: LevelState, demand: Array
) -> tuple[LevelState, LevelSales]:
    """Sell where some customers do not wait, or not for ever; those who leave are lost."""
    library, whole_units = namespace(demand), network.whole_units
    assert level.backordered is not None
    need = demand + record.waiting
    sales = library.minimum(record.on_hand, need)
    unmet = need - sales
    new = library.minimum(demand, unmet)
    joining = rounded(new * level.backordered)
    if whole_units:
        joining = library.floor(joining + 0.5)
    filled, earlier, lost, queue = demand - new, unmet - new, new - joining, record.queue
    if level.patience is not None:
        assert queue is not None
        queue = issued(level.patience, queue, sales - filled, whole_units=whole_units)
        leaving, queue = aged(level.patience, queue, earlier)
        queue = stored(level.patience, queue, joining)
        earlier, lost = earlier - leaving, lost + leaving
    waiting = earlier + joining
    record = record._replace(on_hand=record.on_hand - sales, waiting=waiting, queue=queue)
    return record, LevelSales(demand, sales, filled, lost, waiting)


def _age(
    network: Network, number: int, ages: Array | None, record: LevelState, sales: LevelSales
) -> tuple[LevelState, LevelSales]:
    """Take what was sold from the stock that spoils; where nothing is shipped, what is old goes."""
    shelf = network.levels[number].shelf
    assert shelf is not None
    assert ages is not None
    gone = sales.sales
    if sales.received is not None and sales.given is not None:
        gone = gone - sales.received + sales.given  # what is received is sold at once
    ages = issued(shelf, ages, gone, whole_units=network.whole_units)
    if number > 0:  # it may ship
        return record._replace(ages=ages), sales
    expired, ages = aged(shelf, ages, record.on_hand)
    record = record._replace(on_hand=record.on_hand - expired, ages=ages)
    return record, sales._replace(expired=expired)
