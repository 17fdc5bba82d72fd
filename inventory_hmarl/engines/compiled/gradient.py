"""The cost of a run and its gradient in the parameters of its policies, as one program.

Reverse mode walks the days back. It keeps the state at the start of each block of days, and when it
comes to a block, runs it again and keeps the state of each of its days: memory grows with the
square root of the horizon, for which each day is run three times and walked back once.

Where rules draw (`compiled.hesitant`), the gradient has two parts: how cost moves while all draws
stay as they are, and how the chance of those draws moves, times what the costs that follow them
exceed the mean by. That is the likelihood-ratio method: Glynn, "Likelihood ratio gradient
estimation for stochastic systems", Communications of the ACM 33(10), 1990.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from inventory_hmarl.core.arrays import Array, fold
from inventory_hmarl.core.chance import keys
from inventory_hmarl.core.decide import LevelPolicies
from inventory_hmarl.core.demand import Prepared
from inventory_hmarl.core.horizon import Add, Totals, advance
from inventory_hmarl.core.model import Model
from inventory_hmarl.core.network import Level
from inventory_hmarl.core.record import Recorder, recorder
from inventory_hmarl.engines.compiled.hesitant import Draws, hesitating, likelihood_of
from inventory_hmarl.engines.compiled.pieces import Tree, never_of_nothing
from inventory_hmarl.engines.compiled.program import (
    Arrays,
    Plan,
    draw,
    model_of,
    running,
    state_before_day_1,
)
from inventory_hmarl.engines.compiled.trees import filled, pack, split
from inventory_hmarl.engines.jax_engine import bare, even_blocks
from inventory_hmarl.engines.outcome import Keep

STATE_CELLS = 16384  # points x replications side by side
# What costs money, and its rate. Relaxed order lines are counted from what is ordered.
RATES = {
    "lost": "stockout",
    "waiting": "stockout",
    "overdue": "stockout",  # where customers have due dates, in the place of waiting
    "stock": "holding",
    "orders": "ordering",
    "ordered": "ordering",
    "carried": "carried",
    "travelling": "in_transit",
    "extra_stock": "holding",
    "extra_missing": "stockout",
    "extra_travelling": "in_transit",
}


@dataclass(frozen=True)
class Question:
    """All that the program is compiled for, shapes apart."""

    plan: Plan  # of the model, policies apart
    rules: tuple[Any, ...]  # skeletons of the policies
    relaxed: bool

    def counted(self, model: Model) -> Recorder:
        """Return the recorder of what costs money."""
        return recorder(model.network, frozenset(RATES) - {"orders" if self.relaxed else "ordered"})


class Numbers(NamedTuple):
    """All that the cost depends on, parameters apart."""

    model: Arrays
    rates: list[Array]  # (rows, 1) money, one a quantity of the recorder
    keys: tuple[tuple[Array, ...], ...]  # (2, P, 1) uint32 an assignment, of its draws
    prepared: tuple[Prepared, ...]
    days: Array  # (2,) the last day, and the warm-up days
    temperature: float  # units; 0 where nothing is relaxed
    replications: Array  # (R,) uint32
    weights: Array  # (R,) of each replication in the mean


class Carry(NamedTuple):
    """What goes from day to day."""

    totals: Totals  # whose sums are money, (R,)
    credit: Array  # (R,) money x logarithms of chances: of no value, but of slope


class CostProgram:
    """The mean cost of a run, as a function of arrays that its policies hold.

    `model.policies` names each policy by its number among the skeletons.
    """

    def __init__(self, model: Model, seed: int, rules: tuple[Tree, ...], relaxed: bool) -> None:
        self._model, self._seed, self._rules, self._relaxed = model, seed, rules, relaxed
        self._alike: dict[int, tuple[Question, Numbers]] = {}

    def cost(
        self, arrays: Sequence[Sequence[Array]], replications: Array, temperature: float
    ) -> float:
        """Return the mean cost of some replications, money."""
        with jax.enable_x64(True):
            blocks = self._blocks(replications, temperature)
            return sum(float(_cost(arrays, *asked)) for asked in blocks)

    def value_and_gradient(
        self, arrays: Sequence[Sequence[Array]], replications: Array, temperature: float
    ) -> tuple[float, list[Array]]:
        """Return the mean cost, and its gradient in each array, one after the other."""
        value, slopes = 0.0, [np.zeros(array.shape) for mine in arrays for array in mine]
        with jax.enable_x64(True):
            for asked in self._blocks(replications, temperature):
                more, parts = _value_and_gradient(arrays, *asked)
                value += float(more)
                of_block = jax.tree.leaves(parts)
                slopes = [s + np.asarray(part) for s, part in zip(slopes, of_block, strict=True)]
        return value, slopes

    def _blocks(
        self, replications: Array, temperature: float
    ) -> Iterator[tuple[Question, Numbers]]:
        """Yield what the program is asked, a block of replications at a time."""
        points = sum(len(level.points) for level in self._model.network.levels)
        size = even_blocks(replications.size, max(1, STATE_CELLS // points))
        if size not in self._alike:
            self._alike[size] = self._asked(size)
        question, numbers = self._alike[size]
        for start in range(0, replications.size, size):
            mine = replications[start : start + size]
            weights = np.zeros(size)
            weights[: mine.size] = 1 / replications.size
            yield (
                question,
                numbers._replace(
                    temperature=temperature, replications=np.resize(mine, size), weights=weights
                ),
            )

    def _asked(self, size: int) -> tuple[Question, Numbers]:
        """Return what is asked about every block of `size` replications."""
        model = self._model
        block = 2 * math.ceil(math.sqrt(model.days + 1) / 2)  # even: words come in pairs of days
        length = -(-(model.days + 1) // block) * block
        skeleton, arrays = split(bare(model, model.network.rounding_noise))
        places, *packed = pack(arrays)
        plan = Plan(skeleton, places, Keep(kpis=False), size, block, length, "float64")
        question = Question(plan, self._rules, self._relaxed)
        rates = [_rate(model, name, level) for name, level in question.counted(model).rows]
        nobody = np.zeros(0)
        numbers = Numbers(
            Arrays(*packed),
            rates,
            tuple(map(self._keys, model.network.levels, model.policies.levels)),
            model.demand.prepare(0, length + model.days_ahead),
            np.array([model.days, model.warmup_days], np.int32),
            0.0,
            nobody,
            nobody,
        )
        return question, jax.device_put(numbers)

    def _keys(self, level: Level, deciding: LevelPolicies) -> tuple[Array, ...]:
        if not self._relaxed:
            return tuple(np.zeros(0, np.uint32) for _ in deciding.assignments)  # nobody draws
        names = [("due", point.location, point.sku) for point in level.points]
        key = keys(names, self._seed)
        return tuple(key[:, a.points] for a in deciding.assignments)


def _rate(model: Model, name: str, number: int) -> Array:
    """Return what a quantity of a level costs, `(rows, 1)` money."""
    rate: Array = getattr(model.rates[number], RATES[name])[:, None]
    not_due = name == "waiting" and model.network.levels[number].due is not None
    return 0.0 * rate if not_due else rate


def _mean_cost(arrays: Sequence[Sequence[Array]], question: Question, numbers: Numbers) -> Array:
    """Return the weighted cost of some replications, money."""
    plan, (last, warmup_days) = question.plan, numbers.days
    model = model_of(plan, numbers.model)
    rules = [filled(bones, mine) for bones, mine in zip(question.rules, arrays, strict=True)]
    draws = Draws(numbers.keys, numbers.replications, numbers.temperature)
    deciding = hesitating(model.policies, rules, draws)
    model = dataclasses.replace(model, policies=deciding)
    counted = question.counted(model)
    compiled = running(model, warmup_days, never_of_nothing)
    add = _adding(counted, numbers)

    def of_block(carry: Carry, number: Array) -> tuple[Carry, None]:
        first = number * plan.block
        drawn = draw(plan, model, numbers.replications, numbers.prepared, (first, first))

        def of_day(carry: Carry, offset: Array) -> tuple[Carry, None]:
            def run(carry: Carry) -> Carry:
                chance = drawn.day(model, offset)
                totals = advance(compiled, carry.totals, chance, counted, add)[0]
                excess = _above_mean(totals.sums - carry.totals.sums, numbers.weights)
                likelihood = likelihood_of(deciding, totals.state.memory)
                return Carry(totals, carry.credit + excess * likelihood)

            day = first + offset
            return lax.cond((day > 0) & (day <= last), run, lambda same: same, carry), None

        return _again(of_day, carry, plan.block)

    nothing = jnp.zeros(plan.replications)
    begun = Carry(Totals(state_before_day_1(plan, model), nothing, ()), nothing)
    carry, _ = _again(of_block, begun, plan.length // plan.block)
    credit = carry.credit - lax.stop_gradient(carry.credit)
    return ((carry.totals.sums + credit) * numbers.weights).sum()


_cost = jax.jit(_mean_cost, static_argnames="question")
_value_and_gradient = jax.jit(jax.value_and_grad(_mean_cost), static_argnames="question")


def _again(
    function: Callable[[Carry, Array], tuple[Carry, None]], carry: Carry, times: int
) -> tuple[Carry, None]:
    """Fold a function over 0, 1, ...; the way back runs it again instead of remembering it."""
    return lax.scan(jax.checkpoint(function, prevent_cse=False), carry, jnp.arange(times))


def _above_mean(money: Array, weights: Array) -> Array:
    """Return what each replication's day cost more than the mean of all others, `(R,)`."""
    counts = weights > 0
    others = jnp.maximum(counts.sum() - 1, 1)
    excess = lax.stop_gradient(money * (others + 1) - (money * counts).sum()) / others
    return jnp.where(counts, excess, 0.0)


def _adding(counted: Recorder, numbers: Numbers) -> Add:
    """Return what adds a day's money to that of the days before, `(R,)`."""

    def add(money: Array, parts: list[Array], measured: bool) -> Array:
        of_day = [
            fold(rate * _relaxed(name, part, numbers.temperature))
            for (name, _), rate, part in zip(counted.rows, numbers.rates, parts, strict=True)
        ]
        return money + jnp.where(measured, sum(of_day), 0.0)

    return add


def _relaxed(name: str, part: Array, temperature: float) -> Array:
    """Return a quantity; of what is ordered the number of lines, which rises from 0 to 1."""
    return -jnp.expm1(-part / temperature) if name == "ordered" else part
