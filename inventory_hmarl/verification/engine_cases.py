"""Runs known and random cases on both engines, and counts the numbers on which they disagree."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from inventory_hmarl.case import Case, case_from_dict, default_case
from inventory_hmarl.scenarios import SCENARIOS, apply_scenario
from inventory_hmarl.verification.case_files import verification_cases

Progress = Callable[[int, int], None]
CASES_IN_MEMORY = 10  # the programs of so many cases are kept, up to 100 MB each


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


def run_engine_cases(count: int, *, progress: Progress | None = None) -> list[EngineRow]:
    """Run all known cases and `count` random ones on both engines; return a row for each kind.

    It needs the extra `jax`, and Hypothesis. `progress(done, all)` is told cases.
    """
    known = known_cases()
    done, total = 0, len(known) + count

    def told(cases: Iterable[tuple[str, Case]]) -> Iterator[tuple[str, Case]]:
        nonlocal done
        for pair in cases:
            yield pair
            done += 1
            if progress is not None:
                progress(done, total)

    return [
        _compared("cases of the package", told(known.items())),
        _compared("random cases", told(_random_cases(count))),
    ]


def _random_cases(count: int) -> Iterator[tuple[str, Case]]:
    from inventory_hmarl.testing.strategies import numbered_case

    for number in range(count):
        yield f"random case {number}", case_from_dict(numbered_case(number))


def _compared(what: str, cases: Iterable[tuple[str, Case]]) -> EngineRow:
    from inventory_hmarl.engines import check_choice

    check_choice("jax")
    import jax

    from inventory_hmarl.testing.engines import compare_engines

    numbers, names, differing = 0, [], []
    for name, case in cases:
        found = compare_engines(case)
        numbers += found.numbers
        names.append(name)
        if found.differences:
            differing.append(f"{name}: {len(found.differences)}, first {found.differences[0]}")
        if len(names) % CASES_IN_MEMORY == 0:
            jax.clear_caches()
    return EngineRow(what, len(names), numbers, tuple(differing))
