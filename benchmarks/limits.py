"""The physical limit of a run: its random numbers drawn, its state read and written, nothing else.

Whatever the day does, it needs the day's demand, and has to leave a new state behind.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from inventory_hmarl.case import Case
from inventory_hmarl.case.compiling import compile_case
from inventory_hmarl.core.arrays import Array
from inventory_hmarl.core.model import initial_state
from inventory_hmarl.engines import Request, numpy_engine
from inventory_hmarl.engines.outcome import Keep

if TYPE_CHECKING:
    from inventory_hmarl.engines.compiled.program import Plan

Tree: TypeAlias = Any  # of arrays, as JAX has them


def numpy_limit(case: Case, replications: int) -> Callable[[], None]:
    """Return what draws and copies as much as a run of the NumPy engine, in the same blocks."""
    model = compile_case(case)
    numbers = np.arange(replications, dtype=np.uint32)
    size = numpy_engine.block_of_replications(model, replications)

    def limit() -> None:
        for start in range(0, replications, size):
            mine = numbers[start : start + size]
            state = list(_arrays(initial_state(model, mine.size)))
            room = [np.empty_like(array) for array in state]
            for block in numpy_engine.blocks(model, mine):
                for _ in range(block.demand.shape[0]):
                    for old, new in zip(state, room, strict=True):
                        np.copyto(new, old)

    return limit


def jax_limit(case: Case, replications: int, precision: str = "exact") -> Callable[[], None]:
    """Return what draws and copies as much as a run of the JAX engine, in the same blocks."""
    import jax

    from inventory_hmarl.engines import jax_engine

    numbers = np.arange(replications, dtype=np.uint32)
    request = Request(numbers, Keep(kpis=False), workers=1, precision=precision)
    with jax.enable_x64(True):
        model = compile_case(case)
        whole = jax_engine.Compiled(model, request)
        chunk = whole.chunk(0, model.days)
        program = _drawing_and_copying(whole.plan)

    def limit() -> None:
        with jax.enable_x64(True):
            for start in range(0, replications, whole.size):
                mine = np.resize(numbers[start : start + whole.size], whole.size)
                jax.block_until_ready(program(whole.arrays, mine, chunk))

    return limit


def _drawing_and_copying(plan: Plan) -> Callable[..., Tree]:
    import jax
    import jax.numpy as jnp
    from jax import lax

    from inventory_hmarl.engines.compiled import program as compiled

    @functools.partial(jax.jit)
    def run(arrays: Tree, replications: Array, chunk: Tree) -> Tree:
        model = compiled.model_of(plan, arrays)
        state = jax.tree.leaves(compiled.state_before_day_1(plan, model))
        first, last, _ = chunk.days

        def of_block(number: Array, carry: Tree) -> Tree:
            before = number * plan.block
            demand, _ = compiled.draw(plan, model, replications, chunk.prepared, (before, before))

            def of_day(offset: Array, carry: Tree) -> Tree:
                state, seen = carry
                today = lax.dynamic_index_in_dim(demand, offset, 0, keepdims=False)
                return [array + 1 for array in state], jnp.maximum(seen, today)

            end = jnp.minimum(last + 1 - before, plan.block)
            return lax.fori_loop(0, end, of_day, carry)

        seen = jnp.zeros((model.demand.rows, plan.replications), plan.float_type)
        blocks = (last - first) // plan.block + 1
        return lax.fori_loop(0, blocks, of_block, (state, seen))

    return run


def _arrays(tree: Tree) -> list[Array]:
    """Return the arrays of a state."""
    if isinstance(tree, np.ndarray):
        return [tree]
    branches = tree if isinstance(tree, tuple) else ()
    return [array for branch in branches for array in _arrays(branch)]
