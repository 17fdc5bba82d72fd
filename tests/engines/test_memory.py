"""What is told of a run's memory before it begins."""

import tracemalloc

import numpy as np
import pytest

from inventory_hmarl import Keep, default_case, simulate
from inventory_hmarl.case.compiling import compile_case
from inventory_hmarl.engines import Request, numpy_engine
from inventory_hmarl.engines.memory import bytes_there, memory
from inventory_hmarl.engines.outcome import blank

CASE = default_case().changed(days=40)


def nbytes(outcome):
    """Return the bytes of all arrays of an outcome."""
    arrays = [outcome.sums, outcome.daily, outcome.records]
    arrays += [*outcome.cycles_ended, *outcome.cycles_served]
    return sum(array.nbytes for array in arrays if array is not None)


@pytest.mark.parametrize(
    "keep", [Keep(), Keep(kpis=False), Keep(records=True), Keep(kpis=False, records=["stock"])]
)
def test_results_are_told_exactly(keep):
    """The results take the bytes that were told."""
    model = compile_case(CASE)
    assert memory(model, keep, 7).results == nbytes(blank(model, keep, 7))


@pytest.mark.parametrize("engine", ["numpy", "jax"])
def test_totals_do_not_grow_with_the_horizon(engine):
    """With totals alone, a longer run takes no more memory; with KPIs it does."""
    short, long = (compile_case(CASE.changed(days=days)) for days in (40, 4000))
    totals = Keep(kpis=False)
    assert memory(short, totals, 9, engine) == memory(long, totals, 9, engine)
    assert memory(short, Keep(), 9, engine).peak() < memory(long, Keep(), 9, engine).peak()


def test_numpy_s_peak_does_not_grow_with_the_horizon(plain, monkeypatch):
    """Ten times the days take no more memory with totals alone; with KPIs they do."""
    monkeypatch.setattr(numpy_engine, "_keep_freed_memory", lambda: None)
    peaks = {}
    for kpis in (False, True):
        for days in (800, 8000):  # more than two blocks, whatever the cache
            case = plain(days=days)
            simulate(case, replications=500, keep=Keep(kpis=kpis))  # what is made once
            tracemalloc.start()
            simulate(case, replications=500, keep=Keep(kpis=kpis))
            peaks[kpis, days] = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
    assert peaks[False, 8000] < 1.05 * peaks[False, 800]
    assert peaks[True, 8000] > 2 * peaks[True, 800]


def test_jax_s_peak_does_not_grow_with_the_horizon(plain):
    """The program of ten times the days needs as much memory, days of the season apart."""
    pytest.importorskip("jax")
    import jax

    from inventory_hmarl.engines.compiled import program
    from inventory_hmarl.engines.jax_engine import Compiled

    numbers, sizes = np.arange(500, dtype=np.uint32), []
    for days in (600, 6000):
        case = plain(days=days)
        with jax.enable_x64(True):
            block = Compiled(compile_case(case), Request(numbers, Keep(kpis=False), 1))
            given = block.plan, block.arrays, numbers, block.chunk(0, days)
            told = program.run_whole.lower(*given).compile().memory_analysis()
        sizes.append(told.temp_size_in_bytes + told.output_size_in_bytes)
    assert sizes[0] > 8 * numbers.size
    assert sizes[1] == sizes[0]


def test_threads_and_engines_take_more():
    """Each thread has a block of its own, and JAX its programs."""
    told = memory(compile_case(CASE), Keep(), 9)
    assert told.peak(3) == told.peak() + 2 * told.block
    assert memory(compile_case(CASE), Keep(), 9, "jax").peak() > told.peak()


def test_the_machine_says_what_it_has():
    """Linux and macOS tell their memory."""
    assert bytes_there() is None or bytes_there() > 2**27
