"""What several cores can do at most: the same work in processes of their own, alone and together.

A process is held to a core, makes itself ready, and then, each time it reads a line, works for so
many seconds and prints how often it did its work in one.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
SECONDS = 0.5


def arithmetic() -> Callable[[], object]:
    """Return work that needs a core's registers and first cache alone."""
    numbers = np.linspace(0.1, 0.9, 1024)

    def work() -> None:
        for _ in range(100):
            np.multiply(numbers, 0.999, out=numbers)
            np.add(numbers, 0.001, out=numbers)

    return work


def days() -> Callable[[], object]:
    """Return a run of small chains, compiled: what the threads of one process share otherwise."""
    from benchmarks.cases import chain
    from inventory_hmarl import Keep, simulate

    case, keep = chain(stores=3, skus=1, days=90), Keep(kpis=False)
    return lambda: simulate(case, replications=4096, keep=keep, engine="jax", workers=1)


KINDS = {"arithmetic": arithmetic, "days": days}


@contextmanager
def processes(kind: str, cores: Sequence[int]) -> Iterator[Callable[[slice], list[float]]]:
    """Start a process on each core; give what has some of them work at once, for their rates."""
    started = [_start(kind, core) for core in cores]
    try:
        for process in started:
            _read(process.stdout)  # ready

        def rates(some: slice) -> list[float]:
            for process in started[some]:
                assert process.stdin is not None
                process.stdin.write("go\n")
                process.stdin.flush()
            return [float(_read(process.stdout)) for process in started[some]]

        yield rates
    finally:
        for process in started:
            process.kill()
            process.communicate()


def _start(kind: str, core: int) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "benchmarks.beside", kind, str(core)]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, cwd=ROOT, stdin=pipe, stdout=pipe, text=True)


def _read(stream: IO[str] | None) -> str:
    assert stream is not None
    return stream.readline()


def main(kind: str, core: int) -> None:
    """Be one of the processes, until nobody writes any more."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {core})
    work = KINDS[kind]()
    work()
    print("ready", flush=True)
    for _ in sys.stdin:
        times, begun = 0, time.perf_counter()
        while (passed := time.perf_counter() - begun) < SECONDS:
            work()
            times += 1
        print(times / passed, flush=True)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
