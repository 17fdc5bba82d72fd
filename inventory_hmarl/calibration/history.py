"""Sales as they happened: one number per day, store and SKU."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


class Series(NamedTuple):
    """The sales of one SKU in one store."""

    store: str
    sku: str


@dataclass(frozen=True)
class Repairs:
    """How many rows were negative, missing or double, and were repaired."""

    negative: int = 0
    missing: int = 0
    duplicates: int = 0


@dataclass(frozen=True)
class Prices:
    """What a price file says about the SKUs of a history.

    ``mean`` is the plain mean of a SKU's price rows; ``covered_rows`` counts the sales rows that
    have a price for their store, SKU and period.
    """

    file: Path
    rows: int
    mean: dict[str, float]
    covered_rows: int


@dataclass(frozen=True)
class History:
    """The rows of a sales file, sorted by series and day.

    There are ``n`` rows; a day without a row is a day without a sale. Days count from 0 at
    ``first_day``. Stores, SKUs and series are in natural order (store 2 before store 10).
    """

    file: Path
    first_day: date
    days: int
    series: tuple[Series, ...]
    series_of_row: npt.NDArray[np.int64]  # (n,) index into series
    day_of_row: npt.NDArray[np.int64]  # (n,) 0 <= day < days
    units: npt.NDArray[np.float64]  # (n,) units sold, >= 0
    repairs: Repairs = field(default_factory=Repairs)
    prices: Prices | None = None

    @property
    def stores(self) -> tuple[str, ...]:
        """The ids of the stores."""
        return natural_order({series.store for series in self.series})

    @property
    def skus(self) -> tuple[str, ...]:
        """The ids of the SKUs."""
        return natural_order({series.sku for series in self.series})

    @property
    def last_day(self) -> date:
        """The last day on which any series has a row."""
        return self.date_of(self.days - 1)

    def date_of(self, day: int) -> date:
        """Convert a day counted from 0 into its date."""
        return self.first_day + timedelta(days=day)

    def daily(self, days: int) -> npt.NDArray[np.float64]:
        """Units of the first ``days`` days, shape (series, days); 0 where there is no row."""
        table = np.zeros((len(self.series), days))
        early = self.day_of_row < days
        table[self.series_of_row[early], self.day_of_row[early]] = self.units[early]
        return table

    def first_rows(self) -> npt.NDArray[np.int64]:
        """Day of each series' first row, shape (series,)."""
        return self.day_of_row[np.searchsorted(self.series_of_row, np.arange(len(self.series)))]

    def last_rows(self) -> npt.NDArray[np.int64]:
        """Day of each series' last row, shape (series,)."""
        return self.day_of_row[
            np.searchsorted(self.series_of_row, np.arange(len(self.series)), "right") - 1
        ]

    def first_sales(self) -> npt.NDArray[np.int64]:
        """Day of each series' first sale, shape (series,); ``days`` where nothing was ever sold."""
        first = np.full(len(self.series), self.days)
        sold = self.units > 0
        np.minimum.at(first, self.series_of_row[sold], self.day_of_row[sold])
        return first


def natural_order(ids: Iterable[str]) -> tuple[str, ...]:
    """Sort ids so that numbers in them count as numbers.

    >>> natural_order(["store 10", "store 2", "1"])
    ('1', 'store 2', 'store 10')
    """
    return tuple(sorted(ids, key=natural_key))


def natural_key(text: str) -> tuple[list[tuple[bool, int, str]], str]:
    """Sort key that reads runs of digits as numbers."""
    parts = [part for part in re.split(r"([0-9]+)", text) if part]
    numbers = [part.isascii() and part.isdigit() for part in parts]
    keys = [
        (not number, int(part) if number else 0, part)
        for number, part in zip(numbers, parts, strict=True)
    ]
    return keys, text
