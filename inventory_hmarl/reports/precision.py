"""What keeps figures from being precise: too few replications, or a short warm-up."""

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
from inventory_hmarl.studies.warmup import short_warmup


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


def warmup_notes(run: Run) -> list[str]:
    """Return a line for each level of the network that has not settled after the warm-up."""
    given = run.model.warmup_days
    lines = []
    for each in short_warmup(run):
        advice = f"warmup_days = {each.days} or more"
        if each.at_limit:
            advice = "a longer run, to see whether it settles at all"
        lines.append(
            f"warmup_days = {given}: stock of level {each.level} has not settled by then, and "
            f"its mean is {100 * each.bias:+.1f} % off; MSER-5 advises {advice}."
        )
    return lines


def _missed(each: Reached) -> str:
    if each.relative is None:
        return f"{each.figure} (its mean is 0, or it has too few values)"
    return f"{each.figure} ({100 * each.relative:.3g} %)"
