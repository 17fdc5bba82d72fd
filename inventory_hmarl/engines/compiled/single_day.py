"""One day of one chain as two compiled programs: a call each, from NumPy's arrays to NumPy's."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable
from typing import Any

import jax
import numpy as np

from inventory_hmarl.core import day
from inventory_hmarl.core.arrays import Ring, constant
from inventory_hmarl.core.day import Decide
from inventory_hmarl.core.demand import Demand
from inventory_hmarl.core.model import Model
from inventory_hmarl.core.state import Chance, State
from inventory_hmarl.core.supply import Keys
from inventory_hmarl.engines.compiled.bundles import ONE_AFTER_THE_OTHER, Bundle, bundle
from inventory_hmarl.engines.compiled.pieces import SlotRing, Tree
from inventory_hmarl.engines.compiled.program import Arrays, Plan, model_of, running, same
from inventory_hmarl.engines.compiled.trees import pack, split
from inventory_hmarl.engines.days import Sales, Shipments
from inventory_hmarl.engines.jax_engine import bare
from inventory_hmarl.engines.outcome import Keep

NO_DEMAND = Demand((), None, ())  # a day is told who comes


class CompiledDays:
    """The days of a model, whose programs are shared by all models of its shape."""

    def __init__(self, model: Model) -> None:
        self._network = model.network
        told = dataclasses.replace(model, demand=NO_DEMAND, supply_keys=Keys((), None), start=())
        skeleton, arrays = split(bare(told, model.network.rounding_noise))
        places, *packed = pack(arrays)
        with jax.enable_x64(True):
            self._arrays = Arrays(*jax.device_put(packed))
        self._plan = same(Plan(skeleton, places, Keep(kpis=False), 1, 1, 1, "float64"))

    def sell(self, state: State, chance: Chance) -> tuple[State, Sales]:
        """Return the state after the day's customers, and the sales."""
        with jax.enable_x64(True):
            given = bundle((_slots(state), chance))
            return _rings(_sell(self._plan, self._arrays, given).read())

    def replenish(
        self, state: State, sales: Sales, decide: Decide | None, chance: Chance
    ) -> tuple[State, Shipments]:
        """Return the state at the end of the day, and the moves.

        What is decided in Python cannot be compiled: such a day runs by the same functions as they
        stand.
        """
        if decide is not None:
            return day.replenish(self._network, state, sales, decide, chance)
        with jax.enable_x64(True):
            given = bundle((_slots(state), sales, chance))
            return _rings(_replenish(self._plan, self._arrays, given).read())


@functools.partial(jax.jit, static_argnames="plan", compiler_options=ONE_AFTER_THE_OTHER)
def _sell(plan: Plan, arrays: Arrays, given: Bundle) -> Bundle:
    """Sell, from a state and the day's chance."""
    return bundle(day.sell(model_of(plan, arrays).network, *given.tree()))


@functools.partial(jax.jit, static_argnames="plan", compiler_options=ONE_AFTER_THE_OTHER)
def _replenish(plan: Plan, arrays: Arrays, given: Bundle) -> Bundle:
    """Replenish, from a state, its sales and the day's chance."""
    model = running(model_of(plan, arrays), constant(0, np.dtype(np.int32)))
    state, sales, chance = given.tree()
    return bundle(day.replenish(model.network, state, sales, model.policies, chance))


def _slots(tree: Tree) -> Tree:
    """Return a state with its rings as the compiled days have them."""
    if isinstance(tree, Ring):
        return SlotRing(np.stack(tree)) if tree else ()
    if isinstance(tree, State):
        day: Any = np.int32(tree.day)
        return State(day, *map(_slots, tree[1:]))
    return _branches(tree, _slots) if isinstance(tree, tuple) else tree


def _rings(tree: Tree) -> Tree:
    """Return what a program gave, as the core's own functions would have given it."""
    if isinstance(tree, SlotRing):
        return Ring(tree.values)
    if isinstance(tree, State):
        return State(int(tree.day), *map(_rings, tree[1:]))
    return _branches(tree, _rings) if isinstance(tree, tuple) else tree


def _branches(tree: Tree, change: Callable[[Tree], Tree]) -> Tree:
    parts = map(change, tree)
    return type(tree)(*parts) if hasattr(tree, "_fields") else tuple(parts)
