"""The mean of each day: base x season x spikes, from a few numbers a row."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from inventory_hmarl.core.arrays import Array


@dataclass(frozen=True)
class Spike:
    """A span of days, both ends included, on which some rows' mean is multiplied."""

    first_day: int
    last_day: int
    factor: Array  # (rows,) 1.0 where the spike does not reach


@dataclass(frozen=True)
class MeanPath:
    """Mean demand of some rows on any day."""

    base: Array  # (rows,) units a day
    amplitude: Array  # (rows,) share of the base
    periods: Array  # (distinct periods,) days
    period_of: Array  # (rows,) index into `periods`
    spikes: tuple[Spike, ...] = ()

    def means(self, first_day: int, days: int) -> Array:
        """Return the mean of `days` days from `first_day` on, `(days, rows)` units.

        mean = base x (1 + amplitude x sin(2 pi day / period)) x the factors of the day's spikes.

        >>> flat = MeanPath(np.array([5.0]), np.array([0.2]), np.array([4.0]), np.array([0]))
        >>> flat.means(1, 4).ravel()
        array([6., 5., 4., 5.])
        """
        day = np.arange(first_day, first_day + days, dtype=np.float64)[:, None]
        # The day within its period is exact, so that a season repeats to the bit.
        wave = np.sin(2 * np.pi * (np.mod(day, self.periods) / self.periods))
        mean = self.base * (1 + self.amplitude * wave[:, self.period_of])
        for spike in self.spikes:
            inside = (day >= spike.first_day) & (day <= spike.last_day)
            mean = mean * np.where(inside, spike.factor, 1.0)
        return mean


def scaled(demand: Array, scale: MeanPath | None, first_day: int, whole_units: bool) -> Array:
    """Return demand `(days, rows, R)` times the scale of its day, rounded in whole units."""
    if scale is None:
        return demand
    demand = demand * scale.means(first_day, demand.shape[0])[:, :, None]
    return np.floor(demand + 0.5) if whole_units else demand
