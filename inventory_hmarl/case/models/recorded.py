"""Demand read from a file."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

Series = Mapping[tuple[str, str], NDArray[np.generic]]


class Recorded:
    """The units of each day, store and SKU of one demand file."""

    def __init__(self, last_day: int, series: Series) -> None:
        self.last_day = last_day
        self.series = series  # (store, sku) -> (last_day,) units; what is not there is 0

    def units(self, store: str, sku: str, days: int) -> NDArray[np.float64]:
        """Return the units of days 1 to `days`; 0 after the last day of the file."""
        units = np.zeros(days)
        known = self.known(store, sku, days)
        units[: len(known)] = known
        return units

    def known(self, store: str, sku: str, days: int) -> NDArray[np.generic]:
        """Return the units of day 1, 2, ..., up to `days` or to the last day with any."""
        return self.series.get((store, sku), np.zeros(0))[:days]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Recorded):
            return NotImplemented
        return (
            self.last_day == other.last_day
            and self.series.keys() == other.series.keys()
            and all(np.array_equal(units, other.series[key]) for key, units in self.series.items())
        )

    __hash__ = None  # type: ignore[assignment]  # as for every mutable value with an __eq__
