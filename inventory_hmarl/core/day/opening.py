"""Before step 1: what waits at the door overnight comes in, where a location receives mornings."""

from __future__ import annotations

from inventory_hmarl.core.arrays import Array
from inventory_hmarl.core.day.ageing import stored
from inventory_hmarl.core.day.desk import troubles_of
from inventory_hmarl.core.network import Level, Network
from inventory_hmarl.core.state import LevelState, State
from inventory_hmarl.core.supply import Supply


def open_doors(network: Network, state: State, supply: Supply) -> State:
    """Return the state once the morning's deliveries are stock."""
    _, _, troubles = troubles_of(network, state, supply)
    levels = []
    for number, (level, record) in enumerate(zip(network.levels, state.levels, strict=True)):
        opens = troubles[number].receipts if troubles else None
        levels.append(record if level.mornings is None else _opened(level, record, opens))
    return State(state.day, tuple(levels), state.memory, state.disrupted)


def _opened(level: Level, record: LevelState, opens: Array | None) -> LevelState:
    """Return a level once what waits at its doors is stock; `opens` is 0.0 where all is refused."""
    assert record.at_door is not None
    came = record.at_door * level.mornings
    if opens is not None:
        came = came * opens
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
