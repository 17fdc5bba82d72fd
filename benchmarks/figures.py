"""A measured figure, and how it is taken."""

from __future__ import annotations

import resource
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

RUNS = 7


@dataclass(frozen=True)
class Figure:
    """One measured speed; without numbers where it could not be measured."""

    name: str
    median: float | None
    lowest: float | None
    highest: float | None
    unit: str
    compared: str


def timed(action: Callable[[], object], runs: int = RUNS) -> list[float]:
    """Return the seconds that an action takes, after once that does not count."""
    action()
    seconds = []
    for _ in range(runs):
        start = time.perf_counter()
        action()
        seconds.append(time.perf_counter() - start)
    return seconds


def figure(name: str, values: Sequence[float], unit: str, compared: str = "") -> Figure:
    """Return the median and range of some values."""
    return Figure(name, statistics.median(values), min(values), max(values), unit, compared)


def per_second(count: float, seconds: Sequence[float], scale: float = 1e6) -> list[float]:
    """Return how many millions (or so) were done a second, each time."""
    return [count / scale / one for one in seconds]


def of_limit(seconds: Sequence[float], limit: Sequence[float], count: float, scale: float) -> str:
    """Return what share of the physical limit was reached."""
    best = statistics.median(limit)
    share = best / statistics.median(seconds)
    return f"physical limit {count / scale / best:.3g}, of which {share:.0%}"


def memory_of(field: str) -> int:
    """Return the bytes of this process: `VmRSS` now, `VmHWM` at most so far."""
    status = Path("/proc/self/status")
    if not status.exists():  # elsewhere than on Linux: the most so far
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    lines = (line.split() for line in status.read_text(encoding="ascii").splitlines())
    return next(int(line[1]) * 1024 for line in lines if line[0] == f"{field}:")
