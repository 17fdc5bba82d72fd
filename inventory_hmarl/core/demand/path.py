"""The mean of each day: a base, and factors that multiply it one after the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, TypeAlias

import numpy as np

from inventory_hmarl.core.arrays import Array, namespace, rounded

Known: TypeAlias = tuple[Array, ...]  # (days, ...) of some days; the first for their number alone


class Factor(Protocol):
    """What multiplies the mean of some rows on some days."""

    def known(self, day: Array) -> Array:
        """Return what the factor depends on, `(days, columns)`, worked out once on the host.

        `day` is `(days, 1)`, numbers of days.
        """

    def times(self, mean: Array, known: Array) -> Array:
        """Return a mean `(..., rows)` times the factor on days of which this is known."""

    def highest(self) -> Array:
        """Return what no day's factor exceeds, `(rows,)`."""

    def at(self, rows: slice) -> Factor:
        """Return the factor of some rows."""


@dataclass(frozen=True)
class MeanPath:
    """Mean demand of some rows on any day."""

    base: Array  # (rows,) units a day
    factors: tuple[Factor, ...] = ()

    def known(self, first_day: int, days: int) -> Known:
        """Return what the mean of `days` days from `first_day` on depends on."""
        day = np.arange(first_day, first_day + days, dtype=np.float64)[:, None]
        return (np.zeros((days, 0)), *(factor.known(day) for factor in self.factors))

    def mean(self, known: Known) -> Array:
        """Return the mean of each row on days of which this is known, `(..., rows)` units."""
        days, *each = known
        library = namespace(days)
        mean = library.broadcast_to(
            library.asarray(self.base), (*days.shape[:-1], self.base.shape[0])
        )
        for factor, values in zip(self.factors, each, strict=True):
            mean = factor.times(mean, values)
        return rounded(mean)

    def at(self, rows: slice) -> MeanPath:
        """Return the path of some rows."""
        return MeanPath(self.base[rows], tuple(factor.at(rows) for factor in self.factors))

    def highest(self) -> Array:
        """Return what no day's mean exceeds, `(rows,)` units."""
        highest = self.base
        for factor in self.factors:
            highest = highest * factor.highest()
        return highest

    def means(self, first_day: int, days: int) -> Array:
        """Return the mean of `days` days from `first_day` on, `(days, rows)` units.

        >>> MeanPath(np.array([5.0])).means(1, 2).ravel()
        array([5., 5.])
        """
        return self.mean(self.known(first_day, days))


def scaled(demand: Array, scale: Array | None, whole_units: bool) -> Array:
    """Return demand `(days, rows, R)` times the scale of its day and row, rounded in whole units.

    `scale` is `(days, rows)`, or None for none.
    """
    if scale is None:
        return demand
    demand = rounded(demand * scale[..., None])
    return namespace(demand).floor(demand + 0.5) if whole_units else demand
