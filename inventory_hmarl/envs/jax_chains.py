"""Chains side by side, compiled: what `chains.Chains` does, at one call of a program a step.

A second program draws some days of chance at a time, so that the step itself stays small.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from inventory_hmarl.core.arrays import Array, fold
from inventory_hmarl.core.chance import DAYS_PER_BLOCK
from inventory_hmarl.core.demand import Prepared
from inventory_hmarl.core.model import Model
from inventory_hmarl.core.state import Chance
from inventory_hmarl.engines.compiled.bundles import ONE_AFTER_THE_OTHER, Bundle, Form, bundle
from inventory_hmarl.engines.compiled.pieces import only_if_short
from inventory_hmarl.engines.compiled.program import Arrays, Drawn, Plan, draw, same
from inventory_hmarl.engines.compiled.trees import Same, filled, pack, split, unpack
from inventory_hmarl.engines.jax_engine import as_type, padded
from inventory_hmarl.engines.outcome import Keep
from inventory_hmarl.envs.compiled import (
    FLOATS,
    World,
    observed,
    proceed,
    state_before_day_1,
    world_of,
)
from inventory_hmarl.envs.moments import Moment, begin
from inventory_hmarl.envs.scene import Scene

WORDS_AHEAD = 2**18  # demand is drawn for some days at once; which never shows in results
MOST_AHEAD = 256  # days


class Ahead(NamedTuple):
    """The chance of some days."""

    first_day: Array  # ()
    drawn: Drawn

    def day(self, model: Model, day: int | Array) -> Chance:
        """Return the chance of one of the days."""
        return self.drawn.day(model, day - self.first_day)


class Given(NamedTuple):
    """What a step is given beside its state and its action."""

    arrays: Arrays
    ahead: Ahead
    last_day: Array  # ()


class Told(NamedTuple):
    """What came of a step."""

    observed: Array  # (entries, R) float32
    summed: Array  # (2 x (locations + 1), R) what each location earned, and all; units clipped


class Programs:
    """What chains of one scene, model and number share: their programs, and arrays on the device.

    Programs are compiled for a shape, and shared by all whose models differ in numbers alone.
    """

    def __init__(self, scene: Scene, model: Model, count: int, precision: str) -> None:
        self.model, float_type = model, FLOATS[precision]
        rows = max(1, model.demand.rows * count)
        longest = min(MOST_AHEAD, WORDS_AHEAD // rows, model.days + 2, model.demand.most_days)
        block = max(4, longest // DAYS_PER_BLOCK * DAYS_PER_BLOCK)  # holds two days from any on
        skeleton, arrays = split(world_of(scene, model, float_type))
        places, *packed = pack([as_type(array, float_type) for array in arrays])
        self.plan = same(Plan(skeleton, places, Keep(kpis=False), count, block, block, float_type))
        self.arrays = Arrays(*jax.device_put(packed))
        self.last_day = jax.device_put(np.int32(model.days))

    def draw(self, episodes: Array, first: int) -> Ahead:
        """Return the chance of a block of days from `first` on, an even one."""
        prepared = self._first_days if first == 0 else self._prepare(first)
        ahead: Ahead = _draw(self.plan, self.arrays, episodes, prepared, np.int32(first))
        return ahead

    @functools.cached_property
    def _first_days(self) -> tuple[Prepared, ...]:
        """What every episode begins with."""
        return self._prepare(0)

    def _prepare(self, first: int) -> tuple[Prepared, ...]:
        cast = functools.partial(as_type, float_type=self.plan.float_type)
        days = self.plan.block + self.model.days_ahead
        return tuple(
            Prepared(jax.tree.map(cast, known.daily), jax.tree.map(padded, known.shared))
            for known in self.model.demand.prepare(first, days)
        )


@functools.lru_cache(maxsize=8)
def programs_of(scene: Same, model: Same, count: int, precision: str) -> Programs:
    """Return the programs of a scene, for this very model: each `reset` asks for them."""
    return Programs(scene.thing, model.thing, count, precision)


class JaxChains:
    """Some chains on the same day. Chain i has a seed and an episode of its own."""

    def __init__(
        self,
        scene: Scene,
        model: Model,
        episodes: Array,
        moment: Moment | None = None,
        *,
        precision: str = "exact",
    ) -> None:
        """Begin at day 1, or go on from a moment. `episodes` (R,) uint32; `model` has the seeds."""
        self.scene, self.model, self.episodes = scene, model, episodes
        self.precision = precision
        self.day = 0 if moment is None else int(moment.state.day)
        with jax.enable_x64(True):
            self._programs = programs_of(Same(scene), Same(model), episodes.size, precision)
            plan, arrays = self._programs.plan, self._programs.arrays
            self._look_ahead()
            if moment is None:
                state, *told = _begin(plan, arrays, self._ahead)
            else:
                state = bundle(jax.tree.map(jnp.array, moment))  # copies, for a step to use
                told = _looked(plan, arrays, state)
            self._state, self._form = state.arrays, state.form
            self._step = _stepping(plan, self._given_form, self._form)
            self._observed, earned = map(np.array, told)
            self._earned: Array | None = earned  # by the sales of the first moment

    @property
    def done(self) -> bool:
        """Whether the last day is over."""
        return self.day >= self.model.days

    @property
    def moment(self) -> Moment:
        """The moment, copied to NumPy's arrays."""
        copied: Moment = jax.tree.map(np.array, self._form.read(self._state))
        return copied._replace(sales=(None,) * len(copied.sales)) if self.done else copied

    def observation(self) -> Array:
        """Return what there is to see, float32 `(R, entries)`: a view whose chains lie together."""
        return self._observed.T

    def earned(self, told: Told | None) -> Array:
        """Return what each location has earned since the last moment, `(locations, R)` money.

        `told` is what `proceed` returned; None: there was no day before.
        """
        if told is not None:
            return told.summed[: len(self.scene.places)]
        if self._earned is None:  # the day is another one by now
            return self.scene.earnings.of(None, self.moment)
        return self._earned

    def earned_in_all(self, told: Told | None) -> Array:
        """Return what the whole chain has earned since the last moment, `(R,)` money."""
        return fold(self.earned(None)) if told is None else told.summed[len(self.scene.places)]

    def clipped(self, told: Told | None) -> Array:
        """Return the units asked for and not ordered, or ordered unasked, in all: `(R,)`."""
        return np.zeros(self.episodes.size) if told is None else told.summed[-1]

    def clipped_by_location(self, told: Told) -> Array:
        """Return `clipped` of each location, `(locations, R)`."""
        return told.summed[len(self.scene.places) + 1 : -1]

    def some(self, chosen: Array, model: Model) -> JaxChains:
        """Return some of the chains, `chosen` (n,), as they stand; `model` has their seeds.

        Another number of chains is another shape, for which programs are compiled.
        """
        with jax.enable_x64(True):
            moment = self._form.tree(self._state)
            moment = jax.tree.map(lambda a: a[..., chosen] if a.ndim else a, moment)
            episodes = self.episodes[chosen]
            return JaxChains(self.scene, model, episodes, moment, precision=self.precision)

    def proceed(self, numbers: Array) -> Told:
        """Carry out an action `(controls, R)`; return what came of it."""
        with jax.enable_x64(True):
            self.day, self._earned = self.day + 1, None
            if self.day + 1 >= self._drawn_until:
                self._look_ahead()
            self._state, told = self._step(self._state, numbers, *self._given)
        self._observed = np.array(told[0])  # which learners may write into
        return Told(self._observed, np.asarray(told[1]))

    def _look_ahead(self) -> None:
        """Draw the chance of the days to come."""
        known, first = self._programs, self.day // DAYS_PER_BLOCK * DAYS_PER_BLOCK
        self._ahead, self._drawn_until = known.draw(self.episodes, first), first + known.plan.block
        given = Given(known.arrays, self._ahead, known.last_day)
        self._given, self._given_form = jax.tree.flatten(given)


def _world(plan: Plan, arrays: Arrays) -> World:
    world: World = filled(plan.skeleton, unpack(plan.places, *arrays))
    return world


@functools.partial(jax.jit, static_argnames="plan")
def _draw(
    plan: Plan, arrays: Arrays, episodes: Array, prepared: tuple[Prepared, ...], first: Array
) -> Ahead:
    model = _world(plan, arrays).model
    return Ahead(first, draw(plan, model, episodes, prepared, (first, jnp.int32(0))))


@functools.partial(jax.jit, static_argnames="plan")
def _begin(plan: Plan, arrays: Arrays, ahead: Ahead) -> tuple[Bundle, Array, Array]:
    world = _world(plan, arrays)
    state = state_before_day_1(world, plan.replications, plan.float_type)
    moment = begin(world.model.network, state, ahead.day(world.model, 1))
    return bundle(moment), *_told(world, moment)


@functools.partial(jax.jit, static_argnames="plan")
def _looked(plan: Plan, arrays: Arrays, state: Bundle) -> tuple[Array, Array]:
    return _told(_world(plan, arrays), state.tree())


def _told(world: World, moment: Moment) -> tuple[Array, Array]:
    """Return what there is to see, and what the day's sales earned."""
    return observed(world, moment, "float32"), world.earnings.of(None, moment)


@functools.lru_cache(maxsize=256)
def _stepping(
    plan: Plan,
    given: Any,  # noqa: ANN401 - JAX does not name its type
    form: Form,
) -> Callable[..., tuple[list[Array], tuple[Array, Array]]]:
    """Return the program of a step: the arrays of a state, an action, those of a `Given`.

    A call takes apart the trees that it is given, puts together those that it returns, and compares
    what it was compiled for: of a small day half the time. Here all of that is known before.
    """
    program: Callable[..., Any] = jax.jit(
        functools.partial(_step, plan, given, form),
        donate_argnums=0,
        compiler_options=ONE_AFTER_THE_OTHER,
    )
    return program


def _step(
    plan: Plan,
    given: Any,  # noqa: ANN401 - JAX does not name its type
    form: Form,
    state: list[Array],
    numbers: Array,
    *arrays: Array,
) -> tuple[list[Array], tuple[Array, Array]]:
    known: Given = jax.tree.unflatten(given, arrays)
    world, moment = _world(plan, known.arrays), form.tree(state)
    day = moment.state.day + 1
    chances = known.ahead.day(world.model, day), known.ahead.day(world.model, day + 1)
    numbers = numbers.astype(plan.float_type)
    after = proceed(world, moment, numbers, chances, known.last_day, only_if_short)
    earned, clipped = after.earned, after.clipped
    summed = jnp.concatenate([earned, fold(earned)[None], clipped, clipped.sum(axis=0)[None]])
    return bundle(after.moment).arrays, (observed(world, after.moment, "float32"), summed)
