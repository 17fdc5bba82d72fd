"""`DigitalTwin.step()` of the default case, early and late in a long run."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator

from benchmarks.figures import RUNS, Figure, figure, timed
from benchmarks.limits import numpy_limit
from inventory_hmarl import DigitalTwin, default_case

CORES = 1


def figures() -> Iterator[Figure]:
    """Time single steps."""
    case = default_case().changed(days=2000)
    twin, limit = DigitalTwin(case), numpy_limit(case, 1)
    of_day = statistics.median(timed(limit)) / case.days * 1e6
    for day in (9, 1800):
        while twin.day < day:
            twin.step()
        seconds = []
        for _ in range(RUNS * 10):
            start = time.perf_counter()
            twin.step()
            seconds.append((time.perf_counter() - start) * 1e6)
        yield figure(
            f"DigitalTwin.step(), day {day}",
            seconds,
            "us",
            "at most 50, aim 25; best peer 84 and growing; "
            f"physical limit {of_day:.3g}, of which {of_day / statistics.median(seconds):.0%}",
        )
