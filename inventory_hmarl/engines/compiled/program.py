"""The program: the days of a chunk of the horizon, for a block of replications, in one loop."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import lax

from inventory_hmarl.core.allocation import AllocationRule
from inventory_hmarl.core.arrays import Array, Ring
from inventory_hmarl.core.chance import DAYS_PER_BLOCK, words_of_pairs
from inventory_hmarl.core.demand import Prepared
from inventory_hmarl.core.horizon import DAILY, Totals, advance, daily_sums, no_cycles
from inventory_hmarl.core.model import Model, initial_state
from inventory_hmarl.core.record import Recorder
from inventory_hmarl.core.state import Chance, State
from inventory_hmarl.core.supply import Supply, draw_supply, each
from inventory_hmarl.engines.compiled.pieces import (
    SlotRing,
    Tree,
    apart,
    deciding_apart,
    only_if_short,
)
from inventory_hmarl.engines.compiled.policies import named
from inventory_hmarl.engines.compiled.trees import Packed, filled, unpack
from inventory_hmarl.engines.outcome import Keep


@dataclass(frozen=True)
class Plan:
    """All that a program is compiled for, shapes apart."""

    skeleton: Any  # of the model
    places: tuple[Packed | None, ...]  # of its arrays
    keep: Keep
    replications: int  # side by side
    block: int  # days whose demand is drawn at a time: an even number
    length: int  # days of a chunk: whole blocks
    float_type: str

    def __hash__(self) -> int:
        """Return the hash of all of it, worked out once: a plan is looked up at every call."""
        return self._hash

    @functools.cached_property
    def _hash(self) -> int:
        return hash(tuple(getattr(self, field.name) for field in dataclasses.fields(self)))


@functools.lru_cache(maxsize=256)
def same(plan: Plan) -> Plan:
    """Return the first of the plans that are equal to this one.

    A program compares its plan with that of each call, which takes no time where they are one
    object, and as long as a small day where they are not.
    """
    return plan


class Arrays(NamedTuple):
    """The numbers of a model: see `trees.pack`."""

    small: list[Array]
    large: list[Array]


class Chunk(NamedTuple):
    """Some days of the horizon."""

    prepared: tuple[Prepared, ...]  # of the days from `first` on
    days: Array  # (3,) first: an even day; last: the last to run; and the warm-up days


class Kept(NamedTuple):
    """What is kept of each day of a chunk; None for nothing."""

    daily: Array | None  # (days, quantities, levels, R)
    records: Array | None  # (days, rows, R)


class Carry(NamedTuple):
    """What goes from day to day."""

    totals: Totals
    kept: Kept


class Drawn(NamedTuple):
    """Chance of a block of days."""

    demand: Array  # (days, rows, R) units
    supply: Supply
    foreseen: tuple[Array | None, ...] = ()  # (days, P, R) units a level; (): nobody is told

    def day(self, model: Model, offset: Array) -> Chance:
        """Return the chance of one day of the block."""
        return Chance(
            model.demand.by_level(_at(self.demand, offset)),
            each(self.supply, lambda days: _at(days, offset)),
            each(self.foreseen, lambda days: _at(days, offset)),
        )


class Counted(NamedTuple):
    """What a run counted."""

    sums: Array  # (rows, R)
    cycles_ended: tuple[Array, ...]  # (P, R) a level
    cycles_served: tuple[Array, ...]


@functools.partial(jax.jit, static_argnames="plan")
def run_whole(
    plan: Plan, arrays: Arrays, replications: Array, chunk: Chunk
) -> tuple[Counted, Kept]:
    """Return what a run counted whose days are all in one chunk, and what is kept of them."""
    totals, kept = _days(plan, arrays, replications, chunk, _begun(plan, arrays))
    return _counted(totals), kept


@functools.partial(jax.jit, static_argnames="plan")
def begin(plan: Plan, arrays: Arrays) -> Totals:
    """Return the totals before day 1."""
    return _begun(plan, arrays)


@functools.partial(jax.jit, static_argnames="plan", donate_argnames="totals")
def run_chunk(
    plan: Plan, arrays: Arrays, replications: Array, chunk: Chunk, totals: Totals
) -> tuple[Totals, Kept]:
    """Return the totals after the days of a chunk, and what is kept of them."""
    return _days(plan, arrays, replications, chunk, totals)


@functools.partial(jax.jit)  # which mypy can follow
def count(totals: Totals) -> Counted:
    """Return what a run counted, after its last chunk."""
    return _counted(totals)


def model_of(plan: Plan, arrays: Arrays) -> Model:
    """Return a model with arrays in it that are being compiled."""
    model: Model = filled(plan.skeleton, unpack(plan.places, *arrays))
    return model


def _days(
    plan: Plan, arrays: Arrays, replications: Array, chunk: Chunk, totals: Totals
) -> tuple[Totals, Kept]:
    model = model_of(plan, arrays)
    counted, kept = plan.keep.counted(model.network), plan.keep.kept(model.network)
    first, last, warmup_days = chunk.days
    compiled = running(model, warmup_days)

    def of_block(number: Array, carry: Carry) -> Carry:
        before = number * plan.block
        drawn = draw(plan, model, replications, chunk.prepared, (first + before, before))

        def of_day(offset: Array, carry: Carry) -> Carry:
            chance = drawn.day(model, offset)
            totals, flows, parts = advance(compiled, carry.totals, chance, counted, _add)
            keeping = carry.kept
            if keeping.daily is not None:
                sums = daily_sums(counted, parts, len(model.network.levels))
                keeping = keeping._replace(daily=_put(keeping.daily, before + offset, sums))
            if kept is not None and keeping.records is not None:
                record = jnp.concatenate([p.astype(plan.float_type) for p in kept.parts(flows)])
                keeping = keeping._replace(records=_put(keeping.records, before + offset, record))
            return Carry(totals, keeping)

        begin = jnp.maximum(1 - first - before, 0)
        end = jnp.minimum(last + 1 - first - before, plan.block)
        return lax.fori_loop(begin, end, of_day, carry)

    keeping = _nothing_kept(plan, kept, len(model.network.levels))
    blocks = (last - first) // plan.block + 1
    carry = lax.fori_loop(0, blocks, of_block, Carry(totals, keeping))
    return carry.totals, carry.kept


def _counted(totals: Totals) -> Counted:
    return Counted(
        jnp.concatenate(totals.sums),
        tuple(cycle.ended for cycle in totals.cycles),
        tuple(cycle.served for cycle in totals.cycles),
    )


def running(
    model: Model,
    warmup_days: Array,
    rationing: Callable[[AllocationRule], AllocationRule] = only_if_short,
) -> Model:
    """Return the model as it is best compiled, its allocation rules wrapped by `rationing`."""
    stages = tuple(
        dataclasses.replace(stage, rules=tuple(map(rationing, stage.rules)))
        for stage in model.network.stages
    )
    changes: dict[str, Any] = {  # tracers where a model has numbers
        "network": dataclasses.replace(model.network, stages=stages),
        "policies": deciding_apart(named(model.policies)),
        "warmup_days": warmup_days,
    }
    return dataclasses.replace(model, **changes)


def state_before_day_1(plan: Plan, model: Model) -> State:
    """Return the state before day 1, as the compiled days have it."""
    state: State = as_compiled(initial_state(model, plan.replications), plan.float_type)
    return state


def _begun(plan: Plan, arrays: Arrays) -> Totals:
    model, count = model_of(plan, arrays), plan.replications
    counted = plan.keep.counted(model.network)
    sums = tuple(jnp.zeros((rows.stop - rows.start, count)) for rows in counted.rows.values())
    cycles = no_cycles(model, count) if plan.keep.kpis else ()
    return Totals(state_before_day_1(plan, model), sums, jax.tree.map(jnp.asarray, cycles))


def as_compiled(tree: Tree, float_type: str, ring: type[SlotRing] = SlotRing) -> Tree:
    """Return a state with its arrays and rings as the compiled days have them."""
    if isinstance(tree, Ring):
        return ring(as_compiled(jnp.stack(tree), float_type)) if tree else ()
    if isinstance(tree, tuple):
        branches = [as_compiled(branch, float_type, ring) for branch in tree]
        return type(tree)(*branches) if hasattr(tree, "_fields") else tuple(branches)
    if tree is None:
        return None
    array = jnp.asarray(tree)
    if jnp.issubdtype(array.dtype, jnp.floating):
        return array.astype(float_type)
    return array.astype(jnp.int32) if array.dtype == jnp.int64 else array


def draw(
    plan: Plan,
    model: Model,
    replications: Array,
    prepared: tuple[Prepared, ...],
    begin: tuple[Array, Array],
) -> Drawn:
    """Return the chance of a block of days.

    `begin` is the first day, and its place among those that are prepared.
    """
    day, before = begin
    days = plan.block + model.days_ahead
    pairs, later = (
        (day // DAYS_PER_BLOCK + jnp.arange(count // DAYS_PER_BLOCK)).astype(jnp.uint32)
        for count in (plan.block, days)
    )
    prepared = tuple(
        Prepared(jax.tree.map(functools.partial(_part, before, days), p.daily), p.shared)
        for p in prepared
    )
    shape = (days, plan.replications)
    word = apart(model.demand.words_of_pairs, replications, later)
    demand = apart(
        lambda word, prepared: model.demand.sample(word, prepared, shape), word, prepared
    )
    supply = draw_supply(
        model.network,
        model.supply_keys,
        lambda key: words_of_pairs(key, replications, pairs),
        apart,
    )
    if (foresight := model.foresight) is None:
        return Drawn(demand, supply)
    foreseen = apart(lambda units, day: foresight.of(units, day, plan.block), demand, day)
    return Drawn(demand[: plan.block], supply, foreseen)


def _nothing_kept(plan: Plan, kept: Recorder | None, levels: int) -> Kept:
    def nothing(*shape: int) -> Array:
        return jnp.zeros((plan.length, *shape, plan.replications), plan.float_type)

    return Kept(
        nothing(len(DAILY), levels) if plan.keep.kpis else None,
        None if kept is None else nothing(kept.size),
    )


def _part(before: Array, size: int, days: Array) -> Array:
    return lax.dynamic_slice_in_dim(days, before, size)


def _at(days: Array, number: Array) -> Array:
    return lax.dynamic_index_in_dim(days, number, 0, keepdims=False)


def _put(days: Array, number: Array, values: Array) -> Array:
    return lax.dynamic_update_index_in_dim(days, values.astype(days.dtype), number, 0)


def _add(sums: tuple[Array, ...], parts: list[Array], measured: bool) -> tuple[Array, ...]:
    return tuple(
        jnp.where(measured, total + part, total) for total, part in zip(sums, parts, strict=True)
    )
