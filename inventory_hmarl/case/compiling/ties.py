"""Words that break ties among rows that share something, and where these rows stand."""

from __future__ import annotations

import numpy as np

from inventory_hmarl.core.arrays import Array, Rows, Segments
from inventory_hmarl.core.keys import name_words
from inventory_hmarl.core.rows import Names


def ties(
    plan: Segments, names: Names, location: Array, sku: Array
) -> tuple[tuple[Array, ...], Rows | None]:
    """Return the words of rows, `(C, S)` a block of a plan, and the order from blocks to rows.

    A word is of a row's location and SKU, `(rows,)` each.
    """
    stems = [("tie", name) for name in names.locations]
    word = name_words(stems, location, names.skus, sku)[0]
    word = np.append(word, np.uint32(0))  # of what fills up a block
    tables = [np.arange(word.size)[block.rows] for block in plan.blocks]
    keys = tuple(
        word[table].reshape(block.size, block.count)
        for table, block in zip(tables, plan.blocks, strict=True)
    )
    return keys, _row_order(tables, location.size)


def _row_order(tables: list[Array], rows: int) -> Rows | None:
    """Return where each row stands among the blocks' members; padding stands nowhere."""
    standing = np.concatenate(tables)
    if np.array_equal(standing, np.arange(rows)):
        return None
    where = np.empty(rows + 1, dtype=np.intp)
    where[standing] = np.arange(standing.size)
    return where[:rows]
