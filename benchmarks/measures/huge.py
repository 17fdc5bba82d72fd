"""1,000 stores x 1,000 SKUs over a year: time and memory of the whole process."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.figures import Figure, figure

CORES = 1
ROOT = Path(__file__).resolve().parents[2]
POINTS, DAYS = 1_001_000, 365
SCRIPT = """
import json, sys, time
sys.path.insert(0, sys.argv[1])
from benchmarks.cases import chain
from benchmarks.figures import memory_of
from inventory_hmarl import Keep, simulate
start = time.perf_counter()
case = chain(stores=1000, skus=1000, days=365)
read = time.perf_counter()
simulate(case, keep=Keep(kpis=False), engine=sys.argv[2])
end = time.perf_counter()
peak = memory_of('VmHWM') / 2**30
print(json.dumps([read - start, end - read, peak]))
"""


def figures() -> Iterator[Figure]:
    """Run once with each engine, in processes of their own."""
    for name in ("numpy", "jax"):
        command = [sys.executable, "-c", SCRIPT, str(ROOT), name]
        output = subprocess.run(command, check=True, capture_output=True, text=True).stdout
        read, run, peak = json.loads(output)
        title = f"1,000 stores x 1,000 SKUs, {DAYS} days (once), {name}"
        cell = f"{run / POINTS / DAYS * 1e9:.1f} ns a location-SKU-day"
        yield figure(title, [run], "s", f"{cell}; the case took {read:.1f} s to read")
        yield figure("the same, peak memory of the process", [peak], "GiB", "at most 4")
