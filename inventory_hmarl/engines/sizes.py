"""How much is worked on at a time, so that it stays in the cache: results are the same for any.

Measured with `inventory-hmarl bench batch compiled huge` on cores with 1 MiB of second-level cache;
on others, in proportion to theirs. See docs/engines.md.
"""

from __future__ import annotations

import os
from pathlib import Path

MEASURED_WITH = 2**20  # bytes
LEVEL_2 = Path("/sys/devices/system/cpu/cpu0/cache/index2/size")  # as Linux tells it: "1024K"
MOST_TIMES = 4  # more or less than measured: beyond, other things matter


def cache_bytes() -> int | None:
    """Return the bytes of a core's second-level cache, or None where the machine does not say."""
    try:
        return int(LEVEL_2.read_text(encoding="ascii").strip().removesuffix("K")) * 1024
    except (OSError, ValueError):
        pass
    try:
        return os.sysconf("SC_LEVEL2_CACHE_SIZE") or None
    except (AttributeError, OSError, ValueError):
        return None


def fitting(measured: int, cache: int | None) -> int:
    """Return a size that was measured to be best, fitted to a cache: by a power of two.

    >>> fitting(8192, 2**20), fitting(8192, 2**21 + 5), fitting(8192, 2**18), fitting(8192, None)
    (8192, 16384, 2048, 8192)
    """
    if not cache:
        return measured
    times = 1
    while times < MOST_TIMES and 2 * times * MEASURED_WITH <= cache:
        times *= 2
    shrunk = 1
    while shrunk < MOST_TIMES and shrunk * cache < MEASURED_WITH:
        shrunk *= 2
    return measured * times // shrunk


NUMPY_CELLS = fitting(2**15, cache_bytes())  # points x replications side by side: more leaves the
NUMPY_WORDS = fitting(2**15, cache_bytes())  # cache, fewer call more; and words drawn at a time
JAX_CELLS = fitting(2**13, cache_bytes())  # of 64 bits; twice as many of 32
JAX_WORDS = fitting(3 * 2**13, cache_bytes())
PART_POINTS = 2**16  # points of a group of SKUs that is run by itself
