"""How much is worked on at a time, so that it stays in the cache: results are the same for any.

Measured with `inventory-hmarl bench batch compiled huge`; see docs/engines.md.
"""

from __future__ import annotations

NUMPY_CELLS = 32768  # points x replications side by side: more leaves the cache, fewer call more
NUMPY_WORDS = 32768  # random words drawn at a time
JAX_CELLS = 8192
JAX_WORDS = 24576
PART_POINTS = 2**16  # points of a group of SKUs that is run by itself
