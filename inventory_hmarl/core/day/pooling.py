"""Stores that help each other out: before sales, once it is known who lacks what."""

from __future__ import annotations

from types import ModuleType

from inventory_hmarl.core.allocation import Shortage
from inventory_hmarl.core.allocation.proportional import proportional
from inventory_hmarl.core.arrays import (
    Array,
    fold,
    join,
    namespace,
    quotient,
    replace_where,
    rounded,
    take,
)
from inventory_hmarl.core.chance import tie_words
from inventory_hmarl.core.network import TINY, Pools
from inventory_hmarl.core.state import LevelState


def lend(
    pools: Pools, record: LevelState, demand: Array, day: int, *, whole_units: bool
) -> tuple[Array, Array]:
    """Return what points get from others of their pool, and what they give, `(P, R)` each.

    What some lack, for customers of today and those who wait, others give out of what they have
    beyond their own customers' needs and their reserve. Where that is too little, or more than is
    wanted, it is shared in proportion, by largest remainders.
    """
    library = namespace(demand)
    need = demand if record.waiting is None else demand + record.waiting
    asked, stock = take(need, pools.points), take(record.on_hand, pools.points)
    lacking = library.maximum(asked - stock, 0.0)
    spare = library.maximum(stock - asked - pools.reserve, 0.0)
    parts: tuple[list[Array], list[Array]] = ([], [])
    for block, keys in zip(pools.together.blocks, pools.tie_keys, strict=True):
        wanted, there = block.members(lacking), block.members(spare)
        moved = library.minimum(fold(wanted), fold(there))
        ties = keys if whole_units else None
        for units, found in zip((wanted, there), parts, strict=True):
            found.append(_share(units, moved, ties, day, library).reshape(-1, demand.shape[-1]))
    received, given = (join(found, pools.order) for found in parts)
    return pools.spread(received), pools.spread(given)


def _share(units: Array, moved: Array, ties: Array | None, day: int, library: ModuleType) -> Array:
    """Return each member's part `(C, S, R)` of what is moved `(S, R)`, by its units.

    Without ties, in continuous units.
    """
    total = fold(units)
    if ties is None:
        return rounded(units * quotient(moved, library.maximum(total, TINY)))

    def ration(columns: Array, given: Array, segment: Array) -> Array:
        def tie() -> Array:
            return tie_words(ties, segment, day, library)

        return proportional(Shortage(columns, given, tie, whole_units=True))

    return replace_where(total > moved, units, ration, moved)
