"""Demand read from a record, and no demand at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from inventory_hmarl.core.arrays import Array, namespace
from inventory_hmarl.core.demand.family import ANY_DAYS, Prepared, Shape
from inventory_hmarl.core.demand.path import MeanPath, scaled


@dataclass(frozen=True)
class Replay:
    """Every replication meets the recorded customers."""

    record: Array  # (days, rows) units, any numeric type; day 1 first
    scale: MeanPath | None = None
    whole_units: bool = True
    random: ClassVar[bool] = False
    prepared_from: ClassVar[tuple[str, ...]] = ("record", "scale")
    most_days: ClassVar[int] = ANY_DAYS

    def expected(self, first_day: int, days: int) -> Array:
        """Return the mean of the whole record times the day's scale, `(days, rows)` units."""
        mean = self.record.mean(axis=0, dtype=np.float64)
        scale = np.ones((days, 1)) if self.scale is None else self.scale.means(first_day, days)
        return mean * scale

    def prepare(self, first_day: int, days: int) -> Prepared:
        """Return the recorded days, scaled."""
        day = np.clip(np.arange(first_day, first_day + days), 1, len(self.record)) - 1
        units = self.record[day].astype(np.float64)
        if self.scale is not None:
            scale = self.scale.means(first_day, days)
            units = scaled(units[..., None], scale, self.whole_units)[..., 0]
        return Prepared(daily=units)

    def sample(self, word: Array | None, prepared: Prepared, shape: Shape) -> Array:
        """Return demand in units, `(days, rows, R)`."""
        units: Array = prepared.daily
        return namespace(units).broadcast_to(units[..., None], shape)


@dataclass(frozen=True)
class Nothing:
    """Nobody comes."""

    random: ClassVar[bool] = False
    prepared_from: ClassVar[tuple[str, ...]] = ()
    most_days: ClassVar[int] = ANY_DAYS

    def expected(self, first_day: int, days: int) -> Array:
        """Return zeros, `(days, 1)`."""
        return np.zeros((days, 1))

    def prepare(self, first_day: int, days: int) -> Prepared:
        """Return zeros of the days."""
        return Prepared(daily=np.zeros((days, 1, 1)))

    def sample(self, word: Array | None, prepared: Prepared, shape: Shape) -> Array:
        """Return zeros, `(days, rows, R)`."""
        zero: Array = prepared.daily
        return namespace(zero).broadcast_to(zero, shape)
