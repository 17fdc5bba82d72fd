"""Before step 1: what waits at the door overnight comes in, where a location receives mornings."""

from __future__ import annotations

from inventory_hmarl.core.arrays import Array
from inventory_hmarl.core.day.ageing import stored
from inventory_hmarl.core.day.desk import troubles_of
from inventory_hmarl.core.day.doors import let_in
from inventory_hmarl.core.network import Level, Network
from inventory_hmarl.core.state import LevelState, State
from inventory_hmarl.core.supply import Supply


def open_doors(network: Network, state: State, supply: Supply) -> State:
    """Return the state once the morning's deliveries are stock."""
    _, _, troubles = troubles_of(network, state, supply)
    day, whole = state.day + 1, network.whole_units
    levels = list(state.levels)
    for number, (level, record) in enumerate(zip(network.levels, state.levels, strict=True)):
        if level.mornings is None:
            continue
        came = _coming(level, record, troubles[number].receipts if troubles else None)
        if level.doors is not None:
            came = let_in(level.doors, came, record.on_hand, day, whole_units=whole)
        levels[number] = _opened(level, record, came)
    return State(state.day, tuple(levels), state.memory, state.disrupted)


def _coming(level: Level, record: LevelState, opens: Array | None) -> Array:
    """Return what is at the doors that open, `(L, R)`; `opens` is 0.0 where all is refused."""
    assert record.at_door is not None
    coming = record.at_door * level.mornings
    return coming if opens is None else coming * opens


def _opened(level: Level, record: LevelState, came: Array) -> LevelState:
    """Return a level once what came of the units at its doors, `(L, R)`, is stock."""
    assert record.at_door is not None
    received = level.lines_of_point.sum(came)
    ages = record.ages
    if ages is not None and level.shelf is not None:
        ages = stored(level.shelf, ages, received)
    return record._replace(
        on_hand=record.on_hand + received,
        on_order=record.on_order - received,
        at_door=record.at_door - came,
        ages=ages,
        came=came,
    )
