"""Runs known and random cases on both engines, and counts the numbers on which they disagree."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from inventory_hmarl.case import Case, case_from_dict, default_case
from inventory_hmarl.engines import check_choice
from inventory_hmarl.scenarios import SCENARIOS, apply_scenario
from inventory_hmarl.verification.case_files import verification_cases

Progress = Callable[[int, int], None]
CASES_IN_MEMORY = 10  # the programs of so many cases are kept, up to 100 MB each
SETS = 4  # of numbers for each random network: compiling it takes a hundred times as long as a run


@dataclass(frozen=True)
class EngineRow:
    """What came out of running some cases on both engines."""

    what: str
    cases: int
    numbers: int  # that were compared
    differing: tuple[str, ...]  # a line for each case on which the engines disagree


def known_cases() -> dict[str, Case]:
    """Return the cases that come with the package: the default's scenarios, and known answers."""
    cases = {f"default {name}": apply_scenario(default_case(), name) for name in SCENARIOS}
    return cases | {name: each.case for name, each in verification_cases().items()}


def run_engine_cases(
    count: int, *, workers: int = 1, progress: Progress | None = None
) -> list[EngineRow]:
    """Run all known cases and `count` random ones on both engines; return a row for each kind.

    Random cases come in fours of one network: with numbers of its own, and with three other sets of
    customers, opening stocks and costs, which run the same program. It needs the extra `jax`, and
    Hypothesis. `workers` processes share the networks. `progress(done, all)` is told cases.
    """
    check_choice("jax")
    known = len(known_cases())
    drawn = [range(start, min(start + SETS, count)) for start in range(0, count, SETS)]
    found: list[_Found] = []
    for several in _each([*known_cases(), *drawn], workers):
        found += several
        if progress is not None:
            progress(len(found), known + count)
    return [
        _row("cases of the package", found[:known]),
        _row(f"random cases, of {len(drawn):,} networks", found[known:]),
    ]


class _Found(NamedTuple):
    """What came out of one case."""

    numbers: int
    differing: str  # a line, or nothing


def _each(tasks: Sequence[str | range], workers: int) -> Iterator[list[_Found]]:
    """Yield what comes out of each network; what was compiled for some of them is let go."""
    if workers == 1:
        for place, task in enumerate(tasks):
            yield _compared(task)
            if place % CASES_IN_MEMORY == CASES_IN_MEMORY - 1:
                _forget()
        _forget()
        return
    processes = multiprocessing.get_context("spawn")
    with processes.Pool(workers, maxtasksperchild=CASES_IN_MEMORY) as pool:
        yield from pool.imap(_compared, tasks)


def _forget() -> None:
    import jax

    jax.clear_caches()


def _compared(task: str | range) -> list[_Found]:
    """Compare the engines on a case that has a name, or on the random cases of one network."""
    from inventory_hmarl.testing.strategies import numbered_case, renumbered

    if isinstance(task, str):
        return [_compare(task, known_cases()[task])]
    network = numbered_case(task.start // SETS)
    return [
        _compare(f"random case {number}", case_from_dict(renumbered(network, times)))
        for times, number in enumerate(task)
    ]


def _compare(name: str, case: Case) -> _Found:
    from inventory_hmarl.testing.engines import compare_engines

    found = compare_engines(case)
    if not found.differences:
        return _Found(found.numbers, "")
    first = found.differences[0]
    return _Found(found.numbers, f"{name}: {len(found.differences)}, first {first}")


def _row(what: str, found: Sequence[_Found]) -> EngineRow:
    lines = tuple(each.differing for each in found if each.differing)
    return EngineRow(what, len(found), sum(each.numbers for each in found), lines)
