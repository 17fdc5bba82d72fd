"""What is wrong with a history: every fault with its file, row, column and value."""

from __future__ import annotations

from bisect import insort
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

SHOWN_FAULTS = 20
SHOWN_CHARACTERS = 80


@dataclass(frozen=True)
class HistoryFault:
    """One thing that is wrong in one file.

    ``row`` is the line of the file, the header being row 1; ``None`` means the whole file. A
    ``column`` of ``None`` means the whole row.

    >>> print(HistoryFault(Path("sales.csv"), 7, "units", "many", "is not a number"))
    sales.csv, row 7, column 'units': 'many' is not a number.
    """

    file: Path
    row: int | None
    column: str | None
    value: str | None
    rule: str

    def __str__(self) -> str:
        """Place, value and rule on one line."""
        row = "" if self.row is None else f", row {self.row}"
        column = "" if self.column is None else f", column {shortened(self.column)}"
        value = "" if self.value is None else f" {shortened(self.value)}"
        return f"{self.file.name}{row}{column}:{value} {self.rule}."


class HistoryError(ValueError):
    """A history that cannot be used, with the first faults and the count of all.

    >>> fault = HistoryFault(Path("sales.csv"), None, None, None, "is empty")
    >>> print(HistoryError([fault]))
    sales.csv: is empty.
    """

    def __init__(self, faults: Sequence[HistoryFault], total: int | None = None) -> None:
        """Keep ``faults``; ``total`` counts those that were found but not kept as well."""
        self.faults: tuple[HistoryFault, ...] = tuple(faults)
        self.total = len(self.faults) if total is None else total
        lines = [str(fault) for fault in self.faults]
        if self.total > len(lines):
            lines.append(
                f"... and {self.total - len(lines):,} more faults ({self.total:,} in all)."
            )
        super().__init__("\n".join(lines))


class Faults:
    """Collects the faults of one file, so that they can be reported together."""

    def __init__(self, file: Path) -> None:
        """Start with no fault in ``file``."""
        self.file = file
        self.total = 0
        self._kept: list[HistoryFault] = []  # the first ones by row

    def add(self, row: int | None, column: str | None, value: str | None, rule: str) -> None:
        """Count a fault, and keep it where it is among the first by row."""
        self.total += 1
        full = len(self._kept) == SHOWN_FAULTS
        if full and _row(self._kept[-1]) <= (row or 0):
            return
        del self._kept[SHOWN_FAULTS - 1 :]
        insort(self._kept, HistoryFault(self.file, row, column, value, rule), key=_row)

    def error(self) -> HistoryError:
        """Everything found so far as one error, in the order of the rows."""
        return HistoryError(self._kept, self.total)

    def raise_if_any(self) -> None:
        """Raise ``HistoryError`` when a fault was found."""
        if self.total:
            raise self.error()


def _row(fault: HistoryFault) -> int:
    return fault.row or 0


def file_error(file: Path, rule: str, *, row: int | None = None) -> HistoryError:
    """Build the error for one fault of a whole file, or of one whole row."""
    return HistoryError([HistoryFault(file, row, None, None, rule)])


def shortened(value: str) -> str:
    """Quote a value, cut to a readable length.

    >>> shortened("x" * 200)[-30:], len(shortened("x" * 200))
    ("xxxxxxxxx...' (200 characters)", 99)
    """
    if len(value) <= SHOWN_CHARACTERS:
        return repr(value)
    return f"{value[: SHOWN_CHARACTERS - 3]!r}"[:-1] + f"...' ({len(value):,} characters)"


def listed(names: Iterable[str], limit: int = 12) -> str:
    """Join names for a sentence, and count those that are too many to show.

    >>> listed(["a", "b", "c"], limit=2)
    'a, b and 1 more'
    """
    every = list(names)
    shown = ", ".join(every[:limit])
    return shown if len(every) <= limit else f"{shown} and {len(every) - limit} more"


def missing_name(name: str, known: Sequence[str]) -> str:
    """Say which column is missing, which exist, and which of them was probably meant.

    >>> missing_name("unit", ["date", "units"])
    "has no column 'unit'; its columns are: date, units. Did you mean 'units'"
    """
    near = get_close_matches(name.lower(), [column.lower() for column in known], n=1)
    rule = f"has no column {shortened(name)}; its columns are: {listed(shown(known))}"
    if near:
        rule += f". Did you mean {shortened(next(c for c in known if c.lower() == near[0]))}"
    return rule


def shown(names: Iterable[str]) -> list[str]:
    """Names, each cut to a readable length."""
    return [
        name if len(name) <= SHOWN_CHARACTERS else name[:SHOWN_CHARACTERS] + "..." for name in names
    ]
