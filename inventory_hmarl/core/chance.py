"""Chance is a function: `(key, replication, day) -> 32 random bits`, and nothing is remembered.

The bits behind a demand or a failure depend on the seed, on the ids of its location (or lane) and
SKU, on the replication and on the day. They do not depend on the policy, the scenario, the batch,
the machine, or on what else is in the network. Comparisons therefore meet the same customers.

Source: Threefry-2x32 of Salmon, Moraes, Dror & Shaw, "Parallel random numbers: as easy as 1, 2, 3"
(SC'11). 13 rounds are the fewest that pass BigCrush there; keys are derived with 20.
"""

from __future__ import annotations

import functools
import hashlib
from collections.abc import Sequence
from statistics import NormalDist
from types import ModuleType

import numpy as np

from inventory_hmarl.core.arrays import Array, namespace, rounded

DRAW_ROUNDS = 13
KEY_ROUNDS = 20
PARITY = 0x1BD11BDA
ROTATIONS = (13, 15, 26, 6, 17, 29, 16, 24)
DAYS_PER_BLOCK = 2  # one application of threefry gives two words: an odd day's and an even day's


def threefry(
    key: tuple[Array, Array], counter: tuple[Array, Array], rounds: int = KEY_ROUNDS
) -> tuple[Array, Array]:
    """Return two uint32 words for a key and a counter of two uint32 words each.

    Known answer (Random123 kat_vectors, 20 rounds, all zero):

    >>> zero = np.zeros(1, np.uint32)
    >>> [hex(int(word[0])) for word in threefry((zero, zero), (zero, zero))]
    ['0x6b200159', '0x99ba4efe']
    """
    schedule = (key[0], key[1], key[0] ^ key[1] ^ np.uint32(PARITY))
    first, second = counter[0] + schedule[0], counter[1] + schedule[1]
    for number in range(rounds):
        first += second
        turn = ROTATIONS[number % 8]
        left = second << np.uint32(turn)
        second >>= np.uint32(32 - turn)
        second |= left
        second ^= first
        if number % 4 == 3:
            injection = number // 4 + 1
            first += schedule[injection % 3]
            second += schedule[(injection + 1) % 3] + np.uint32(injection)
    return first, second


def name_key(*names: str) -> tuple[int, int]:
    """Return the two uint32 words that stand for a purpose and some ids.

    >>> name_key("demand", "store_1", "milk") == name_key("demand", "store_1", "milk")
    True
    """
    digest = hashlib.blake2b("\0".join(names).encode(), digest_size=8).digest()
    return int.from_bytes(digest[:4], "little"), int.from_bytes(digest[4:], "little")


def keys(names: Sequence[tuple[str, ...]], seed: int) -> Array:
    """Return a key for each tuple of names under a seed: uint32 `(2, rows, 1)`."""
    table = np.array([name_key(*name) for name in names], dtype=np.uint32).reshape(-1, 2)
    return seeded(table.T, seed)


def seeded(names: Array, *seeds: int) -> Array:
    """Return the keys of rows whose names have these words, `(2, rows)`: uint32 `(2, rows, seeds)`.

    One seed for all replications, or one for each.
    """
    low, high = (
        np.array([(seed >> shift) & 0xFFFFFFFF for seed in seeds], np.uint32) for shift in (0, 32)
    )
    return np.stack(threefry((names[0][:, None], names[1][:, None]), (low, high)))


def words(key: Array, replications: Array, first_day: int, days: int) -> Array:
    """Return uint32 words `(days, rows, R)` for days `first_day`, `first_day + 1`, ...

    `key` is `(2, rows, 1)`, or `(2, rows, R)` where replications have seeds of their own;
    `replications` is uint32 `(R,)`. A day's words are the same whatever
    block of days they are asked in.

    >>> key = keys([("demand", "store_1", "milk")], seed=42)
    >>> whole = words(key, np.arange(2, dtype=np.uint32), 1, 6)
    >>> bool((words(key, np.arange(2, dtype=np.uint32), 4, 2) == whole[3:5]).all())
    True
    """
    pairs = range(first_day // DAYS_PER_BLOCK, (first_day + days - 1) // DAYS_PER_BLOCK + 1)
    both = words_of_pairs(key, replications, np.arange(pairs.start, pairs.stop, dtype=np.uint32))
    start = first_day - DAYS_PER_BLOCK * pairs.start
    return both[start : start + days]


def words_of_pairs(key: Array, replications: Array, pairs: Array) -> Array:
    """Return the words of days 2p and 2p + 1 of each pair p: uint32 `(2 x pairs, rows, R)`.

    `pairs` is uint32 `(pairs,)`.
    """
    library = namespace(key)
    shape = (pairs.shape[0], key.shape[1], replications.shape[0])
    counter = (
        library.broadcast_to(replications, shape),
        library.broadcast_to(pairs[:, None, None], shape),
    )
    even, odd = threefry((key[0], key[1]), counter, DRAW_ROUNDS)
    return library.stack((even, odd), axis=1).reshape(-1, *shape[1:])


def exceeds(word: Array, probability: Array) -> Array:
    """Return whether the uniform behind `word` lies at or above `probability`.

    >>> exceeds(np.array([0, 2**31], dtype=np.uint32), np.array([0.5]))
    array([False,  True])
    """
    library = namespace(word)
    return word.astype(library.float64) >= probability * 2.0**32


# The inverse normal: a quartic on each of 512 pieces of the nearer tail, found from the bits of the
# tail as a float. It uses +, x and table look-ups only, whose results are the same on every machine
# and engine. Largest error 2e-9 (tests/core/test_chance.py).
PIECE_BITS = 4  # 16 pieces an octave
LOWEST_OCTAVE = -1  # the tail, (word + 1/2), is at least 2**-1
OCTAVES = 32
INTEGER = {"float64": np.int64, "float32": np.int32}  # of the same size


@functools.cache
def normal_pieces() -> Array:
    """Return the coefficients of the pieces, lowest power first: `(5, 512)`.

    Interpolation at Chebyshev points by divided differences, in arithmetic that every machine does
    alike (no linear algebra library).
    """
    nodes = chebyshev_nodes(2.0**-PIECE_BITS)
    octave = 2.0 ** np.arange(LOWEST_OCTAVE, LOWEST_OCTAVE + OCTAVES)
    start = (1 + 2.0**-PIECE_BITS * np.arange(2**PIECE_BITS))[None, :]
    inverse = NormalDist().inv_cdf
    values = [
        np.array([inverse(float(u) * 2.0**-32) for u in (octave[:, None] * (start + x)).ravel()])
        for x in nodes
    ]
    return quartics(nodes, values)


def chebyshev_nodes(width: float) -> Array:
    """Return the five points of a piece at which a quartic errs least, from 0 to `width`."""
    return width / 2 * (1 - np.cos((2 * np.arange(5) + 1) * np.pi / 10))


def quartics(nodes: Array, values: Sequence[Array]) -> Array:
    """Return the coefficients of the quartics through some values at five nodes, lowest first.

    `values[i]` are those of all pieces at node i; the answer is `(5, pieces)`.

    >>> quartics(np.arange(5.0), [np.array([x**2]) for x in range(5)]).ravel().tolist()
    [0.0, 0.0, 1.0, 0.0, 0.0]
    """
    values = list(values)
    for order in range(1, 5):
        for i in range(4, order - 1, -1):
            values[i] = (values[i] - values[i - 1]) / (nodes[i] - nodes[i - order])
    powers = [values[4]]
    for i in range(3, -1, -1):  # multiply by (x - nodes[i]), add values[i]
        lower = [-nodes[i] * c for c in powers]
        powers = [lower[0] + values[i], *(a + b for a, b in zip(lower[1:], powers, strict=False))]
        powers.append(values[4])
    return np.ascontiguousarray(np.stack(powers))


def standard_normal(word: Array, precision: str = "float64") -> Array:
    """Return the standard normal draw at `(word + 1/2) / 2**32`, by inverse transform.

    In "float32" the tail is rounded to 24 bits before it is looked up.

    >>> standard_normal(np.array([2**31, 2**32 - 1], dtype=np.uint32)).round(6)
    array([0.      , 6.337958])
    """
    library, integer = namespace(word), INTEGER[precision]
    mantissa, bias = np.finfo(precision).nmant, np.finfo(precision).maxexp - 1
    pieces = library.asarray(normal_pieces().astype(precision, copy=False))
    side = word.view(np.int32)  # negative in the upper half
    tail = (side ^ (side >> np.int32(31))).astype(precision)
    tail += 0.5
    bits = tail.view(integer)
    piece = bits >> integer(mantissa - PIECE_BITS)
    piece -= integer((bias + LOWEST_OCTAVE) << PIECE_BITS)
    bits &= integer((1 << (mantissa - PIECE_BITS)) - 1)
    bits |= integer(bias << mantissa)
    offset = bits.view(precision)
    offset -= 1.0
    draw = pieces[4].take(piece, mode="clip")
    for power in (3, 2, 1, 0):
        draw *= offset
        draw = rounded(draw)
        draw += pieces[power].take(piece, mode="clip")
    # The sign bit is turned, since `where` takes longer and would need the other half as well.
    sign = side.astype(integer)
    sign &= -(2 ** (np.finfo(precision).bits - 1))
    return (draw.view(integer) ^ sign).view(precision)


def mix(word: Array) -> Array:
    """Return a well-mixed uint32 for each uint32 (used to break ties, never for draws).

    Source: the two-multiplication hash of C. Wellons' search, "lowbias32".

    >>> int(mix(np.array([1], dtype=np.uint32))[0])
    1753845952
    """
    word = word ^ (word >> np.uint32(16))
    word = word * np.uint32(0x7FEB352D)
    word = word ^ (word >> np.uint32(15))
    word = word * np.uint32(0x846CA68B)
    return word ^ (word >> np.uint32(16))


def tie_words(keys: Array, segment: Array, day: Array | int, library: ModuleType) -> Array:
    """Return the words of today that break ties, `(C, M)`, of keys `(C, S)` by segment `(M,)`."""
    today = library.asarray([day]).astype(library.uint32)
    return mix(library.asarray(keys).take(segment, axis=1) ^ mix(today))
