"""The README's run command, set-up apart, as a whole process."""

from __future__ import annotations

import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from benchmarks.figures import Figure, figure, timed

CORES = 1
ROOT = Path(__file__).resolve().parents[2]


def figures() -> Iterator[Figure]:
    """Time the command, and Python with NumPy alone."""
    command = [sys.executable, str(ROOT / "simulation" / "run_simulation.py")]
    seconds = timed(lambda: subprocess.run(command, check=True, capture_output=True, cwd=ROOT))
    bare = timed(lambda: subprocess.run([sys.executable, "-c", "import numpy"], check=True))
    compared = f"at most 1 s; Python with NumPy alone: {statistics.median(bare):.2f} s"
    yield figure("run_simulation.py, whole process", seconds, "s", compared)
