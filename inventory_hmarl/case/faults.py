"""What is wrong with a case, and how it is said."""

from __future__ import annotations

import difflib
import re
import reprlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

SHOWN_CHARACTERS = 80
SUGGESTION_CUTOFF = 0.6
LONGEST_COMPARED = 100  # difflib takes time that grows with the square of the length

Path = tuple["str | int", ...]


class _Absent:
    """The value of a setting that is not there."""

    def __repr__(self) -> str:
        return "absent"


ABSENT = _Absent()


class Verbatim(str):
    """A step of a path that is shown as it is, such as a file's name and row."""

    __slots__ = ()


@dataclass(frozen=True)
class Finding:
    """A fault before its place is put into the words of who wrote the case."""

    path: Path  # from the root of the case file; list positions count from 0
    value: object
    rule: str
    suggestion: str | None = None


@dataclass(frozen=True)
class Fault:
    """One fault of a case: where it is, what is there, which rule it breaks, what may be meant.

    >>> print(Fault("skus.milk.base_demnd", 5, "is not a known setting", "base_demand"))
    skus.milk.base_demnd = 5: is not a known setting. Did you mean 'base_demand'?
    """

    place: str
    value: object
    rule: str
    suggestion: str | None = None

    def __str__(self) -> str:
        shown = "" if self.value is ABSENT else f" = {shorten(self.value)}"
        hint = "" if self.suggestion is None else f" Did you mean '{self.suggestion}'?"
        return f"{self.place}{shown}: {self.rule}.{hint}"


class CaseError(ValueError):
    """A case that cannot be: `faults` has all that is wrong, `str()` has one a line."""

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))

    def __reduce__(self) -> tuple[type[CaseError], tuple[tuple[Fault, ...]]]:
        """Return what pickle rebuilds the error from: its faults, not its text."""
        return type(self), (self.faults,)


def dotted(path: Path) -> str:
    """Return a path as in a TOML file; entries of lists count from 1.

    >>> dotted(("lanes", 0, "lead_time"))
    'lanes #1.lead_time'
    """
    text = ""
    for step in path:
        if isinstance(step, int):
            text += f" #{step + 1}"
        else:
            text += ("." if text else "") + _key(step)
    return text or "case"


def _key(step: str) -> str:
    if isinstance(step, Verbatim) or re.fullmatch(r"[A-Za-z0-9_-]{1,100}", step):
        return step
    return shorten(step)


def as_faults(findings: Iterable[Finding], place: Callable[[Path], str] = dotted) -> list[Fault]:
    """Return the faults of findings, each once, their places in the words of `place`."""
    faults: dict[tuple[str, str], Fault] = {}
    for found in findings:
        fault = Fault(place(found.path), found.value, found.rule, found.suggestion)
        faults.setdefault((fault.place, fault.rule), fault)
    return list(faults.values())


def nearest(name: object, known: Iterable[str], cutoff: float = SUGGESTION_CUTOFF) -> str | None:
    """Return the known name that is most like a given one, or None.

    >>> nearest("reorder_pont", ["order_up_to", "reorder_point"])
    'reorder_point'
    """
    if not isinstance(name, str) or len(name) > LONGEST_COMPARED:
        return None
    lower = {each.lower(): each for each in reversed(list(known))}
    found = difflib.get_close_matches(name.lower(), lower, n=1, cutoff=cutoff)
    return lower[found[0]] if found else None


def listed(names: Iterable[str], most: int = 12) -> str:
    """Return names for a message, the first few of many.

    >>> listed(["lost", "backordered"])
    "'lost', 'backordered'"
    """
    every: Sequence[str] = list(names)
    shown = ", ".join(f"'{name}'" for name in every[:most])
    return shown + (f" and {len(every) - most} more" if len(every) > most else "")


class _Short(reprlib.Repr):
    """A repr that is short and quick for whatever a file or a caller holds."""

    def __init__(self) -> None:
        super().__init__()
        self.maxlevel = 2
        self.maxstring = self.maxother = self.maxlong = SHOWN_CHARACTERS

    def repr_float(self, x: float, level: int) -> str:
        """Return a number without a point where it has none to show."""
        return repr(int(x)) if x.is_integer() and abs(x) < 1e15 else repr(x)

    def repr_int(self, x: int, level: int) -> str:
        """Return an integer; Python writes none of thousands of digits."""
        return repr(x) if abs(x) < 10**SHOWN_CHARACTERS else "an integer of many digits"


def shorten(value: object) -> str:
    """Return a value as text of at most 80 characters.

    >>> shorten("x" * 1000)[-5:]
    "xxxx'"
    """
    try:
        text = _Short().repr(value)
    except Exception:  # a repr of somebody else's may raise anything
        text = f"<{type(value).__name__}>"
    text = "".join(letter if letter.isprintable() else "?" for letter in text)
    return text if len(text) <= SHOWN_CHARACTERS else text[: SHOWN_CHARACTERS - 3] + "..."
