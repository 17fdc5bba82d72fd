"""Normal demand, clipped at zero, rounded to whole units where the case has them."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from inventory_hmarl.core.arrays import Array, namespace, rounded
from inventory_hmarl.core.chance import standard_normal
from inventory_hmarl.core.demand.family import ANY_DAYS, Prepared, Shape
from inventory_hmarl.core.demand.path import MeanPath

LARGE_DEVIATION = 4.0  # from here on the midpoint rule's next term is below 1e-7
REACH = 9.0  # standard deviations beyond which a 64-bit float sees no tail


@dataclass(frozen=True)
class Normal:
    """max(0, mean + deviation x z), rounded by floor(x + 1/2) in whole units.

    The deviation is `fixed + relative x mean of the day`, and 0 on days whose factors make the mean
    0, such as those before a launch: nobody comes then. With `realised`, the latent mean is
    solved for so that the mean after clipping and rounding is as asked.
    """

    path: MeanPath
    fixed: Array  # (rows,) units
    relative: Array | None  # (rows,) share of the day's mean; None: no row has one
    whole_units: bool
    realised: bool = False
    random: ClassVar[bool] = True
    prepared_from: ClassVar[tuple[str, ...]] = ()
    most_days: ClassVar[int] = ANY_DAYS

    def expected(self, first_day: int, days: int) -> Array:
        """Return the path of the mean, `(days, rows)` units, before clipping and rounding."""
        return self.path.means(first_day, days)

    def prepare(self, first_day: int, days: int) -> Prepared:
        """Return what the means of the days depend on, or with `realised` what is drawn around."""
        known = self.path.known(first_day, days)
        if not self.realised:
            return Prepared(daily=known)
        mean = self.path.mean(known)
        deviation = np.broadcast_to(self.deviation(mean), mean.shape)
        return Prepared(daily=(latent_mean(mean, deviation, self.whole_units), deviation))

    def sample(self, word: Array | None, prepared: Prepared, shape: Shape) -> Array:
        """Return demand in units, `(days, rows, R)`."""
        assert word is not None
        if self.realised:
            mean, deviation = prepared.daily
        else:
            mean = self.path.mean(prepared.daily)
            deviation = self.deviation(mean)
        library = namespace(word)
        deviation = library.broadcast_to(library.asarray(deviation), mean.shape)
        demand = standard_normal(word, mean.dtype.name)
        demand *= deviation[..., None]
        demand = rounded(demand)
        demand += mean[..., None] + (0.5 if self.whole_units else 0.0)
        if self.whole_units:
            demand = library.floor(demand)
        return library.maximum(demand, 0.0)

    def deviation(self, mean: Array) -> Array:
        """Return the deviation on days of some means, `(..., rows)` units."""
        fixed = self.fixed
        if self.path.factors:  # where one is 0, nobody comes
            fixed = fixed * ((mean > 0) | (self.path.base == 0))
        if self.relative is None:
            return fixed
        return fixed + rounded(self.relative * mean)


def realised_mean(mean: Array, deviation: Array, whole_units: bool) -> Array:
    """Return the mean of a normal variable after clipping at 0, and rounding in whole units.

    >>> [round(float(realised_mean(np.array([5.0]), np.array([8.0]), w)[0]), 4) for w in (0, 1)]
    [6.2954, 6.2937]
    """
    return _each(_realised, mean, deviation, whole_units)


def latent_mean(mean: Array, deviation: Array, whole_units: bool) -> Array:
    """Return the latent mean whose realised mean is `mean`; `mean` itself without deviation.

    >>> wanted = latent_mean(np.array([5.0]), np.array([8.0]), True)
    >>> round(float(realised_mean(wanted, np.array([8.0]), True)[0]), 9)
    5.0
    """
    return _each(_latent, mean, deviation, whole_units)


def _each(
    function: Callable[[float, float, bool], float], mean: Array, deviation: Array, whole: bool
) -> Array:
    """Apply a function to each distinct pair once, whatever stands beside it."""
    mean, deviation = np.broadcast_arrays(np.asarray(mean, float), np.asarray(deviation, float))
    pairs, where = np.unique(
        np.stack([mean.ravel(), deviation.ravel()]), axis=1, return_inverse=True
    )
    answers = np.array([function(m, s, whole) for m, s in pairs.T.tolist()])
    return answers[where.ravel()].reshape(mean.shape)


def _realised(m: float, s: float, whole: bool) -> float:
    """Return the mean of max(0, X), X ~ N(m, s), rounded first in whole units.

    Continuous: m Phi(m/s) + s phi(m/s). Whole: the sum over k >= 1 of P(X >= k - 1/2), for a large
    deviation by the integral and the midpoint rule's two error terms at 0 (Euler-Maclaurin).
    """
    if s == 0:
        return max(float(math.floor(m + 0.5)) if whole else m, 0.0)
    if not whole or s >= LARGE_DEVIATION:
        ratio = m / s
        density = math.exp(-0.5 * ratio**2) / math.sqrt(2 * math.pi)
        mean = m * _cdf(ratio) + s * density
        if not whole:
            return mean
        return mean - density / s / 24 + 7 / 5760 * density * (ratio**2 - 1) / s**3
    start = max(0, math.floor(m - REACH * s))
    stop = max(start, math.ceil(m + REACH * s)) + 1
    return start + math.fsum(_cdf((m - (k - 0.5)) / s) for k in range(start + 1, stop + 1))


@functools.lru_cache(maxsize=2**18)
def _latent(wanted: float, s: float, whole: bool) -> float:
    """Return the m with _realised(m, s) = wanted, by bisection."""
    if s == 0 or wanted <= 0:
        return wanted
    low, high = wanted - 40 * s - 1.0, wanted + 1.0
    while high - low > 1e-12 * (1 + abs(low) + abs(high)):
        middle = 0.5 * (low + high)
        if _realised(middle, s, whole) < wanted:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


def _cdf(x: float) -> float:
    return 0.5 * math.erfc(-x / math.sqrt(2))
