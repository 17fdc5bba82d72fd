"""Chains side by side, compiled: what `chains.Chains` does, at one call of a program a step.

A second program draws some days of chance at a time, so that the step itself stays small.
"""

from __future__ import annotations

import functools
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from inventory_hmarl.core.arrays import Array, fold
from inventory_hmarl.core.chance import DAYS_PER_BLOCK
from inventory_hmarl.core.demand import Prepared
from inventory_hmarl.core.model import Model
from inventory_hmarl.core.state import Chance
from inventory_hmarl.engines.compiled.bundles import ONE_AFTER_THE_OTHER, Bundle, bundle
from inventory_hmarl.engines.compiled.pieces import only_if_short
from inventory_hmarl.engines.compiled.program import Arrays, Drawn, Plan, draw, same
from inventory_hmarl.engines.compiled.trees import filled, pack, split, unpack
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


class Step(NamedTuple):
    """What came of a step."""

    observed: Array  # (entries, R) float32
    earned: Array  # (locations, R) money
    clipped: Array  # (R,) units


class JaxChains:
    """Some chains on the same day. Chain i has a seed and an episode of its own.

    Programs are compiled for a scene's shape and a number of chains, and shared by all objects
    whose scenes differ in numbers alone.
    """

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
        float_type, count = FLOATS[precision], episodes.size
        rows = max(1, model.demand.rows * count)
        longest = min(MOST_AHEAD, WORDS_AHEAD // rows, model.days + 2, model.demand.most_days)
        block = max(4, longest // DAYS_PER_BLOCK * DAYS_PER_BLOCK)  # holds two days from any on
        with jax.enable_x64(True):
            skeleton, arrays = split(world_of(scene, model, float_type))
            places, *packed = pack([as_type(array, float_type) for array in arrays])
            kept = Keep(kpis=False)
            self._plan = same(Plan(skeleton, places, kept, count, block, block, float_type))
            self._arrays = Arrays(*jax.device_put(packed))
            self._last_day = jax.device_put(np.int32(model.days))
            self._ahead = self._draw(self.day)
            if moment is None:
                self._state, seen = _begin(self._plan, self._arrays, self._ahead)
            else:
                self._state = bundle(jax.tree.map(jnp.array, moment))  # copies, for a step to use
                seen = _looked(self._plan, self._arrays, self._state)
            self._observed = np.asarray(seen)

    @property
    def done(self) -> bool:
        """Whether the last day is over."""
        return self.day >= self.model.days

    @property
    def moment(self) -> Moment:
        """The moment, copied to NumPy's arrays."""
        copied: Moment = jax.tree.map(np.array, self._state.read())
        return copied._replace(sales=(None,) * len(copied.sales)) if self.done else copied

    def observation(self) -> Array:
        """Return what there is to see, float32 `(R, entries)`: a view whose chains lie together."""
        return self._observed.T

    def earned(self, step: Step | None) -> Array:
        """Return what each location has earned since the last moment, `(locations, R)` money.

        `step` is what `proceed` returned; None: there was no day before.
        """
        if step is None:
            return self.scene.earnings.of(None, self.moment)
        return step.earned

    def earned_in_all(self, step: Step | None) -> Array:
        """Return what the whole chain has earned since the last moment, `(R,)` money."""
        return fold(self.earned(step))

    def clipped(self, step: Step | None) -> Array:
        """Return the units asked for and not ordered, or ordered unasked, in all: `(R,)`."""
        return np.zeros(self.episodes.size) if step is None else step.clipped

    def some(self, chosen: Array, model: Model) -> JaxChains:
        """Return some of the chains, `chosen` (n,), as they stand; `model` has their seeds.

        Another number of chains is another shape, for which programs are compiled.
        """
        with jax.enable_x64(True):
            moment = self._state.tree()
            moment = jax.tree.map(lambda a: a[..., chosen] if a.ndim else a, moment)
            episodes = self.episodes[chosen]
            return JaxChains(self.scene, model, episodes, moment, precision=self.precision)

    def proceed(self, numbers: Array) -> Step:
        """Carry out an action `(controls, R)`; return what came of it."""
        with jax.enable_x64(True):
            self.day += 1
            if self.day + 1 >= self._drawn_until:
                self._ahead = self._draw(self.day)
            self._state, told = _proceed(
                self._plan, self._arrays, self._state, numbers, self._ahead, self._last_day
            )
        step: Step = told.read()
        self._observed = step.observed
        return step

    def _draw(self, day: int) -> Ahead:
        first = day // DAYS_PER_BLOCK * DAYS_PER_BLOCK
        cast = functools.partial(as_type, float_type=self._plan.float_type)
        prepared = tuple(
            Prepared(jax.tree.map(cast, known.daily), jax.tree.map(padded, known.shared))
            for known in self.model.demand.prepare(first, self._plan.block + self.model.days_ahead)
        )
        self._drawn_until = first + self._plan.block
        ahead: Ahead = _draw(self._plan, self._arrays, self.episodes, prepared, np.int32(first))
        return ahead


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
def _begin(plan: Plan, arrays: Arrays, ahead: Ahead) -> tuple[Bundle, Array]:
    world = _world(plan, arrays)
    state = state_before_day_1(world, plan.replications, plan.float_type)
    moment = begin(world.model.network, state, ahead.day(world.model, 1))
    return bundle(moment), observed(world, moment, "float32")


@functools.partial(jax.jit, static_argnames="plan")
def _looked(plan: Plan, arrays: Arrays, state: Bundle) -> Array:
    return observed(_world(plan, arrays), state.tree(), "float32")


@functools.partial(
    jax.jit,
    static_argnames="plan",
    donate_argnames="state",
    compiler_options=ONE_AFTER_THE_OTHER,
)
def _proceed(
    plan: Plan, arrays: Arrays, state: Bundle, numbers: Array, ahead: Ahead, last_day: Array
) -> tuple[Bundle, Bundle]:
    world, moment = _world(plan, arrays), state.tree()
    day = moment.state.day + 1
    chances = ahead.day(world.model, day), ahead.day(world.model, day + 1)
    numbers = numbers.astype(plan.float_type)
    after = proceed(world, moment, numbers, chances, last_day, only_if_short)
    seen = observed(world, after.moment, "float32")
    return bundle(after.moment), bundle(Step(seen, after.earned, after.clipped))
