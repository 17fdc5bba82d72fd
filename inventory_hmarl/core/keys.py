"""Keys of many rows at once.

A row's key is the hash of its names (`chance.name_key`), one a row by definition. What is shared
between rows, the names before the SKU's, is hashed once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np

from inventory_hmarl.core.arrays import Array


def name_words(
    stems: Sequence[tuple[str, ...]], stem: Array, endings: Sequence[str], ending: Array
) -> Array:
    """Return `name_key(*stems[s], endings[e])` of each row: uint32 `(2, rows)`.

    `stem` and `ending`, `(rows,)`, number a row's names.

    >>> from inventory_hmarl.core.chance import name_key
    >>> row = np.array([0])
    >>> words = name_words([("demand", "store_1")], row, ["milk"], row)
    >>> tuple(words[:, 0].tolist()) == name_key("demand", "store_1", "milk")
    True
    """
    begun = [hashlib.blake2b("\0".join((*names, "")).encode(), digest_size=8) for names in stems]
    ends = [name.encode() for name in endings]
    digests = []
    for number, end in zip(stem.tolist(), ending.tolist(), strict=True):
        whole = begun[number].copy()
        whole.update(ends[end])
        digests.append(whole.digest())
    return np.frombuffer(b"".join(digests), dtype="<u4").astype(np.uint32).reshape(-1, 2).T
