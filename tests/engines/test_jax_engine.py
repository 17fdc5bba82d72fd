"""The compiled engine: its blocks, chunks and threads never show, and it says what it cannot do."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import pytest

pytest.importorskip("jax")

import jax
import jax.numpy as jnp

from inventory_hmarl import Keep, simulate
from inventory_hmarl.case.compiling import compile_case
from inventory_hmarl.core.arrays import namespace
from inventory_hmarl.core.decide import everywhere
from inventory_hmarl.engines import EngineError, Request, jax_engine
from inventory_hmarl.engines.compiled import program
from inventory_hmarl.engines.jax_engine import Compiled

ALL = Keep(records=True)


@pytest.fixture(scope="module")
def expected(chain):
    """Give what NumPy finds in the chain."""
    return simulate(chain, replications=9, keep=ALL)


@pytest.fixture
def traces(monkeypatch):
    """Give the days that have been traced: one for each program that is compiled."""
    jax.clear_caches()
    seen, advance = [], program.advance

    def counting(*arguments):
        seen.append(arguments)
        return advance(*arguments)

    monkeypatch.setattr(program, "advance", counting)
    return seen


def compiled(case, keep=None, precision="exact"):
    """Return the program of a case's first chunk, and what it is called with but the totals."""
    numbers = np.arange(3, dtype=np.uint32)
    request = Request(numbers, keep or Keep(), 1, precision=precision)
    with jax.enable_x64(True):
        block = Compiled(compile_case(case), request)
        return block.plan, block.arrays, numbers, block.chunk(0, case.days)


def text(case):
    """Return the program of a case as text."""
    with jax.enable_x64(True):
        return program.run_whole.lower(*compiled(case)).as_text()


# --- what never shows ------------------------------------------------------------------------


def test_numpy_finds_the_same(chain, expected, unlike):
    """Both engines find the same, to the last bit."""
    assert unlike(expected, simulate(chain, replications=9, keep=ALL, engine="jax")) == []


@pytest.mark.parametrize(
    "sizes",
    [
        {"STATE_CELLS": 1},  # a replication at a time
        {"STATE_CELLS": 12, "WORD_CELLS": 20, "CHUNK_CELLS": 1},  # 3 of them, a block a call
        {"MOST_BLOCK": 4, "PREPARED_CELLS": 16},  # some blocks of 4 days a call
        {"MOST_BLOCK": 4},  # blocks of 4 days, all in one call
    ],
)
def test_blocks_and_chunks_show_in_nothing(sizes, chain, expected, unlike, monkeypatch):
    """However many replications and days are run at a time, every bit is the same."""
    for name, size in sizes.items():
        monkeypatch.setattr(jax_engine, name, size)
    assert unlike(expected, simulate(chain, replications=9, keep=ALL, engine="jax")) == []


@pytest.mark.parametrize("workers", [1, 2])
def test_threads_show_in_nothing(workers, chain, expected, unlike, monkeypatch):
    """On any number of threads, every bit is the same, and progress reaches the end."""
    monkeypatch.setattr(jax_engine, "STATE_CELLS", 6)
    told = []
    run = simulate(
        chain,
        replications=9,
        keep=ALL,
        engine="jax",
        workers=workers,
        progress=lambda *pair: told.append(pair),
    )
    assert unlike(expected, run) == []
    assert told == sorted(told)
    assert told[-1] == (9 * chain.days, 9 * chain.days)


@pytest.mark.parametrize("numbers", [range(3, 12), range(16, -1, -2), range(2**32 - 9, 2**32)])
def test_a_range_of_replications(numbers, chain, unlike):
    """Replications go by their numbers, as NumPy's do."""
    left, right = (
        simulate(chain, replications=numbers, keep=ALL, engine=name) for name in ("numpy", "jax")
    )
    assert unlike(left, right) == []


@pytest.mark.parametrize(
    "keep",
    [Keep(), Keep(kpis=False, records=True), Keep(kpis=False, records=["arrived", "ordered"])],
)
def test_what_is_kept(keep, chain, unlike):
    """A run holds what it was asked to keep, and no more, as NumPy's does."""
    left, right = (
        simulate(chain, replications=3, keep=keep, engine=name) for name in ("numpy", "jax")
    )
    assert unlike(left, right) == []


@pytest.mark.parametrize("days", [1, 2, 3])
def test_the_shortest_runs(days, plain, unlike):
    """A run of a day or two is a run, too."""
    case = plain(days=days)
    left, right = (simulate(case, keep=ALL, engine=name) for name in ("numpy", "jax"))
    assert unlike(left, right) == []


def test_demand_that_is_read_off_a_table_alone(plain, unlike):
    """Demand that prepares nothing for a day is drawn in both engines alike."""
    table = {"distribution": "table", "values": [0, 4, 9], "probabilities": [0.2, 0.5, 0.3]}
    left, right = (
        simulate(plain(demand=table), keep=ALL, engine=name) for name in ("numpy", "jax")
    )
    assert unlike(left, right) == []


@pytest.mark.parametrize("workers", [1, 2])
def test_a_progress_bar_may_stop_the_run(workers, chain, monkeypatch):
    """An exception of whoever watches the progress ends the run: Ctrl-C works."""
    monkeypatch.setattr(jax_engine, "STATE_CELLS", 6)

    def stop(done, of):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        simulate(chain, replications=40, engine="jax", workers=workers, progress=stop)


# --- quotients and sums ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "policy",
    [
        {"rule": "moving_average", "periods": 6, "protection_days": 3, "safety_stock": 0},
        {"rule": "r_nQ", "reorder_point": 98, "order_quantity": 49},
    ],
    ids=lambda policy: policy["rule"],
)
def test_quotients_that_are_halves_or_whole(policy, plain, unlike):
    """A divisor that all replications share is divided by, not multiplied by its reciprocal."""
    store = {"initial_inventory": 98, "unmet_demand": "backordered", "policy": policy}
    case = plain(days=60, stores={"store": store})
    left, right = (
        simulate(case, replications=40, keep=ALL, engine=name) for name in ("numpy", "jax")
    )
    assert unlike(left, right) == []


# --- one program for a shape -------------------------------------------------------------------


def test_cases_that_differ_in_numbers_share_a_program(plain, traces):
    """Other levels, rates, seeds, means and days of the same chunk are not compiled again."""
    simulate(plain(days=70), replications=2, engine="jax")
    once = len(traces)
    assert once == 1
    store = {
        "initial_inventory": 3,
        "demand_multiplier": 2.0,
        "policy": {"rule": "s_S", "reorder_point": 9, "order_up_to": 31},
    }
    other = plain(
        days=90,
        seed=8,
        warmup_days=9,
        stores={"store": store},
        skus={"milk": {"base_demand": 7, "demand_std": 1, "ordering_cost": 2}},
    )
    simulate(other, replications=range(5, 7), engine="jax")
    assert len(traces) == once


@pytest.mark.parametrize(
    "change",
    [
        {"suppliers": {"farm": {"reliability": 0.9}}},
        {"units": "continuous"},
        {"lanes": [{"source": "farm", "destination": "store", "lead_time": 3}]},
        {"days": 200},
    ],
    ids=["unreliable", "continuous", "lead time", "days"],
)
def test_another_shape_is_another_program(change, plain, traces):
    """What a program is compiled for is part of its name."""
    simulate(plain(), engine="jax")
    before = len(traces)
    simulate(plain(**change), engine="jax")
    assert len(traces) > before


def test_what_cannot_happen_leaves_no_trace(plain):
    """Without failures, limits and several customers, nothing is drawn or rationed for them."""
    bare = text(plain())
    assert bare.count("shift_left") == 13  # one threefry
    assert "stablehlo.sort" not in bare
    assert "stablehlo.case" not in bare
    unreliable = text(plain(suppliers={"farm": {"reliability": 0.9}}))
    assert unreliable.count("shift_left") == 26
    limited = text(plain(suppliers={"farm": {"capacity": 4}}))
    assert limited.count("stablehlo.case") == 1


# --- types -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("precision", "float_type"), [("exact", "float64"), ("fast", "float32")])
def test_the_state_has_one_float_type(precision, float_type, chain):
    """Stock, rings, memory and what is kept are of the precision asked for; totals are 64 bits."""
    plan, arrays, *others = compiled(chain, ALL, precision)
    with jax.enable_x64(True):
        totals, kept = program.run_chunk(plan, arrays, *others, program.begin(plan, arrays))
    state = jax.tree.leaves((totals.state, kept))
    floats = {str(a.dtype) for a in state if jnp.issubdtype(a.dtype, jnp.floating)}
    assert floats == {float_type}
    assert {str(a.dtype) for a in totals.sums} == {"float64"}


def test_exact_days_know_no_shorter_float(chain):
    """No number of an exact program is a 32-bit float."""
    assert "f32" not in text(chain)


# --- what it refuses ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Stubborn:
    """A policy of one's own, with what may be wrong with it."""

    fault: str
    sees: ClassVar[frozenset[str]] = frozenset()

    def init(self, points, replications):
        """Return a counter of days."""
        return np.zeros((points, replications))

    def orders(self, view, memory):
        """Return orders that JAX cannot trace."""
        position = view.inventory_position
        if self.fault == "function":
            return np.maximum(20 - position, 0.0), memory
        if self.fault == "branch":
            return (20 - position if (position < 20).all() else 0 * position), memory
        if self.fault == "in place":
            orders = 20 - position
            orders[orders < 0] = 0.0
            return orders, memory
        if self.fault == "memory":
            return namespace(position).maximum(20 - position, 0.0), memory.sum()
        return namespace(position).maximum(20 - position, 0.0), memory + 1


@pytest.mark.parametrize("fault", ["function", "branch", "in place", "memory"])
def test_a_policy_that_cannot_be_compiled_is_named(fault, plain):
    """The error names the policy and the next move."""
    with pytest.raises(EngineError, match=r'policy Stubborn .* engine="numpy"'):
        simulate(plain(), policies=everywhere(Stubborn(fault)), engine="jax")


def test_a_policy_of_ones_own(plain, unlike):
    """A policy that can be compiled orders the same in both engines."""
    left, right = (
        simulate(plain(), policies=everywhere(Stubborn("")), keep=ALL, engine=name)
        for name in ("numpy", "jax")
    )
    assert unlike(left, right) == []


def test_checked_runs_are_refused(plain):
    """Who wants the laws of stock asserted is sent to the NumPy engine."""
    with pytest.raises(EngineError, match='engine="numpy"'):
        simulate(plain(), checked=True, engine="jax")
