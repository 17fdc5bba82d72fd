"""The peak memory of runs beside what the formula of `engines.memory` says before they begin."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.figures import Figure, figure

CORES = 1
ROOT = Path(__file__).resolve().parents[2]
SCRIPT = """
import json, sys
sys.path.insert(0, sys.argv[1])
from benchmarks.cases import chain
from benchmarks.figures import memory_of
from inventory_hmarl import Keep, simulate
from inventory_hmarl.case.compiling import compile_case
from inventory_hmarl.engines.memory import memory

engine, stores, skus, days, replications, keep = json.loads(sys.argv[2])
case, keep = chain(stores=stores, skus=skus, days=days), Keep(**keep)
model = compile_case(case)
before = memory_of("VmRSS")
told = before + memory(model, keep, replications, engine).peak()
run = simulate(case, replications=replications, keep=keep, engine=engine, workers=1)
print(json.dumps([told / 2**20, memory_of("VmHWM") / 2**20, before / 2**20]))
"""
TOTALS = {"kpis": False}
CASES = (  # stores, SKUs, days, replications, what is kept
    (3, 1, 90, 100_000, TOTALS),
    (3, 1, 900, 100_000, TOTALS),
    (3, 1, 90, 50_000, {}),
    (3, 1, 365, 3_000, {"records": True}),
    (10, 300, 365, 20, {"records": ["stock"]}),
    (10, 3049, 60, 1, TOTALS),
    (200, 1000, 20, 1, {}),
)


def figures() -> Iterator[Figure]:
    """Compare each run's peak, in a process of its own, with what was told."""
    for engine in ("numpy", "jax"):
        for case in CASES:
            words = json.dumps([engine, *case])
            command = [sys.executable, "-c", SCRIPT, str(ROOT), words]
            output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
            told, peak, before = json.loads(output)
            stores, skus, days, replications, keep = case
            kept = ", ".join(f"{name}={value}" for name, value in keep.items()) or "KPIs"
            yield figure(
                f"peak memory, {engine}: {stores} stores, {skus:,} SKUs, {days} days, "
                f"{replications:,} replications, {kept}",
                [peak],
                "MiB",
                f"formula {told:.0f}, {told / peak - 1:+.0%}; {before:.0f} before the run",
            )
