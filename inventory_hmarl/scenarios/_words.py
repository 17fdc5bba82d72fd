"""Scenarios as one writes them on a command line: names, and parameters behind a colon.

`spike` is a scenario; `spike+outage` are two, applied in order. `spike:first_day=20,stores=a+b` has
parameters; behind a colon, `+` joins several ids to one value, up to the next scenario.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator

EXAMPLE = "demand_surge:first_day=20,last_day=30,stores=store_1+store_2"


def parted(text: str, names: Collection[str]) -> Iterator[str]:
    """Yield the scenarios of a text, one by one, each with its parameters.

    Behind a colon, what stands after a `+` is a scenario of its own where it has a colon too, or is
    the name of one; else it is one more id.

    >>> list(parted("spike+outage:locations=a+b+normal", ["spike", "outage", "normal"]))
    ['spike', 'outage:locations=a+b', 'normal']
    """
    found: list[str] = []
    for piece in text.split("+"):
        begins = ":" in piece or piece.strip() in names
        if found and ":" in found[-1] and not begins:
            found[-1] += f"+{piece}"
        else:
            found.append(piece)
    yield from (each.strip() for each in found)


def parameters(text: str) -> Iterator[tuple[str, str]]:
    """Yield the names and words of parameters; raises `ValueError` where there is none.

    >>> list(parameters("first_day=20, stores=a+b"))
    [('first_day', '20'), ('stores', 'a+b')]
    """
    for piece in text.split(","):
        name, equals, word = piece.partition("=")
        if not equals or not name.strip() or not word.strip():
            raise ValueError(f"{piece.strip()!r:.80}: must be name=value, as in '{EXAMPLE}'")
        yield name.strip(), word.strip()


def value_of(word: str, kind: str) -> object:
    """Return what a word stands for where the parameter is of some kind, as its field has it.

    `none` is None: all, to the end, or the case's own.

    >>> value_of("20", "int"), value_of("a+b", "Names"), value_of("none", "int | None")
    (20, ('a', 'b'), None)
    """
    if word.lower() == "none" and ("None" in kind or kind == "Names"):
        return None
    if kind == "Names":
        ids = tuple(each.strip() for each in word.split("+"))
        return ids[0] if len(ids) == 1 else ids
    number = _number(word) if "float" in kind or "int" in kind else None
    if number is None:
        return word  # text, or what the scenario refuses in its own words
    return int(number) if "float" not in kind and number.is_integer() else number


def _number(word: str) -> float | None:
    """Return the finite number that a word stands for, or None.

    >>> _number("2.5"), _number("nan"), _number("1_000"), _number("many")
    (2.5, None, None, None)
    """
    try:
        number = float(word)
    except ValueError:
        return None
    return number if math.isfinite(number) and "_" not in word else None
