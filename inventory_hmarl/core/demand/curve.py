"""Continuous demand: quantiles as functions of the standard normal draw, piece by piece."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from inventory_hmarl.core.arrays import Array, namespace, rounded
from inventory_hmarl.core.chance import chebyshev_nodes, mix, quartics, standard_normal
from inventory_hmarl.core.demand.family import ANY_DAYS, Prepared, Shape
from inventory_hmarl.core.demand.path import MeanPath

REACH = 6.5  # no draw is farther from 0 than 6.338
PER_UNIT = 8  # pieces a unit of the normal draw: a power of two, so that places are exact
PIECES = int(2 * REACH * PER_UNIT)
WORDS = 2.0**32
LAST_WORD = WORDS - 256  # the last that a 32-bit float can hold
ROUNDING_BITS = 24  # of the word that rounds: as many as a 32-bit float holds


def nodes() -> Array:
    """Return the normal draws at which a curve is to be known, ascending, `(5 x PIECES,)`."""
    start = np.arange(PIECES) / PER_UNIT - REACH
    return (start[:, None] + chebyshev_nodes(1.0) / PER_UNIT).ravel()


def pieces(values: Array) -> Array:
    """Return the coefficients of the curves with these values at `nodes()`.

    `values` is `(curves, 5 x PIECES)`; the answer is `(5, curves x PIECES)`, lowest power first.
    """
    at_node = values.reshape(len(values), PIECES, 5)
    return quartics(chebyshev_nodes(1.0), [at_node[..., i].ravel() for i in range(5)])


def along(coefficients: Array, start: Array | int, draw: Array) -> Array:
    """Return the values of curves at standard normal draws; each curve's pieces begin at `start`.

    >>> square = pieces(nodes()[None] ** 2)
    >>> along(square, 0, np.array([-1.5, 0.0, 3.0])).round(9).tolist()
    [2.25, 0.0, 9.0]
    """
    library = namespace(draw)
    place = (draw + REACH) * PER_UNIT
    piece = library.floor(place)
    offset = place - piece
    index = piece.astype(np.int32) + start
    table = library.asarray(coefficients)
    value = table[4].take(index, mode="clip")
    for power in (3, 2, 1, 0):
        value = rounded(value * offset) + table[power].take(index, mode="clip")
    return value


def rounded_by_chance(demand: Array, word: Array) -> Array:
    """Return whole units, rounded up with the fraction as probability, so that means stay.

    >>> words = np.arange(2**16, dtype=np.uint32)
    >>> bool(abs(rounded_by_chance(np.full(2**16, 0.3), words).mean() - 0.3) < 0.01)
    True
    """
    uniform = (mix(word) >> np.uint32(32 - ROUNDING_BITS)).astype(demand.dtype)
    return namespace(word).floor(demand + uniform * 2.0**-ROUNDING_BITS)


@dataclass(frozen=True)
class Curved:
    """The mean of the day times a draw of mean 1, which is a function of the normal draw."""

    path: MeanPath
    coefficients: Array  # (5, curves x PIECES)
    start: Array  # (rows,) int32 where the pieces of a row's curve begin
    whole_units: bool
    random: ClassVar[bool] = True
    prepared_from: ClassVar[tuple[str, ...]] = ()
    most_days: ClassVar[int] = ANY_DAYS

    def expected(self, first_day: int, days: int) -> Array:
        """Return the path of the mean, `(days, rows)` units."""
        return self.path.means(first_day, days)

    def prepare(self, first_day: int, days: int) -> Prepared:
        """Return what the means of the days depend on."""
        return Prepared(daily=self.path.known(first_day, days))

    def sample(self, word: Array | None, prepared: Prepared, shape: Shape) -> Array:
        """Return demand in units, `(days, rows, R)`."""
        assert word is not None
        mean = self.path.mean(prepared.daily)
        normal = standard_normal(word, mean.dtype.name)
        share = along(self.coefficients, self.start[:, None], normal)
        demand = rounded(namespace(word).maximum(share, 0.0) * mean[..., None])
        return rounded_by_chance(demand, word) if self.whole_units else demand


def curved(path: MeanPath, variation: Array, quantiles: Array, whole_units: bool) -> Curved:
    """Return the family of rows with a coefficient of variation each.

    `quantiles` are those of the distinct variations, ascending: `(distinct, 5 x PIECES)`.
    """
    _, which = np.unique(variation, return_inverse=True)
    start = (which.ravel() * PIECES).astype(np.int32)
    return Curved(path, pieces(quantiles), start, whole_units)
