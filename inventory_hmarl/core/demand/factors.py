"""What moves the mean of a day: waves, spans, and series that some rows share."""

from __future__ import annotations

import dataclasses
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Self

import numpy as np

from inventory_hmarl.core.arrays import Array, namespace, rounded

DAYS_OF_YEAR = 365.25
WEEK = 7


@dataclass(frozen=True)
class Wave:
    """1 + amplitude x sin(2 pi day / period).

    >>> Wave(np.array([0.2]), np.array([4.0]), np.array([0])).highest().tolist()
    [1.2]
    """

    amplitude: Array  # (rows,) share of the mean
    periods: Array  # (distinct periods,) days
    period_of: Array  # (rows,) index into `periods`

    def known(self, day: Array) -> Array:
        """Return the sine of the day for each period, `(days, distinct periods)`."""
        # The day within its period is exact, so that a season repeats to the bit.
        return np.sin(2 * np.pi * (np.mod(day, self.periods) / self.periods))

    def times(self, mean: Array, known: Array) -> Array:
        """Return a mean times the factor of its days."""
        if self.periods.shape[0] > 1:  # else it is the same for all rows
            known = known.take(self.period_of, axis=-1)
        return mean * (1 + rounded(self.amplitude * known))

    def highest(self) -> Array:
        """Return what no day's factor exceeds, `(rows,)`."""
        return 1 + self.amplitude

    def at(self, rows: slice) -> Wave:
        """Return the wave of some rows."""
        return Wave(self.amplitude[rows], self.periods, self.period_of[rows])


@dataclass(frozen=True)
class Span:
    """A factor on the days of a span, both ends included; 1 on all others."""

    first_day: int
    last_day: int
    factor: Array  # (rows,) 1.0 where the span does not reach

    def known(self, day: Array) -> Array:
        """Return whether each day lies in the span, `(days, 1)`."""
        return (day >= self.first_day) & (day <= self.last_day)

    def times(self, mean: Array, known: Array) -> Array:
        """Return a mean times the factor of its days."""
        return mean * namespace(known).where(known, self.factor, 1.0)

    def highest(self) -> Array:
        """Return what no day's factor exceeds, `(rows,)`."""
        return np.maximum(self.factor, 1.0)

    def at(self, rows: slice) -> Span:
        """Return the span of some rows."""
        return Span(self.first_day, self.last_day, self.factor[rows])


@dataclass(frozen=True)
class Columns(ABC):
    """A factor of which many rows have the same: each row reads one of some columns."""

    column: Array  # (rows,) numbers of the columns

    @abstractmethod
    def known(self, day: Array) -> Array:
        """Return the factor of each day and column, `(days, columns)`."""

    @abstractmethod
    def most(self) -> Array:
        """Return what no day's factor exceeds, `(columns,)`."""

    def times(self, mean: Array, known: Array) -> Array:
        """Return a mean times the factor of its days."""
        return mean * known.take(self.column, axis=-1)

    def highest(self) -> Array:
        """Return what no day's factor exceeds, `(rows,)`."""
        return self.most()[self.column]

    def at(self, rows: slice) -> Self:
        """Return the factor of some rows."""
        return dataclasses.replace(self, column=self.column[rows])


@dataclass(frozen=True)
class Weekly(Columns):
    """A factor for each day of the week, whose mean over a week is 1."""

    weights: Array  # (7, columns) of days 1 to 7

    def known(self, day: Array) -> Array:
        """Return the factor of each day and column, `(days, columns)`."""
        return self.weights[np.mod(day[:, 0] - 1, WEEK).astype(int)]

    def most(self) -> Array:
        """Return what no day's factor exceeds, `(columns,)`."""
        return self.weights.max(axis=0)


@dataclass(frozen=True)
class Yearly(Columns):
    """1 + amplitude x cos(2 pi (day of the year - peak) / 365.25)."""

    amplitude: Array  # (columns,)
    peak: Array  # (columns,) the number of the day of the first peak

    def known(self, day: Array) -> Array:
        """Return the factor of each day and column, `(days, columns)`."""
        return 1 + self.amplitude * np.cos(2 * np.pi * (day - self.peak) / DAYS_OF_YEAR)

    def most(self) -> Array:
        """Return what no day's factor exceeds, `(columns,)`."""
        return 1 + self.amplitude


@dataclass(frozen=True)
class Trend(Columns):
    """1 + slope x (day - 1), and never below 0."""

    slope: Array  # (columns,) share of the base, a day
    days: int  # of the run

    def known(self, day: Array) -> Array:
        """Return the factor of each day and column, `(days, columns)`."""
        return np.maximum(1 + self.slope * (day - 1), 0.0)

    def most(self) -> Array:
        """Return what no day of the run exceeds, `(columns,)`."""
        return 1 + np.maximum(self.slope, 0.0) * (self.days - 1)


@dataclass(frozen=True)
class Life(Columns):
    """1 from the first to the last day on which something is sold, and 0 before and after."""

    first_day: Array  # (columns,)
    last_day: Array  # (columns,)

    def known(self, day: Array) -> Array:
        """Return the factor of each day and column, `(days, columns)`."""
        return ((day >= self.first_day) & (day <= self.last_day)).astype(np.float64)

    def most(self) -> Array:
        """Return what no day's factor exceeds, `(columns,)`."""
        return np.ones(len(self.first_day))


@dataclass(frozen=True)
class Listed(Columns):
    """A factor that is written out for each day; 1 on days beyond the list."""

    values: Array  # (days, columns) of day 1, 2, ...

    def known(self, day: Array) -> Array:
        """Return the factor of each day and column, `(days, columns)`."""
        place = day[:, 0].astype(int) - 1
        within = (place >= 0) & (place < len(self.values))
        return np.where(within[:, None], self.values.take(place, axis=0, mode="clip"), 1.0)

    def most(self) -> Array:
        """Return what no day's factor exceeds, `(columns,)`."""
        return np.maximum(self.values.max(axis=0), 1.0)
