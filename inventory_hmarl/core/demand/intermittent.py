"""Intermittent demand: on most days nobody comes, on the others somebody wants several units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from inventory_hmarl.core.arrays import Array, namespace, only_where, rounded
from inventory_hmarl.core.chance import standard_normal
from inventory_hmarl.core.demand.counts import Counts
from inventory_hmarl.core.demand.curve import LAST_WORD, PIECES, WORDS, along, pieces
from inventory_hmarl.core.demand.family import ANY_DAYS, Prepared, Shape
from inventory_hmarl.core.demand.gamma import gamma_quantiles
from inventory_hmarl.core.demand.negative_binomial import NegativeBinomialLaw
from inventory_hmarl.core.demand.path import MeanPath

SIZES = NegativeBinomialLaw()  # of what is asked for beyond the first unit
INTERVAL_CUTOFF, VARIATION_CUTOFF = 1.32, 0.49


@dataclass(frozen=True)
class IntermittentLaw:
    """Nothing, or one unit and a negative binomial number of others.

    Where a day's mean is below the occurrence, single units come with that mean as probability.
    """

    def reach(self, laws: Sequence[Array]) -> Array:
        """Return how far from its mean each table goes, units."""
        mean, occurrence, ratio = laws
        others = np.maximum(mean / occurrence - 1.0, 0.0)
        return 1.0 + others + SIZES.reach((others, ratio))

    def cumulative(self, laws: Sequence[Array]) -> tuple[Array, Array]:
        """Return 0 for each table, and P(X <= k), `(laws, K)`.

        >>> law = IntermittentLaw().cumulative([np.array([x]) for x in (0.5, 0.25, 1.0)])
        >>> law[1][0, :2].round(9).tolist()  # 1 - p, and p exp(-1) more
        [0.75, 0.84196986]
        """
        mean, occurrence, ratio = laws
        chance = np.minimum(occurrence, mean)
        others = np.maximum(mean / occurrence - 1.0, 0.0)
        smallest, sizes = SIZES.cumulative((others, ratio))
        count = int(smallest.max()) + sizes.shape[1] + 1
        place = np.clip(np.arange(count) - 1 - smallest[:, None], -1, sizes.shape[1] - 1)
        size = np.where(place < 0, 0.0, np.take_along_axis(sizes, np.maximum(place, 0), axis=1))
        return np.zeros(len(mean), np.int64), 1.0 - chance[:, None] * (1.0 - size)


@dataclass(frozen=True)
class Bursts:
    """In continuous units: nothing, or a gamma size with the mean of the day / occurrence."""

    path: MeanPath
    idle: Array  # (rows,) words below which nobody comes
    stretch: Array  # (rows,) what spreads the others over all words again
    per_mean: Array  # (rows,) mean size / mean of the day: 1 / occurrence
    coefficients: Array  # (5, curves x PIECES)
    start: Array  # (rows,) int32 where the pieces of a row's curve begin
    random: ClassVar[bool] = True
    prepared_from: ClassVar[tuple[str, ...]] = ()
    most_days: ClassVar[int] = ANY_DAYS

    def expected(self, first_day: int, days: int) -> Array:
        """Return the path of the mean, `(days, rows)` units."""
        return self.path.means(first_day, days)

    def prepare(self, first_day: int, days: int) -> Prepared:
        """Return what the means of the days depend on."""
        return Prepared(daily=self.path.known(first_day, days))

    def sample(self, word: Array | None, prepared: Prepared, shape: Shape) -> Array:
        """Return demand in units, `(days, rows, R)`; the upper words are those with demand."""
        assert word is not None
        library = namespace(word)
        mean = self.path.mean(prepared.daily)
        above = word.astype(library.float64) - self.idle[:, None]
        spread = library.floor(rounded(above * self.stretch[:, None]))
        fresh = library.clip(spread, 0.0, LAST_WORD).astype(np.uint32)
        normal = standard_normal(fresh, mean.dtype.name)
        share = library.maximum(along(self.coefficients, self.start[:, None], normal), 0.0)
        size = rounded(mean * self.per_mean)
        return only_where(above >= 0.0, rounded(share * size[..., None]))


def intermittent(path: MeanPath, occurrence: Array, ratio: Array) -> Counts:
    """Return demand in whole units around a mean path.

    `occurrence` (rows,) is the share of days with demand; `ratio` (rows,) is variance / mean of
    what is asked for beyond the first unit.
    """
    return Counts(path, IntermittentLaw(), (occurrence, ratio))


def bursts(path: MeanPath, occurrence: Array, variation: Array) -> Bursts:
    """Return demand in continuous units; `variation` (rows,) is deviation / mean of sizes."""
    distinct, which = np.unique(variation, return_inverse=True)
    idle = np.floor((1.0 - occurrence) * WORDS)
    return Bursts(
        path,
        idle,
        WORDS / (WORDS - idle),
        1.0 / occurrence,
        pieces(gamma_quantiles(distinct)),
        (which.ravel() * PIECES).astype(np.int32),
    )


def ratio_of_others(size: Array, squared_variation: Array) -> Array:
    """Return variance / mean of what is asked for beyond the first unit, for sizes of some mean.

    1 where sizes are single units, which cannot vary. Below 1, there is no such law.

    >>> ratio_of_others(np.array([3.0, 1.0]), np.array([0.5, 0.5])).tolist()
    [2.25, 1.0]
    """
    others = size - 1.0
    variance = squared_variation * size**2
    return np.divide(variance, others, out=np.ones_like(others), where=others > 0)


def demand_class(units: Array) -> str:
    """Return what a record is: "smooth", "erratic", "slow", "lumpy", or "none" without demand.

    By the mean interval between days with demand (1.32) and the squared coefficient of variation of
    their sizes (0.49): Syntetos, Boylan & Croston (2005), "On the categorization of demand
    patterns".

    >>> demand_class(np.array([0.0, 0, 3, 0, 2, 0, 0, 4]))
    'slow'
    """
    sizes = units[units > 0]
    if not sizes.size:
        return "none"
    often = units.size / sizes.size < INTERVAL_CUTOFF
    steady = (sizes.std() / sizes.mean()) ** 2 < VARIATION_CUTOFF
    names = {(True, True): "smooth", (True, False): "erratic", (False, True): "slow"}
    return names.get((bool(often), bool(steady)), "lumpy")
