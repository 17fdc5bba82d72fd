"""Customers who come together: draws that are correlated over stores, SKUs and days.

A Gaussian copula: the words of a row become normal draws, these are mixed with streams that several
rows share and with those of the days before, and become words again, of which families know
nothing. Correlations are those of the normal draws; those of demand are a little smaller.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from inventory_hmarl.core.arrays import Array, namespace, rounded
from inventory_hmarl.core.chance import DAYS_PER_BLOCK, standard_normal, words_of_pairs
from inventory_hmarl.core.demand.curve import LAST_WORD, REACH, WORDS, along, nodes, pieces

FORGOTTEN = 1e-6  # a draw's weight, below which no later day remembers it
EDGE = REACH - 1 / 64  # nearly the end of the curves


@dataclass(frozen=True)
class Stream:
    """Normal draws that some rows share."""

    names: Array  # (2, streams) uint32 words of their names
    of: Array  # (rows,) the number of a row's stream
    loading: Array  # (rows,) its weight in a row's draw


@dataclass(frozen=True)
class Copula:
    """How the draws of some rows depend on each other, and on those of the days before.

    A day's draw is the sum of phi^j times the mixed draws of j days ago, over the last 2^n days,
    scaled to a variance of 1: an AR(1) process whose memory ends where it weighs less than 1e-6.
    So it is a function of the day, whatever days are drawn with it.
    """

    common: tuple[Stream, ...]
    own: Array  # (rows,) the weight of a row's own stream
    carry: Array | None  # (n, rows) phi^(2^0), phi^(2^1), ...; None: days are independent
    level: Array | None  # (rows,) what makes the variance 1 again

    def words_of_pairs(self, keys: Sequence[Array], replications: Array, pairs: Array) -> Array:
        """Return the words of days 2p and 2p + 1 of each pair p, which follow one another.

        `keys` are those of the rows' own streams and of the common ones: uint32 `(2, rows, 1)`.
        """
        pairs = pairs if self.carry is None else _with_past(pairs, 2 ** len(self.carry))
        draw = self._mixed(keys, replications, pairs)
        if self.carry is not None and self.level is not None:
            for number, power in enumerate(self.carry):
                back = 2**number
                draw = draw[back:] + rounded(power[:, None] * draw[:-back])
            draw = rounded(draw[1:] * self.level[:, None])
        return word_at(draw)

    def _mixed(self, keys: Sequence[Array], replications: Array, pairs: Array) -> Array:
        """Return normal draws `(days, rows, R)`, correlated over rows and not over days."""
        precision = self.own.dtype.name
        own, *others = (
            standard_normal(words_of_pairs(key, replications, pairs), precision) for key in keys
        )
        draw = rounded(own * self.own[:, None])
        for stream, normal in zip(self.common, others, strict=True):
            draw = draw + rounded(normal.take(stream.of, axis=1) * stream.loading[:, None])
        return draw


def _with_past(pairs: Array, days: int) -> Array:
    """Return pairs of days with those of some days before them; before day 0 they wrap around."""
    library, number = namespace(pairs), days // DAYS_PER_BLOCK
    past = pairs[:1] - np.uint32(number) + np.arange(number, dtype=np.uint32)
    return library.concatenate((past, pairs))


@functools.cache
def _normal_curve() -> Array:
    """Return the curve of the normal distribution function, times 2^32."""
    chance = [0.5 * math.erfc(-z / math.sqrt(2)) for z in nodes().tolist()]
    return pieces(np.array([chance]) * WORDS)


def word_at(draw: Array) -> Array:
    """Return the words whose standard normal draws these are, to about four words.

    >>> word = np.array([12345, 2**31, 2**32 - 99999], dtype=np.uint32)
    >>> gap = word_at(standard_normal(word)).astype(float) - word
    >>> bool((abs(gap) < 6).all())
    True
    """
    library = namespace(draw)
    curve = _normal_curve().astype(draw.dtype, copy=False)
    word = library.floor(along(curve, 0, library.clip(draw, -EDGE, EDGE)))
    return library.clip(word, 0.0, LAST_WORD).astype(np.uint32)


def doublings(autocorrelation: float) -> int:
    """Return n such that a draw of 2^n days ago weighs less than 1e-6; 0 without memory.

    >>> doublings(0.0), doublings(0.5), doublings(-0.9)
    (0, 5, 8)
    """
    if autocorrelation == 0:
        return 0
    days = math.log(FORGOTTEN) / math.log(abs(autocorrelation))
    return max(1, math.ceil(math.log2(days)))


def memory(autocorrelation: Array) -> tuple[Array, Array] | tuple[None, None]:
    """Return a copula's `carry` and `level` of rows whose memories are of one length.

    The variance of the sum of phi^j e_j over 2^n days is (1 - phi^(2 x 2^n)) / (1 - phi^2).
    """
    count = doublings(float(autocorrelation[0]))
    if count == 0:
        return None, None
    carry = [autocorrelation]
    for _ in range(count - 1):
        carry.append(carry[-1] * carry[-1])
    square = autocorrelation**2
    level = np.sqrt((1 - square) / (1 - square ** (2.0**count)))
    return np.stack(carry), level
