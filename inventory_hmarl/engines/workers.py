"""Parts of a run, spread over the cores of one machine."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from typing import TypeVar

Progress = Callable[[int, int], None]
Report = Callable[[int], None]
T = TypeVar("T")

SECONDS_BETWEEN_SIGNS = 0.1


class Stopped(Exception):
    """Another part failed, or the user stopped the run."""


def cores() -> int:
    """Return how many cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def spread(
    parts: Sequence[Callable[[Report], T]],
    workers: int,
    progress: Progress | None,
    whole: int,
) -> list[T]:
    """Return what each part returns, in order, worked on by some threads at a time.

    A part calls `report(done)` with what it has done since its last report; `progress(done, whole)`
    hears the sum, in the thread of the caller, whose exceptions end the run.
    """
    if workers == 1 or len(parts) == 1:
        return _one_by_one(parts, progress, whole)
    done, stopping = [0] * len(parts), False

    def run(number: int) -> T:
        def report(more: int) -> None:
            if stopping:
                raise Stopped
            done[number] += more

        return parts[number](report)

    with ThreadPoolExecutor(min(workers, len(parts))) as pool:
        futures: list[Future[T]] = [pool.submit(run, number) for number in range(len(parts))]
        try:
            waiting = set(futures)
            while waiting:
                ended, waiting = wait(waiting, SECONDS_BETWEEN_SIGNS, FIRST_EXCEPTION)
                for future in ended:
                    future.result()
                if progress is not None:
                    progress(sum(done), whole)
        except BaseException:
            stopping = True
            pool.shutdown(cancel_futures=True)
            raise
    return [future.result() for future in futures]


def _one_by_one(
    parts: Sequence[Callable[[Report], T]], progress: Progress | None, whole: int
) -> list[T]:
    done = 0

    def report(more: int) -> None:
        nonlocal done
        done += more
        if progress is not None:
            progress(done, whole)

    return [part(report) for part in parts]
