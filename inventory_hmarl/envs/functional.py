"""A case as pure functions for JAX: `reset(key, params)` and `step(key, state, action, params)`.

They may be compiled, mapped over keys, states, actions and params, and scanned over a horizon. They
trace the functions that every other environment runs, and meet the same customers.
"""

from __future__ import annotations

import dataclasses
import functools
from typing import NamedTuple, TypeAlias

import numpy as np

from inventory_hmarl.core import supply
from inventory_hmarl.core.allocation import AllocationRule
from inventory_hmarl.core.arrays import Array, fold
from inventory_hmarl.core.demand import Prepared
from inventory_hmarl.core.model import Model
from inventory_hmarl.engines.compiled.pieces import (
    MaskedRing,
    SlotRing,
    Tree,
    never_of_nothing,
    only_if_short,
)
from inventory_hmarl.engines.compiled.trees import Packed, filled, pack, split, unpack
from inventory_hmarl.engines.jax_engine import as_type
from inventory_hmarl.envs.compiled import (
    FLOATS,
    World,
    observed,
    proceed,
    state_before_day_1,
    world_of,
)
from inventory_hmarl.envs.jax_keys import (
    Keys,
    chance_of,
    demand_names,
    is_typed,
    key_of,
    keys_of,
    seed_of,
)
from inventory_hmarl.envs.moments import Moment, begin
from inventory_hmarl.envs.observations import Observe
from inventory_hmarl.envs.rewards import Reward, shared
from inventory_hmarl.envs.scene import RULE, Config, Modes, Scene, make_scene
from inventory_hmarl.extras import needed
from inventory_hmarl.scenarios import Scenarios

__all__ = ["ChainState", "FunctionalChain", "Params", "key_of", "make_functional", "seed_of"]

jax = needed("jax", "jax", "inventory_hmarl.envs.functional")
jnp, lax = jax.numpy, jax.lax

Info: TypeAlias = dict[str, Array]


class Params(NamedTuple):
    """What may differ between episodes without compiling again; each may be mapped over."""

    numbers: Tree  # all numbers of the case that are floats: means, levels, rates, start
    prepared: tuple[Prepared, ...]  # the demand of each day, as far as it is known beforehand
    episode: Array  # () uint32: with the key's seed it says which customers come
    days: Array  # () int32, the last day; at most the case's


class ChainState(NamedTuple):
    """What a step goes on from."""

    moment: Moment  # a column a chain
    keys: Keys


def make_functional(
    case: Config,
    scenario: Scenarios = None,
    *,
    actions: Modes = "units",
    observe: Observe | None = None,
    reward: Reward | None = None,
    precision: str = "exact",
    chains: int | None = None,
) -> FunctionalChain:
    """Return a case as pure functions; `actions`, `observe` and `reward` are those of `make_scene`.

    `precision` and `chains` are those of `FunctionalChain`.

    >>> from inventory_hmarl import default_case
    >>> env = make_functional(default_case(), actions={"stores": "order_up_to"})
    >>> len(env.scene.controls)
    12
    """
    scene = make_scene(case, scenario, actions=actions, observe=observe, reward=reward)
    return FunctionalChain(scene, precision, chains)


class FunctionalChain:
    """A chain as pure functions, in the manner of gymnax: nothing here changes after it is made.

    `precision="exact"` computes in 64-bit floats, as NumPy does, inside programs of either kind;
    "fast" in 32-bit floats. Observations and rewards come in the caller's type of floats.

    With `chains`, each function is of so many chains in columns, which are on the same day: keys
    are `(chains, 2)`, observations `(entries, chains)`, actions `(controls, chains)`, rewards
    `(chains,)`. That is how the core computes, and takes a quarter of the time of `jax.vmap` over
    keys, which is for what differs in params too.
    """

    def __init__(self, scene: Scene, precision: str = "exact", chains: int | None = None) -> None:
        if precision not in FLOATS:
            raise ValueError(f"precision = {precision!r}: one of {', '.join(FLOATS)}")
        if chains is not None and (type(chains) is not int or chains < 1):
            raise ValueError(f"chains = {chains!r}: a whole number, at least 1, or None")
        self.scene, self.precision, self.chains = scene, precision, chains
        self._float_type = FLOATS[precision]
        # Under `vmap` a condition is computed both ways, and days may differ between chains.
        self._ring = MaskedRing if chains is None else SlotRing
        self._rationing = never_of_nothing if chains is None else _skipped
        self._frame = _Frame(scene, self._float_type)

    @functools.cached_property
    def default_params(self) -> Params:
        """The case's own numbers, and episode 0."""
        return self.params()

    def params(
        self,
        case: Config | None = None,
        scenario: Scenarios = None,
        *,
        days: int | None = None,
        episode: int = 0,
    ) -> Params:
        """Return the numbers of a case that differs from this one in nothing else.

        Levels, means, rates, stock and capacities are numbers; locations, SKUs, lanes, lead times
        and rules are not. `days` ends episodes earlier. Raises `ValueError` for a case of another
        shape.
        """
        scene = self.scene if case is None else self._like(case, scenario)
        last = scene.model.days if days is None else days
        if not 1 <= last <= self.scene.model.days:
            raise ValueError(f"days = {days}: from 1 to the case's {self.scene.model.days}")
        with jax.enable_x64(True), jax.ensure_compile_time_eval():  # also within a program
            numbers = self._frame.numbers(scene, last)
            cast = functools.partial(as_type, float_type=self._float_type)
            known = self.scene.model.days + 1 + scene.model.days_ahead
            prepared = scene.model.demand.prepare(0, known)
            prepared = tuple(
                Prepared(jax.tree.map(cast, each.daily), each.shared) for each in prepared
            )
            fixed = np.array(episode, np.uint32), np.array(last, np.int32)
            params: Params = jax.device_put(Params(numbers, prepared, *fixed))
        return params

    def reset(self, key: Array, params: Params | None = None) -> tuple[Array, ChainState]:
        """Return the first observation, `(entries,)`, and state: day 1 has brought its customers.

        The key is a seed (`seed_of`): equal keys and episodes meet the same customers.
        """
        return self._begun(key, params or self.default_params, _floats())

    def _begun(self, key: Array, params: Params, wanted: str) -> tuple[Array, ChainState]:
        with jax.enable_x64(True):
            world = self._frame.world(params)
            keys = keys_of(self._frame.names, self._checked(key), params.episode)
            state = state_before_day_1(world, self.chains or 1, self._float_type, self._ring)
            first = chance_of(world.model, params.prepared, keys, 1)
            moment = begin(world.model.network, state, first)
            return self._of_each(observed(world, moment, wanted)), ChainState(moment, keys)

    def first_rewards(self, state: ChainState, params: Params | None = None) -> Array:
        """Return what the sales of day 1 earned, `(locations,)` money, of a state after `reset`.

        No decision has a part in it. With the rewards of an episode it is minus its total cost.
        """
        wanted, params = _floats(), params or self.default_params
        with jax.enable_x64(True):
            own = self._frame.world(params).earnings.of(None, state.moment)
            return self._of_each(shared(own, self.scene.reward.team)).astype(wanted)

    def step_env(
        self, key: Array, state: ChainState, action: Array, params: Params | None = None
    ) -> tuple[Array, ChainState, Array, Array, Info]:
        """Carry out an action, `(controls,)`; return observation, state, reward, done and info.

        The reward is what the whole chain earned up to the next moment of decision;
        `info["rewards"]`, `(locations,)`, what each location is paid. The key is not read: `reset`
        has settled who comes.
        """
        wanted, params = _floats(), params or self.default_params
        with jax.enable_x64(True):
            world = self._frame.world(params)
            day = state.moment.state.day + 1
            of_day = functools.partial(chance_of, world.model, params.prepared, state.keys)
            numbers = jnp.asarray(action, self._float_type)
            numbers = numbers[:, None] if self.chains is None else numbers
            moment, own, clipped = proceed(
                world,
                state.moment,
                numbers,
                (of_day(day), of_day(day + 1)),
                params.days,
                self._rationing,
            )
            info = {
                "rewards": self._of_each(shared(own, self.scene.reward.team)).astype(wanted),
                "clipped": self._of_each(clipped.sum(axis=0)).astype(wanted),
            }
            return (
                self._of_each(observed(world, moment, wanted)),
                ChainState(moment, state.keys),
                self._of_each(fold(own)).astype(wanted),
                moment.state.day >= params.days,
                info,
            )

    def step(
        self, key: Array, state: ChainState, action: Array, params: Params | None = None
    ) -> tuple[Array, ChainState, Array, Array, Info]:
        """Do what `step_env` does; after an episode's last day, begin the next one with `key`.

        Observation and state are then those of the reset, as in gymnax.
        """
        wanted, params = _floats(), params or self.default_params
        observation, after, reward, done, info = self.step_env(key, state, action, params)
        with jax.enable_x64(True):
            observation, after = lax.cond(
                done, lambda: self._begun(key, params, wanted), lambda: (observation, after)
            )
        return observation, after, reward, done, info

    def _of_each(self, columns: Array) -> Array:
        """Return what stands in columns, `(..., R)`, as the caller has it."""
        return columns[..., 0] if self.chains is None else columns

    def _checked(self, key: Array) -> Array:
        key = jax.random.key_data(key) if is_typed(key) else jnp.asarray(key)
        shape = (2,) if self.chains is None else (self.chains, 2)
        if key.shape != shape:
            raise ValueError(
                f"key of shape {key.shape}: {shape} is needed; map over several keys, or say "
                "how many `chains` there are"
            )
        return key

    def _like(self, case: Config, scenario: Scenarios) -> Scene:
        """Return the scene of another case, asked about in the same way."""
        mine = self.scene
        deciding = {name: mode for name, mode in mine.modes.items() if mode != RULE}
        scene = make_scene(
            case, scenario, actions=deciding, observe=mine.table.observe, reward=mine.reward
        )
        if not self._frame.alike(_Frame(scene, self._float_type)):
            raise ValueError(
                "case: it differs in more than numbers (locations, SKUs, lanes, lead times, rules "
                "or what a rule is for); make another environment of it"
            )
        return scene


def _known_until(scene: Scene, days: int) -> Array:
    """Return what is known of each day before it comes, where `days` is the last."""
    known = scene.table.known.copy()
    names = [entry.quantity for entry in scene.table.entries][-known.shape[1] or None :]
    if "days_left" in names:
        known[:, names.index("days_left")] -= scene.model.days - days
    return known


class _Frame:
    """All of a scene but the numbers of `Params`: what its programs are compiled for."""

    def __init__(self, scene: Scene, float_type: str) -> None:
        self.float_type = float_type
        world = world_of(scene, _keyless(scene.model), float_type)
        self._skeleton, floats = split(world, np.floating)
        self._places: tuple[Packed | None, ...] = pack(floats)[0]
        self._whole = split(world)
        self.names = demand_names(scene.model), scene.model.supply_names

    def alike(self, other: _Frame) -> bool:
        """Whether another frame differs in floats alone."""
        (mine, arrays), (theirs, others) = self._whole, other._whole
        names, other_names = map(jax.tree.leaves, (self.names, other.names))
        return (
            mine == theirs
            and all(map(_same_but_floats, arrays, others))
            and all(map(np.array_equal, names, other_names))
        )

    def numbers(self, scene: Scene, days: int) -> Tree:
        """Return the floats of a scene of this frame, whose last day is `days`."""
        world = world_of(scene, _keyless(scene.model), self.float_type)
        table = dataclasses.replace(world.table, known=_known_until(scene, days))
        _, floats = split(dataclasses.replace(world, table=table), np.floating)
        return pack([as_type(array, self.float_type) for array in floats])[1:]

    def world(self, params: Params) -> World:
        """Return the world of some params."""
        world: World = filled(self._skeleton, unpack(self._places, *params.numbers))
        return world


def _keyless(model: Model) -> Model:
    """Return a model without its seed: a key of nothing for each share of its demand."""
    nothing = np.zeros((2, 0, 1), np.uint32)
    shares = tuple(
        dataclasses.replace(share, keys=(nothing,) * len(share.keys))
        for share in model.demand.shares
    )
    keyless = supply.each(model.supply_names, lambda _: nothing)
    demand = dataclasses.replace(model.demand, shares=shares)
    return dataclasses.replace(model, demand=demand, supply_keys=keyless)


def _same_but_floats(mine: Array, other: Array) -> bool:
    if mine.shape != other.shape or mine.dtype != other.dtype:
        return False
    return bool(np.issubdtype(mine.dtype, np.floating) or np.array_equal(mine, other))


def _skipped(rule: AllocationRule) -> AllocationRule:
    """Return a rule that is skipped where nobody is short, and has a derivative where one is."""
    return only_if_short(never_of_nothing(rule))


def _floats() -> str:
    """Return the type of floats that the caller computes in."""
    return "float64" if jax.config.jax_enable_x64 else "float32"
