"""What can be wrong with a study, in words a user can act on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from inventory_hmarl.case.faults import Fault, nearest

MOST_LINES = 20


def unknown_figure(name: str, known: Sequence[str]) -> str:
    """Say that a figure is none of those that there are, and which is meant.

    >>> unknown_figure("total_costs", ["total_cost", "profit"])
    "figure 'total_costs': it must be one of total_cost, profit. Did you mean 'total_cost'?"
    """
    near = nearest(name, known)
    hint = f". Did you mean '{near}'?" if near else ""
    return f"figure '{name:.80}': it must be one of {', '.join(known)}{hint}"


class StudyError(ValueError):
    """A study that cannot be, or cannot go on: `faults` has all that is wrong, a line each."""

    def __init__(self, faults: str | Iterable[Fault | str]) -> None:
        """Take a fault or several; the same line is said once."""
        several = [faults] if isinstance(faults, str) else faults
        self.faults = tuple(dict.fromkeys(map(str, several)))
        more = len(self.faults) - MOST_LINES
        lines = [*self.faults[:MOST_LINES], *([f"... and {more:,} more"] if more > 0 else [])]
        super().__init__("\n".join(lines))

    def __reduce__(self) -> tuple[type[StudyError], tuple[tuple[str, ...]]]:
        """Return what pickle rebuilds the error from."""
        return type(self), (self.faults,)
