"""What a compiled day needs beside the core's own functions: pieces that are compiled apart."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeAlias

import jax
import jax.numpy as jnp
from jax import lax
from jax.experimental.xla_metadata import set_xla_metadata

from inventory_hmarl.core.allocation import AllocationRule, Cover, Shortage, Step
from inventory_hmarl.core.allocation.proportional import FEW
from inventory_hmarl.core.arrays import Array
from inventory_hmarl.core.day import Decide, Desk
from inventory_hmarl.core.state import Memory
from inventory_hmarl.engines.compiled.device import on_gpu

Tree: TypeAlias = Any  # of tuples, arrays and None, as JAX's functions take and return them


def apart(function: Callable[..., Tree], *arguments: Tree) -> Tree:
    """Return what a function returns, computed once.

    Fused into each operation that reads it, as the compiler likes to, a day's demand or orders
    would be computed again for every quantity that follows from them. On a CPU the function is
    compiled apart; a GPU would run that operation by operation, and is told to look no further.
    """
    if on_gpu():
        return lax.optimization_barrier(function(*arguments))

    def alone(*arguments: Tree) -> Tree:
        with set_xla_metadata(inlineable=None):  # of this call alone, not of those within
            return function(*arguments)

    with set_xla_metadata(inlineable="false"):
        return jax.jit(alone)(*arguments)


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class SlotRing:
    """A ring as one array, whose slots are written in place."""

    values: Array  # (slots, ..., R)

    def swap(self, slot: Array, values: Array) -> tuple[Array, SlotRing]:
        """Return what lies in `slot`, and the ring with `values` in its place."""
        # Read apart, and before it is written: else the whole ring is copied every day.
        due, entering = apart(_read, self.values, slot, values)
        return due, SlotRing(lax.dynamic_update_index_in_dim(self.values, entering, slot, 0))

    def slots(self) -> Array:
        """Return all slots, `(slots, ..., R)`."""
        return self.values

    def renewed(self, slots: Array) -> SlotRing:
        """Return a ring of these slots, `(slots, ..., R)`."""
        return SlotRing(slots)


@jax.tree_util.register_dataclass
@dataclass(frozen=True)
class MaskedRing(SlotRing):
    """A ring whose slot may be another one in each chain that it is mapped over.

    There a write into a slot would be a scatter, one chain after the other; a choice among all
    slots is one operation on all chains.
    """

    def swap(self, slot: Array, values: Array) -> tuple[Array, MaskedRing]:
        """Return what lies in `slot`, and the ring with `values` in its place."""
        slots = self.values
        here = (jnp.arange(slots.shape[0]) == slot).reshape(-1, *(1,) * (slots.ndim - 1))
        due = jnp.where(here, slots, 0).sum(axis=0, dtype=slots.dtype)  # of one slot: exact
        return due, MaskedRing(jnp.where(here, values, slots))

    def renewed(self, slots: Array) -> MaskedRing:
        """Return a ring of these slots, `(slots, ..., R)`."""
        return MaskedRing(slots)


def _read(slots: Array, slot: Array, values: Array) -> tuple[Array, Array]:
    return lax.dynamic_index_in_dim(slots, slot, 0, keepdims=False), values


def deciding_apart(decide: Decide) -> Decide:
    """Return a `decide` whose orders are computed once."""

    def decided(number: int, desk: Desk, memory: Memory) -> tuple[Array, Memory]:
        orders, renewed = decide(number, desk, memory)
        return apart(lambda units: units, orders), renewed

    return decided


def _repeat(step: Step, low: Array, high: Array, times: int) -> tuple[Array, Array]:
    """Return two arrays after `times` steps, compiled as a loop."""
    return lax.fori_loop(0, times, lambda _, both: step(*both), (low, high))


def never_of_nothing(rule: AllocationRule) -> AllocationRule:
    """Return a rule that is shown a need of one where nobody asks for anything.

    Its answer is not used there. But the derivative of a share of nothing is a division by zero,
    and even what is not used is multiplied by zero on the way back, which is not a number.
    """

    def rationed(shortage: Shortage) -> Array:
        asked = shortage.need.sum(axis=0) > 0.0
        need = jnp.where(asked, shortage.need, 1.0)
        return rule(shortage._replace(need=need, repeat=_repeat))

    return rationed


def only_if_short(rule: AllocationRule) -> AllocationRule:
    """Return a rule that is not computed at all on days when nobody is short.

    Where it ranks many customers, which takes a sort, a CPU computes it for the short columns
    alone, one after the other.
    """

    def rationed(shortage: Shortage) -> Array:
        shortage = shortage._replace(repeat=_repeat)
        short = shortage.need.sum(axis=0) > shortage.available
        ranks_many = shortage.whole_units and shortage.need.shape[0] > FEW and not on_gpu()

        def ration() -> Array:
            return _by_column(rule, shortage, short) if ranks_many else rule(shortage)

        return lax.cond(short.any(), ration, lambda: shortage.need)

    return rationed


def _by_column(rule: AllocationRule, shortage: Shortage, short: Array) -> Array:
    columns = jnp.nonzero(short, size=short.shape[0], fill_value=0)[0]
    tie = shortage.tie()
    cover = None if shortage.cover is None else shortage.cover()

    def column(array: Array, number: Array) -> Array:
        return lax.dynamic_slice_in_dim(array, columns[number], 1, axis=-1)

    def ration(number: Array, got: Array) -> Array:
        alone = Shortage(
            column(shortage.need, number),
            column(shortage.available, number),
            lambda: column(tie, number),
            shortage.whole_units,
            None if cover is None else lambda: Cover(*(column(each, number) for each in cover)),
            _repeat,
        )
        return lax.dynamic_update_slice_in_dim(got, rule(alone), columns[number], axis=-1)

    return lax.fori_loop(0, short.sum(), ration, shortage.need)
