"""Which points of the parameters' space are looked at: a grid, or a sample of one seed.

Samples come from the chance of the simulation, keyed by the parameter: no global state, the same
points on every machine, and another order of the parameters is the same sample (Latin hypercube).
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from inventory_hmarl.case.faults import ABSENT, Fault, nearest
from inventory_hmarl.core.arrays import Array
from inventory_hmarl.core.chance import keys, words
from inventory_hmarl.studies.errors import StudyError
from inventory_hmarl.studies.values import Range, Value, Values

DESIGNS = ("grid", "latin", "halton")
MOST_POINTS = 10_000_000
PRIMES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71)


@dataclass(frozen=True)
class Design:
    """How points are chosen: "grid", or `size` points by "latin" or "halton" with a seed."""

    kind: str = "grid"
    size: int | None = None
    seed: int = 0


Point = tuple[Value, ...]


def points_of(parameters: Mapping[str, Values], design: Design) -> list[Point]:
    """Return the points, a value for each parameter, in a fixed order; raises `StudyError`.

    >>> points_of({"days": (30, 60), "seed": (1, 2)}, Design())
    [(30, 1), (30, 2), (60, 1), (60, 2)]
    """
    _check(parameters, design)
    if design.kind == "grid":
        return _grid(parameters)
    assert design.size is not None
    columns = [
        [_drawn(values, float(share)) for share in shares]
        for values, shares in zip(
            parameters.values(), _shares(list(parameters), design), strict=True
        )
    ]
    return list(zip(*columns, strict=True))


def _check(parameters: Mapping[str, Values], design: Design) -> None:
    if design.kind not in DESIGNS:
        near = nearest(design.kind, DESIGNS)
        rule = f"must be one of {', '.join(DESIGNS)}"
        raise StudyError([Fault("--design", design.kind, rule, near)])
    if not parameters:
        raise StudyError([Fault("--vary", ABSENT, "is required: say what to vary, PATH=values")])
    if (design.kind == "grid") != (design.size is None):
        rule = "a sample needs its number of points, --sample N, and a grid takes none"
        raise StudyError([Fault("--design", design.kind, rule)])


def _grid(parameters: Mapping[str, Values]) -> list[Point]:
    faults = [
        Fault(
            f"--vary {place}",
            f"{values.low}:{values.high}",
            f"a grid needs steps: write {values.low}:{values.high}:5, or sample with --sample N",
        )
        for place, values in parameters.items()
        if isinstance(values, Range)
    ]
    if faults:
        raise StudyError(faults)
    lists = [values for values in parameters.values() if not isinstance(values, Range)]
    size = 1
    for values in lists:
        size *= len(values)
    if size > MOST_POINTS:
        rule = f"a grid has at most {MOST_POINTS:,} points: sample it with --sample N"
        raise StudyError([Fault("--vary", f"{size:,} points", rule)])
    return list(itertools.product(*lists))


def _drawn(values: Values, share: float) -> Value:
    return values.at(share) if isinstance(values, Range) else values[int(share * len(values))]


def _shares(places: Sequence[str], design: Design) -> list[Array]:
    """Return shares in [0, 1) of each parameter, `(size,)`."""
    assert design.size is not None
    if design.kind == "latin":
        return [_latin(place, design.size, design.seed) for place in places]
    if len(places) > len(PRIMES):
        rule = f"halton takes at most {len(PRIMES)} parameters: use --design latin"
        raise StudyError([Fault("--vary", f"{len(places)} parameters", rule)])
    return [
        _halton(place, base, design.size, design.seed)
        for place, base in zip(places, PRIMES, strict=False)
    ]


def _uniforms(place: str, size: int, seed: int) -> Array:
    """Return two rows of uniforms in (0, 1), `(2, size)`."""
    key = keys([("study", place)], seed)
    drawn = words(key, np.arange(size, dtype=np.uint32), 0, 2)[:, 0, :]
    return (drawn + 0.5) / 2.0**32


def _latin(place: str, size: int, seed: int) -> Array:
    """Return one share in each of `size` equal slices, in an order drawn at random.

    Source: McKay, Beckman & Conover (1979), Technometrics 21(2).
    """
    order, within = _uniforms(place, size, seed)
    slices = np.argsort(np.argsort(order, kind="stable"), kind="stable")
    found: Array = np.minimum((slices + within) / size, np.nextafter(1.0, 0.0))
    return found


def _halton(place: str, base: int, size: int, seed: int) -> Array:
    """Return the radical inverses of 1, 2, ... in a base, shifted by one random share.

    The first points of a longer sample are those of a shorter one. Source: Halton (1960), Numer.
    Math. 2; the shift is Cranley & Patterson's (1976).
    """
    number, share, digit = np.arange(1, size + 1), np.zeros(size), 1.0 / base
    while number.any():
        share = share + number % base * digit
        number, digit = number // base, digit / base
    shift = _uniforms(place, 1, seed)[0, 0]
    found: Array = np.minimum((share + shift) % 1.0, np.nextafter(1.0, 0.0))
    return found
