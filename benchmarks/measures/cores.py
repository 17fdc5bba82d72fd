"""A batch on two cores, and on one of them, in turns: NumPy's and the compiled one."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator

from benchmarks.cases import chain
from benchmarks.figures import RUNS, Figure, figure, per_second
from inventory_hmarl import Keep, simulate

CORES = 2
CASE = chain(stores=3, skus=1, days=90)
BATCH = 2 * 49152
ENGINES = (
    ("NumPy", "exact", "its threads share one interpreter"),
    ("JAX", "exact", "at least 1.6, aim 1.9"),
    ("JAX", "fast", "at least 1.6, aim 1.9"),
)


def figures() -> Iterator[Figure]:
    """Time each engine and precision with one thread and with two."""
    for engine, precision, bar in ENGINES:
        found: dict[int, list[float]] = {1: [], 2: []}
        for run in range(RUNS + 1):
            for workers, seconds in found.items():
                start = time.perf_counter()
                simulate(
                    CASE,
                    replications=BATCH,
                    keep=Keep(kpis=False),
                    engine=engine.lower(),
                    precision=precision,
                    workers=workers,
                )
                if run:
                    seconds.append(time.perf_counter() - start)
        times = statistics.median(found[1]) / statistics.median(found[2])
        yield figure(
            f"3 stores + 1 warehouse, batch of {BATCH:,}, {engine}, {precision}, two cores",
            per_second(BATCH * CASE.days, found[2]),
            "million chain-days/s",
            f"{times:.2f} x one core ({bar}); best peer 5.5",
        )
