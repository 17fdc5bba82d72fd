"""What a run that had to be precise did not reach, in words."""

from __future__ import annotations

from inventory_hmarl.simulation import Run
from inventory_hmarl.studies.precision import (
    NOT_REACHED,
    UNDEFINED,
    ZERO,
    Reached,
    Target,
    precision_of,
)


def notes(run: Run, target: Target) -> list[str]:
    """Return a line for figures that are not precise enough, 0 throughout, or undefined."""
    found = precision_of(run, target)
    lines = []
    if missed := [_missed(each) for each in found if each.verdict == NOT_REACHED]:
        lines.append(
            f"{len(run.replications):,} replications are too few for {100 * target.precision:g} %: "
            f"{', '.join(missed)}; give more --replications, or name what matters with --figure."
        )
    for verdict, words in ((ZERO, "0"), (UNDEFINED, "undefined")):
        if names := [each.figure for each in found if each.verdict == verdict]:
            lines.append(
                f"{words} in every replication, so no precision is asked: {', '.join(names)}."
            )
    return lines


def _missed(each: Reached) -> str:
    if each.relative is None:
        return f"{each.figure} (its mean is 0, or it has too few values)"
    return f"{each.figure} ({100 * each.relative:.2g} %)"
