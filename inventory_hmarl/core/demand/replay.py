"""Demand read from a record, and no demand at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from inventory_hmarl.core.arrays import Array
from inventory_hmarl.core.demand.path import MeanPath, scaled


@dataclass(frozen=True)
class Replay:
    """Every replication meets the recorded customers."""

    record: Array  # (days, rows) units, any numeric type; day 1 first
    scale: MeanPath | None = None
    whole_units: bool = True
    random: ClassVar[bool] = False

    def draw(self, word: Array | None, first_day: int, shape: tuple[int, int, int]) -> Array:
        """Return demand in units, `(days, rows, R)`."""
        block = self.record[first_day - 1 : first_day - 1 + shape[0]].astype(np.float64)
        block = scaled(block[:, :, None], self.scale, first_day, self.whole_units)
        return np.broadcast_to(block, shape)


@dataclass(frozen=True)
class Nothing:
    """Nobody comes."""

    random: ClassVar[bool] = False

    def draw(self, word: Array | None, first_day: int, shape: tuple[int, int, int]) -> Array:
        """Return zeros, `(days, rows, R)`."""
        return np.zeros(shape)
