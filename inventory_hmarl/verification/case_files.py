"""Verification cases as files: settings in the form of any case, and what must come out."""

from __future__ import annotations

import difflib
import functools
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from importlib import resources
from typing import Any  # a TOML table holds anything; the case's own models check it

from inventory_hmarl.case import Case, case_from_dict

SHARPNESS = 0.0025  # largest standard error, as a share of the expected value


@dataclass(frozen=True)
class Figure:
    """A number that must come out.

    Without a `tolerance` the rule is: within 4 standard errors, and those small enough. With one,
    the measured value must lie within it, and so must 4 standard errors.
    """

    name: str
    measure: str  # a name in `measures.MEASURES`
    expected: float
    at: tuple[str, ...] = ()  # locations; none: the whole network
    tolerance: float | None = None  # absolute, in the figure's unit
    sharpness: float = SHARPNESS
    long_sharpness: float = SHARPNESS  # of the long form


@dataclass(frozen=True)
class Trace:
    """What must happen on each day, in the morning convention of the source.

    Row 0 is our day 1. `columns` maps a column of `traces.COLUMNS` to one number a row.
    """

    columns: Mapping[str, tuple[float, ...]]
    at: str  # the store


@dataclass(frozen=True)
class VerificationCase:
    """A case, what must come out of it, who says so, and how long to run it."""

    name: str
    title: str
    source: str
    mapping: str  # how the source's convention becomes ours
    settings: Mapping[str, Any]
    replications: int
    long_replications: int
    figures: tuple[Figure, ...] = ()
    trace: Trace | None = None

    @functools.cached_property
    def case(self) -> Case:
        """The case as `simulate` takes it."""
        return case_from_dict(dict(self.settings))


@dataclass(frozen=True)
class _File:
    """The tables of a file; an unknown key is a TypeError that names it."""

    title: str
    source: str
    mapping: str
    case: Mapping[str, Any]
    replications: int = 1
    long_replications: int = 1
    figures: list[dict[str, Any]] = field(default_factory=list)
    trace: dict[str, Any] = field(default_factory=dict)


@functools.cache
def verification_cases() -> Mapping[str, VerificationCase]:
    """Return every case in the folder `cases/` by name, in order of the names."""
    folder = resources.files(__package__) / "cases"
    files = sorted(file.name for file in folder.iterdir() if file.name.endswith(".toml"))
    return {
        name.removesuffix(".toml"): parsed(
            name.removesuffix(".toml"), (folder / name).read_text(encoding="utf-8")
        )
        for name in files
    }


def parsed(name: str, text: str) -> VerificationCase:
    """Return the verification case of a file's text."""
    file = _File(**tomllib.loads(text))
    trace = dict(file.trace)
    at = str(trace.pop("at", ""))
    columns = {column: tuple(values) for column, values in trace.items()}
    return VerificationCase(
        name,
        file.title,
        file.source,
        file.mapping,
        {"title": file.title, **file.case},
        file.replications,
        file.long_replications,
        tuple(Figure(**{**figure, "at": tuple(figure.get("at", ()))}) for figure in file.figures),
        Trace(columns, at) if columns else None,
    )


def select(names: Iterable[str] | None) -> tuple[VerificationCase, ...]:
    """Return the named cases; "P13" stands for "P13-T1", "P13-T2" ... too.

    Raises
    ------
    ValueError
        There is no case of such a name.
    """
    known = verification_cases()
    if names is None:
        return tuple(known.values())
    chosen: dict[str, VerificationCase] = {}
    for name in names:
        found = {k: c for k, c in known.items() if name.upper() in (k, k.split("-")[0])}
        if not found:
            near = difflib.get_close_matches(name.upper(), known, n=1, cutoff=0.0)
            raise ValueError(
                f"There is no verification case {name[:80]!r}. Did you mean {' or '.join(near)}?"
            )
        chosen |= found
    return tuple(chosen.values())
