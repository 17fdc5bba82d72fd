"""The mean of each day: base x season x spikes, from a few numbers a row."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from inventory_hmarl.core.arrays import Array, namespace, rounded


@dataclass(frozen=True)
class Spike:
    """A span of days, both ends included, on which some rows' mean is multiplied."""

    first_day: int
    last_day: int
    factor: Array  # (rows,) 1.0 where the spike does not reach


class Season(NamedTuple):
    """What the mean of some days depends on, the same for all rows; `...` are days, or nothing."""

    wave: Array  # (..., distinct periods) the sine of the day
    within: Array  # (..., spikes) bool, whether the day lies in the spike


@dataclass(frozen=True)
class MeanPath:
    """Mean demand of some rows on any day."""

    base: Array  # (rows,) units a day
    amplitude: Array | None  # (rows,) share of the base; None: no row has a season
    periods: Array  # (distinct periods,) days
    period_of: Array  # (rows,) index into `periods`
    spikes: tuple[Spike, ...] = ()

    def season(self, first_day: int, days: int) -> Season:
        """Return what the mean of `days` days from `first_day` on depends on."""
        day = np.arange(first_day, first_day + days, dtype=np.float64)[:, None]
        # The day within its period is exact, so that a season repeats to the bit.
        wave = np.sin(2 * np.pi * (np.mod(day, self.periods) / self.periods))
        within = [(day >= spike.first_day) & (day <= spike.last_day) for spike in self.spikes]
        return Season(wave, np.concatenate([np.zeros((days, 0), bool), *within], axis=1))

    def mean(self, season: Season) -> Array:
        """Return the mean of each row on the days of a season, `(..., rows)` units.

        mean = base x (1 + amplitude x sin(2 pi day / period)) x the factors of the day's spikes.
        """
        library = namespace(season.wave)
        mean = library.broadcast_to(
            library.asarray(self.base), (*season.wave.shape[:-1], self.base.shape[0])
        )
        if self.amplitude is not None:
            wave = season.wave
            if self.periods.shape[0] > 1:  # else it is the same for all rows
                wave = wave.take(self.period_of, axis=-1)
            mean = mean * (1 + rounded(self.amplitude * wave))
        for number, spike in enumerate(self.spikes):
            mean = mean * library.where(season.within[..., number, None], spike.factor, 1.0)
        return rounded(mean)

    def highest(self) -> Array:
        """Return what no day's mean exceeds, `(rows,)` units."""
        highest = self.base if self.amplitude is None else self.base * (1 + self.amplitude)
        for spike in self.spikes:
            highest = highest * np.maximum(spike.factor, 1.0)
        return highest

    def means(self, first_day: int, days: int) -> Array:
        """Return the mean of `days` days from `first_day` on, `(days, rows)` units.

        >>> flat = MeanPath(np.array([5.0]), np.array([0.2]), np.array([4.0]), np.array([0]))
        >>> flat.means(1, 4).ravel()
        array([6., 5., 4., 5.])
        """
        return self.mean(self.season(first_day, days))


def scaled(demand: Array, scale: Array | None, whole_units: bool) -> Array:
    """Return demand `(days, rows, R)` times the scale of its day and row, rounded in whole units.

    `scale` is `(days, rows)`, or None for none.
    """
    if scale is None:
        return demand
    demand = rounded(demand * scale[..., None])
    return namespace(demand).floor(demand + 0.5) if whole_units else demand
