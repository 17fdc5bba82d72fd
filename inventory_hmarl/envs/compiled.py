"""From one moment of decision to the next, as compiled code: what the JAX environments share.

All that a step reads is one tree (`World`), which `engines.compiled.trees.split` takes apart into
arrays and a skeleton. The functions here are traced with either NumPy's or JAX's arrays in it.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np

from inventory_hmarl.core.allocation import AllocationRule
from inventory_hmarl.core.arrays import Array, Rows, constant, take
from inventory_hmarl.core.day import replenish, sell
from inventory_hmarl.core.model import Model, initial_state
from inventory_hmarl.core.state import Chance, LevelSales, LevelShipments, State
from inventory_hmarl.engines.compiled.pieces import SlotRing, deciding_apart
from inventory_hmarl.engines.compiled.program import as_compiled, running
from inventory_hmarl.engines.jax_engine import NOISE, bare
from inventory_hmarl.envs.acting import Acting, LevelAction
from inventory_hmarl.envs.moments import Moment
from inventory_hmarl.envs.observations import Table
from inventory_hmarl.envs.rewards import Earnings
from inventory_hmarl.envs.scene import Scene

# What of a level's state sales change, and the deliveries that come in before them.
CHANGED_BY_SALES = (
    *("on_hand", "on_order", "waiting", "at_door", "ages", "queue"),
    *("goodwill", "held", "joined"),
)
FLOATS = {"exact": "float64", "fast": "float32"}


@dataclass(frozen=True)
class World:
    """All that a step reads."""

    model: Model  # as the engine has it: `jax_engine.bare`
    actions: tuple[LevelAction | None, ...]
    expected: tuple[Array, ...]  # (days + 2, P) a level
    table: Table  # without what is in the model
    earnings: Earnings
    places: tuple[tuple[int, Rows], ...]  # each location's level, and its rows there


class Stepped(NamedTuple):
    """What a step leads to."""

    moment: Moment
    earned: Array  # (locations, R) money
    clipped: Array  # (locations, R) units asked for and not ordered


def world_of(scene: Scene, model: Model, float_type: str) -> World:
    """Return all that a step of a scene reads; `model` has the seeds."""
    stand_ins: dict[str, Any] = {"network": None, "entries": ()}
    money = scene.earnings
    terms = tuple(term._replace(points=np.zeros(0)) for term in money.terms)
    return World(
        bare(model, NOISE[float_type]),
        scene.actions,
        scene.expected,
        dataclasses.replace(scene.table, **stand_ins),
        dataclasses.replace(money, terms=terms),
        tuple((place.level, place.rows) for place in scene.places),
    )


def state_before_day_1(
    world: World, count: int, float_type: str, ring: type[SlotRing] = SlotRing
) -> State:
    """Return the state of `count` chains before day 1."""
    state: State = as_compiled(initial_state(world.model, count), float_type, ring)
    return state


def proceed(
    world: World,
    moment: Moment,
    numbers: Array,
    chances: tuple[Chance, Chance],
    last_day: Array,
    rationing: Callable[[AllocationRule], AllocationRule],
) -> Stepped:
    """Carry out an action, `(controls, R)`; after the last day nobody buys.

    `chances` are of today, whose orders may fail, and of tomorrow, who buys. `rationing` wraps the
    allocation rules (`compiled.pieces`).
    """
    model = running(world.model, constant(0, np.dtype(np.int32)), rationing)
    network, (today, tomorrow) = model.network, chances
    acting = Acting(world.actions, model.policies, world.expected, numbers)
    decide = deciding_apart(acting)
    state, shipments = replenish(network, moment.state, moment.sales, decide, today)
    over = state.day >= last_day
    after = Moment(*_sales_unless(over, state, *sell(network, state, tomorrow)))
    clipped = _clipped(acting, world.places, model, shipments)
    return Stepped(after, _earned(world.earnings, shipments, after, over), clipped)


def observed(world: World, moment: Moment, float_type: str) -> Array:
    """Return what agents see, `(entries, R)`."""
    table = dataclasses.replace(world.table, network=world.model.network)
    numbers: Array = table.of(moment).astype(float_type)
    return numbers


def _sales_unless(
    over: Array, before: State, after: State, sales: tuple[LevelSales | None, ...]
) -> tuple[State, tuple[LevelSales | None, ...]]:
    """Return the state and the sales of a day, or of none where the horizon is over."""
    levels = []
    for old, new in zip(before.levels, after.levels, strict=True):
        changes = {
            name: jnp.where(over, getattr(old, name), getattr(new, name))
            for name in CHANGED_BY_SALES
            if getattr(old, name) is not None
        }
        came = None if new.came is None else jnp.where(over, 0.0, new.came)
        levels.append(new._replace(came=came, **changes))
    sold: list[LevelSales | None] = [
        None if each is None else _masked(over, each) for each in sales
    ]
    return after._replace(levels=tuple(levels)), tuple(sold)


def _masked(over: Array, sales: LevelSales) -> LevelSales:
    return LevelSales(
        *(None if part is None else jnp.where(over, 0.0, part) for part in sales)  # type: ignore[arg-type]
    )


def _earned(
    earnings: Earnings, shipments: tuple[LevelShipments, ...], moment: Moment, over: Array
) -> Array:
    """Return what each location earned; of a day that is none, nothing."""
    of_sales = np.concatenate([np.full(t.rates.shape, t.sales) for t in earnings.terms])[:, None]
    rates = jnp.where(of_sales & over, 0.0, earnings.rates)
    return dataclasses.replace(earnings, rates=rates).of(shipments, moment)


def _clipped(
    acting: Acting,
    places: tuple[tuple[int, Rows], ...],
    model: Model,
    shipments: tuple[LevelShipments, ...],
) -> Array:
    nothing = jnp.zeros(acting.numbers.shape[-1], shipments[0].ordered.dtype)
    off = {}
    for number, asked in acting.asked.items():
        if acting.may_clip(number, model.network):
            level = model.network.levels[number]
            off[number] = jnp.abs(asked - level.lines_of_point.sum(shipments[number].ordered))
    by_location: Array = jnp.stack(
        [take(off[level], rows).sum(axis=0) if level in off else nothing for level, rows in places]
    )
    return by_location
