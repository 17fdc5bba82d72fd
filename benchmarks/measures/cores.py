"""A batch on two cores, and on one of them, in turns; and what two cores can do at most."""

from __future__ import annotations

import contextlib
import os
import statistics
import time
from collections.abc import Collection, Iterator
from pathlib import Path

from benchmarks.beside import processes
from benchmarks.cases import chain
from benchmarks.figures import RUNS, Figure, figure, of_limit, per_second, timed
from benchmarks.limits import jax_limit, numpy_limit
from inventory_hmarl import Keep, simulate

CORES = 2
CASE = chain(stores=3, skus=1, days=90)
BATCH = 2 * 49152
ENGINES = (
    ("NumPy", "exact", "its threads share one interpreter"),
    ("JAX", "exact", "at least 1.6, aim 1.9"),
    ("JAX", "fast", "at least 1.6, aim 1.9"),
)
CEILINGS = {
    "arithmetic": "arithmetic in the first cache, a process a core",
    "days": "the same days, a process a core",
}
Found = dict[int, list[float]]  # seconds by number of cores


def figures() -> Iterator[Figure]:
    """Measure what two cores can do, then time each engine and precision on one and on two."""
    cores = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else [0, 1]
    most = {}
    for kind, name in CEILINGS.items():
        found = ratios(kind, cores)
        most[kind] = statistics.median(found)
        yield figure(f"two cores at most: {name}", found, "x one core", "2 where nothing is shared")
    for engine, precision, bar in ENGINES:
        seconds = in_turns(engine, precision, cores)
        times = statistics.median(seconds[1]) / statistics.median(seconds[2])
        limit = [one / most["arithmetic"] for one in _limit(engine, precision, cores)]
        yield figure(
            f"3 stores + 1 warehouse, batch of {BATCH:,}, {engine}, {precision}, two cores",
            per_second(BATCH * CASE.days, seconds[2]),
            "million chain-days/s",
            f"{times:.2f} x one core ({bar}; at most {most['days']:.2f} in processes); "
            f"best peer 5.5; {of_limit(seconds[2], limit, BATCH * CASE.days, 1e6)}",
        )


def ratios(kind: str, cores: Collection[int]) -> list[float]:
    """Return how many times the work of one core all of them do, each time."""
    with processes(kind, list(cores)) as rates:
        rates(slice(None))
        found = []
        for _ in range(RUNS):
            together = sum(rates(slice(None)))
            alone = [rates(slice(core, core + 1))[0] for core in range(len(cores))]
            found.append(together / statistics.mean(alone))
        return found


def in_turns(engine: str, precision: str, cores: list[int]) -> Found:
    """Return the seconds of a run on one core and on two, a thread each."""

    def run(workers: int) -> float:
        start = time.perf_counter()
        simulate(
            CASE,
            replications=BATCH,
            keep=Keep(kpis=False),
            engine=engine.lower(),
            precision=precision,
            workers=workers,
        )
        return time.perf_counter() - start

    run(len(cores))  # held to one core, JAX would start as many threads as it then has cores
    found: Found = {1: [], 2: []}
    for _ in range(RUNS):
        for workers, seconds in found.items():
            hold(cores[:workers])
            seconds.append(run(workers))
    hold(cores)
    return found


def _limit(engine: str, precision: str, cores: list[int]) -> list[float]:
    """Return the seconds of drawing and copying alone, on one core."""
    numpy = engine == "NumPy"
    limit = numpy_limit(CASE, BATCH) if numpy else jax_limit(CASE, BATCH, precision)
    hold(cores[:1])
    seconds = timed(limit)
    hold(cores)
    return seconds


def hold(cores: Collection[int]) -> None:
    """Hold each thread of this process to some cores, those of libraries too."""
    if hasattr(os, "sched_setaffinity"):
        for thread in Path("/proc/self/task").iterdir():
            with contextlib.suppress(ProcessLookupError):  # it has ended since
                os.sched_setaffinity(int(thread.name), cores)
