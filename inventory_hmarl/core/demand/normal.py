"""Normal demand, clipped at zero, rounded to whole units where the case has them."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from inventory_hmarl.core.arrays import Array, namespace
from inventory_hmarl.core.chance import standard_normal
from inventory_hmarl.core.demand.path import MeanPath

MOST_TERMS = 4096


@dataclass(frozen=True)
class Normal:
    """max(0, mean + deviation x z), rounded by floor(x + 1/2) in whole units.

    The deviation is `fixed + relative x mean of the day`. With `realised`, the latent mean is
    solved for so that the mean after clipping and rounding is as asked.
    """

    path: MeanPath
    fixed: Array  # (rows,) units
    relative: Array  # (rows,) share of the day's mean
    whole_units: bool
    realised: bool = False
    random: ClassVar[bool] = True

    def draw(self, word: Array | None, first_day: int, shape: tuple[int, int, int]) -> Array:
        """Return demand in units, `(days, rows, R)`."""
        assert word is not None
        mean = self.path.means(first_day, shape[0])
        deviation = self.fixed + self.relative * mean
        if self.realised:
            mean = latent_mean(mean, np.broadcast_to(deviation, mean.shape), self.whole_units)
        library = namespace(word)
        demand = standard_normal(word)
        demand *= library.asarray(np.broadcast_to(deviation, mean.shape)[:, :, None])
        demand += library.asarray(mean[:, :, None] + (0.5 if self.whole_units else 0.0))
        if self.whole_units:
            demand = library.floor(demand)
        return library.maximum(demand, 0.0)


def normal_cdf(x: Array) -> Array:
    """Return the standard normal distribution function, element by element."""
    return np.vectorize(lambda v: 0.5 * math.erfc(-v / math.sqrt(2)), otypes=[float])(x)


def realised_mean(mean: Array, deviation: Array, whole_units: bool) -> Array:
    """Return the mean of a normal variable after clipping at 0, and rounding in whole units.

    Continuous: m Phi(m/s) + s phi(m/s). Whole: the sum over k >= 1 of P(X >= k - 1/2).

    >>> [round(float(realised_mean(np.array([5.0]), np.array([8.0]), w)[0]), 4) for w in (0, 1)]
    [6.2954, 6.2937]
    """
    mean, deviation = np.broadcast_arrays(np.asarray(mean, float), np.asarray(deviation, float))
    fixed = np.floor(mean + 0.5) if whole_units else mean
    answer = np.maximum(fixed, 0.0)
    noisy = deviation > 0
    m, s = mean[noisy], deviation[noisy]
    ratio = m / s
    density = np.exp(-0.5 * ratio**2) / math.sqrt(2 * math.pi)
    clipped = m * normal_cdf(ratio) + s * density
    # Rounding moves the mean by less than 1e-9 once the deviation is large (Sheppard).
    if whole_units and m.size and float((m + 9 * s).max()) < MOST_TERMS:
        k = np.arange(1, int(np.ceil(float((m + 9 * s).max()))) + 2)
        clipped = normal_cdf((m[:, None] - (k - 0.5)) / s[:, None]).sum(axis=1)
    answer = answer.astype(float)
    answer[noisy] = clipped
    return answer


def latent_mean(mean: Array, deviation: Array, whole_units: bool) -> Array:
    """Return the latent mean whose realised mean is `mean`, by bisection, to 1e-10.

    >>> wanted = latent_mean(np.array([5.0]), np.array([8.0]), True)
    >>> round(float(realised_mean(wanted, np.array([8.0]), True)[0]), 9)
    5.0
    """
    pairs, where = np.unique(
        np.stack([mean.ravel(), deviation.ravel()]), axis=1, return_inverse=True
    )
    wanted, spread = pairs
    low, high = wanted - 40 * spread - 1.0, wanted + 1.0
    for _ in range(60):
        middle = 0.5 * (low + high)
        below = realised_mean(middle, spread, whole_units) < wanted
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    latent = np.where((spread > 0) & (wanted > 0), 0.5 * (low + high), wanted)
    return latent[where.ravel()].reshape(mean.shape)
