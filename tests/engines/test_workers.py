"""Parts of a run on some threads: in order, all of them, and stopped when one fails."""

import threading
import time

import pytest

from inventory_hmarl.engines import workers
from inventory_hmarl.engines.workers import Stopped, cores, spread


def part(number, steps=3, pause=0.0):
    """Return a part of some steps that gives its number."""

    def run(report):
        for _ in range(steps):
            time.sleep(pause)
            report(1)
        return number

    return run


@pytest.mark.parametrize("threads", [1, 2, 3, 20])
@pytest.mark.parametrize("parts", [1, 2, 7])
def test_answers_stand_in_the_order_of_the_parts(threads, parts):
    """Whoever ends first, answers stand in order."""
    work = [part(number, pause=0.001 * (parts - number)) for number in range(parts)]
    assert spread(work, threads, None, 3 * parts) == list(range(parts))


@pytest.mark.parametrize("threads", [1, 3])
def test_progress_rises_to_the_whole(threads):
    """Progress never falls, ends at the whole, and is told in the thread of the caller."""
    told, told_by = [], set()

    def progress(done, of):
        told.append((done, of))
        told_by.add(threading.get_ident())

    spread([part(number) for number in range(5)], threads, progress, 15)
    assert told == sorted(told)
    assert told[-1] == (15, 15)
    assert told_by == {threading.get_ident()}


@pytest.mark.parametrize("threads", [1, 2])
def test_the_error_of_a_part_is_the_run_s(threads):
    """The first part that fails ends the run with its own error."""

    def fail(report):
        raise ArithmeticError("part 2")

    with pytest.raises(ArithmeticError, match="part 2"):
        spread([part(0), fail, part(2)], threads, None, 9)


def test_a_stopped_run_ends_its_parts(monkeypatch):
    """When the caller is interrupted, running parts end at their next report."""
    monkeypatch.setattr(workers, "SECONDS_BETWEEN_SIGNS", 0.01)
    begun, stopped = [], []

    def endless(number):
        def run(report):
            begun.append(number)
            try:
                while True:
                    time.sleep(0.001)
                    report(1)
            except Stopped:
                stopped.append(number)
                raise

        return run

    def interrupt(done, of):
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        spread([endless(number) for number in range(6)], 2, interrupt, 100)
    assert sorted(begun) == sorted(stopped) == [0, 1]


def test_cores_are_those_of_this_process(monkeypatch):
    """Where a process may use some cores only, those are counted; else the machine's."""
    monkeypatch.setattr(workers.os, "sched_getaffinity", lambda who: {0, 2, 5}, raising=False)
    assert cores() == 3
    monkeypatch.delattr(workers.os, "sched_getaffinity")
    monkeypatch.setattr(workers.os, "cpu_count", lambda: None)
    assert cores() == 1
