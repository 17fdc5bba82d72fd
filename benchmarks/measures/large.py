"""Chains with many SKUs: 10 stores x 3,049 SKUs, as M5 has, over a year and over its horizon."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.cases import chain
from benchmarks.figures import RUNS, Figure, figure, of_limit, per_second, timed
from benchmarks.limits import jax_limit, numpy_limit
from inventory_hmarl.case.compiling import compile_case
from inventory_hmarl.engines import Request, engine
from inventory_hmarl.engines.outcome import Keep

CORES = 1
ROOT = Path(__file__).resolve().parents[2]
POINTS = 11 * 3049
LONG = """
import json, sys, time
sys.path.insert(0, sys.argv[1])
from benchmarks.cases import chain
from benchmarks.figures import memory_of
from benchmarks import limits
from inventory_hmarl import Keep, simulate
case = chain(stores=10, skus=3049, days=1941)
seconds = []
for _ in range(2):
    start = time.perf_counter()
    simulate(case, keep=Keep(kpis=False), engine=sys.argv[2])
    seconds.append(time.perf_counter() - start)
peak = memory_of('VmHWM') / 2**30
limit = getattr(limits, sys.argv[2] + '_limit')(case, 1)
limit()
start = time.perf_counter()
limit()
print(json.dumps([*seconds, peak, time.perf_counter() - start]))
"""
BARS = {"numpy": "at most 5", "jax": "at most 2, aim 1"}


def figures() -> Iterator[Figure]:
    """Time a year's days alone, then M5's whole horizon with its case's compilation."""
    import numpy as np

    case = chain(stores=10, skus=3049, days=364)
    model, one = compile_case(case), np.zeros(1, dtype=np.uint32)
    request = Request(one, Keep(kpis=False), workers=1)
    cells = POINTS * case.days
    for name, limit in (("numpy", numpy_limit), ("jax", jax_limit)):
        run = engine(name)
        seconds = timed(lambda run=run: run(model, request))
        yield figure(
            f"one chain, 10 stores x 3,049 SKUs, {name}",
            per_second(cells, seconds),
            "million location-SKU-days/s",
            "at least 40, aim 100; best peer 2.1; "
            + of_limit(seconds, timed(limit(case, 1)), cells, 1e6),
        )
    for name in ("numpy", "jax"):
        yield from _long(name)


def _long(engine_name: str) -> Iterator[Figure]:
    """Time M5's size in processes of their own."""
    command = [sys.executable, "-c", LONG, str(ROOT), engine_name]
    results = [
        json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
        for _ in range(RUNS)
    ]
    first, again, peak, limits = zip(*results, strict=True)
    name = f"10 stores + 1 warehouse, 3,049 SKUs, 1,941 days, {engine_name}"
    bar = f"{BARS[engine_name]}; physical limit {statistics.median(limits):.3g}"
    if engine_name == "jax":
        yield figure(f"{name}, first run, compiling the program", first, "s")
        yield figure(f"{name}, second run", again, "s", bar)
    else:
        yield figure(name, first, "s", bar)
    yield figure("the same, peak memory", peak, "GiB", "at most 2")
