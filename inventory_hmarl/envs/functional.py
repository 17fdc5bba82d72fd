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
from inventory_hmarl.core.arrays import Array, fold
from inventory_hmarl.core.chance import DAYS_PER_BLOCK, DRAW_ROUNDS, name_key, threefry
from inventory_hmarl.core.demand import Prepared, Share
from inventory_hmarl.core.model import Model
from inventory_hmarl.core.state import Chance
from inventory_hmarl.engines.compiled.pieces import Tree, never_of_nothing
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
from inventory_hmarl.envs.moments import Moment, begin
from inventory_hmarl.envs.observations import Observe
from inventory_hmarl.envs.rewards import Reward, shared
from inventory_hmarl.envs.scene import RULE, Config, Modes, Scene, make_scene
from inventory_hmarl.extras import needed
from inventory_hmarl.scenarios import Scenarios

jax = needed("jax", "jax", "inventory_hmarl.envs.functional")
jnp, lax = jax.numpy, jax.lax

Info: TypeAlias = dict[str, Array]


class Params(NamedTuple):
    """What may differ between episodes without compiling again; each may be mapped over."""

    numbers: Tree  # all numbers of the case that are floats: means, levels, rates, start
    prepared: tuple[Prepared, ...]  # the demand of each day, as far as it is known beforehand
    episode: Array  # () uint32: with the key's seed it says which customers come
    days: Array  # () int32, the last day; at most the case's


class Keys(NamedTuple):
    """Whose chance a chain meets."""

    demand: tuple[tuple[Array, ...], ...]  # (2, rows, 1) uint32, those of a share of the demand
    supply: supply.Keys  # (2, rows, 1) uint32
    episode: Array  # (1,) uint32


class ChainState(NamedTuple):
    """What a step goes on from."""

    moment: Moment  # one column
    keys: Keys


def key_of(seed: int) -> Array:
    """Return the JAX key whose customers are those of a seed: `(2,)` uint32.

    It is `jax.random.PRNGKey(seed)`, for seeds of 64 bits too.

    >>> key_of(7), key_of(2**32 + 7)
    (array([0, 7], dtype=uint32), array([1, 7], dtype=uint32))
    """
    return np.array([seed >> 32 & 0xFFFFFFFF, seed & 0xFFFFFFFF], np.uint32)


def seed_of(key: Array) -> int:
    """Return the seed whose customers a JAX key brings.

    >>> seed_of(jax.random.PRNGKey(7))
    7
    """
    high, low = np.asarray(_words(key)).tolist()
    return int(high) << 32 | int(low)


def make_functional(
    case: Config,
    scenario: Scenarios = None,
    *,
    actions: Modes = "units",
    observe: Observe | None = None,
    reward: Reward | None = None,
    precision: str = "exact",
) -> FunctionalChain:
    """Return a case as pure functions; `actions`, `observe` and `reward` are those of `make_scene`.

    >>> from inventory_hmarl import default_case
    >>> env = make_functional(default_case(), actions={"stores": "order_up_to"})
    >>> len(env.scene.controls)
    12
    """
    scene = make_scene(case, scenario, actions=actions, observe=observe, reward=reward)
    return FunctionalChain(scene, precision)


class FunctionalChain:
    """A chain as pure functions, in the manner of gymnax: nothing here changes after it is made.

    `precision="exact"` computes in 64-bit floats, as NumPy does, inside programs of either kind;
    "fast" in 32-bit floats. Observations and rewards come in the caller's type of floats.
    """

    def __init__(self, scene: Scene, precision: str = "exact") -> None:
        if precision not in FLOATS:
            raise ValueError(f"precision = {precision!r}: one of {', '.join(FLOATS)}")
        self.scene, self.precision = scene, precision
        self._float_type = FLOATS[precision]
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
        wanted, params = _floats(), params or self.default_params
        with jax.enable_x64(True):
            world = self._frame.world(params)
            keys = self._frame.keys(_words(key), params.episode)
            state = state_before_day_1(world, 1, self._float_type)
            moment = begin(world.model.network, state, _chance(world, params, keys, 1))
            return observed(world, moment, wanted)[:, 0], ChainState(moment, keys)

    def first_rewards(self, state: ChainState, params: Params | None = None) -> Array:
        """Return what the sales of day 1 earned, `(locations,)` money, of a state after `reset`.

        No decision has a part in it. With the rewards of an episode it is minus its total cost.
        """
        wanted, params = _floats(), params or self.default_params
        with jax.enable_x64(True):
            own = self._frame.world(params).earnings.of(None, state.moment)
            return shared(own, self.scene.reward.team)[:, 0].astype(wanted)

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
            of_day = functools.partial(_chance, world, params, state.keys)
            numbers = jnp.asarray(action, self._float_type)[:, None]
            moment, own, clipped = proceed(
                world,
                state.moment,
                numbers,
                (of_day(day), of_day(day + 1)),
                params.days,
                never_of_nothing,
            )
            info = {
                "rewards": shared(own, self.scene.reward.team)[:, 0].astype(wanted),
                "clipped": clipped[0].astype(wanted),
            }
            return (
                observed(world, moment, wanted)[:, 0],
                ChainState(moment, state.keys),
                fold(own)[0].astype(wanted),
                moment.state.day >= params.days,
                info,
            )

    def step(
        self, key: Array, state: ChainState, action: Array, params: Params | None = None
    ) -> tuple[Array, ChainState, Array, Array, Info]:
        """Do what `step_env` does; after an episode's last day, begin the next one with `key`.

        Observation and state are then those of the reset, as in gymnax.
        """
        params = params or self.default_params
        observation, after, reward, done, info = self.step_env(key, state, action, params)
        fresh = self.reset(key, params)
        with jax.enable_x64(True):
            observation, after = jax.tree.map(
                lambda new, old: jnp.where(done, new, old), fresh, (observation, after)
            )
        return observation, after, reward, done, info

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
        self._demand_names = _demand_names(scene.model)
        self._supply_names = scene.model.supply_names

    def alike(self, other: _Frame) -> bool:
        """Whether another frame differs in floats alone."""
        (mine, arrays), (theirs, others) = self._whole, other._whole
        names = jax.tree.leaves((self._demand_names, self._supply_names))
        other_names = jax.tree.leaves((other._demand_names, other._supply_names))
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

    def keys(self, seed: tuple[Array, Array], episode: Array) -> Keys:
        """Return whose chance a chain meets; `seed` is its high and its low word, `()`."""
        high, low = seed

        def under(names: Array) -> Array:
            words = jnp.asarray(names[0][:, None]), jnp.asarray(names[1][:, None])
            key: Array = jnp.stack(threefry(words, (low[None], high[None])))
            return key

        return Keys(
            tuple(tuple(map(under, names)) for names in self._demand_names),
            supply.each(self._supply_names, under),
            jnp.asarray(episode, jnp.uint32)[None],
        )


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


def _demand_names(model: Model) -> tuple[tuple[Array, ...], ...]:
    """Return the words of the names of each share's rows and common streams: uint32 `(2, rows)`."""
    selling = [
        level
        for level, rows in zip(model.network.levels, model.demand.levels, strict=True)
        if rows is not None
    ]
    names = [("demand", p.location, p.sku) for level in selling for p in level.points]
    words = np.array([name_key(*name) for name in names], np.uint32).T
    standing = np.empty_like(words)
    standing[:, slice(None) if model.demand.order is None else model.demand.order] = words
    sizes = np.cumsum([share.rows for share in model.demand.shares])
    return tuple(
        (own, *(stream.names for stream in (share.copula.common if share.copula else ())))
        for share, own in zip(
            model.demand.shares, np.split(standing, sizes[:-1], axis=1), strict=True
        )
    )


def _chance(world: World, params: Params, keys: Keys, day: int | Array) -> Chance:
    """Return the chance of one day."""
    demand, foresight, days = world.model.demand, world.model.foresight, world.model.days_ahead + 1
    word = [
        _words_of_days(share, mine, keys.episode, day, days)
        for share, mine in zip(demand.shares, keys.demand, strict=True)
    ]
    known = tuple(
        Prepared(
            jax.tree.map(lambda daily: lax.dynamic_slice_in_dim(daily, day, days), each.daily),
            each.shared,
        )
        for each in params.prepared
    )
    units = demand.sample(word, known, (days, 1))
    told = () if foresight is None else foresight.of(units, day, 1)
    drawn = supply.draw_supply(
        world.model.network, keys.supply, lambda key: _word(key, keys.episode, day)
    )
    foreseen = supply.each(told, lambda units: units[0])
    return Chance(demand.by_level(units[0]), drawn, foreseen)


def _words_of_days(
    share: Share, keys: tuple[Array, ...], episode: Array, day: int | Array, days: int
) -> Array | None:
    """Return the words of an odd number of days of a share, uint32 `(days, rows, 1)`, or None."""
    pairs = jnp.asarray(day // DAYS_PER_BLOCK, jnp.uint32) + np.arange(days // 2 + 1).astype("u4")
    word = share.words_of_pairs(keys, episode, pairs)
    return None if word is None else lax.dynamic_slice_in_dim(word, day % DAYS_PER_BLOCK, days)


def _word(key: Array, episode: Array, day: int | Array) -> Array:
    """Return the words of one day: uint32 `(rows, 1)`."""
    shape = key.shape[1:]
    pair = jnp.broadcast_to(jnp.asarray(day // 2, jnp.uint32), shape)
    counter = jnp.broadcast_to(episode, shape), pair
    even, odd = threefry((key[0], key[1]), counter, DRAW_ROUNDS)
    word: Array = jnp.where(day % 2 == 0, even, odd)
    return word


def _words(key: Array) -> tuple[Array, Array]:
    """Return the high and the low word of a key's seed."""
    if jnp.issubdtype(key.dtype, jax.dtypes.prng_key):
        key = jax.random.key_data(key)
    if key.shape != (2,):
        raise ValueError(f"key of shape {key.shape}: one threefry key, (2,); map over several")
    return key[0], key[1]


def _floats() -> str:
    """Return the type of floats that the caller computes in."""
    return "float64" if jax.config.jax_enable_x64 else "float32"
