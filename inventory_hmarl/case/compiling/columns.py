"""Columns of rows, from what a case says of locations, of lanes and of SKUs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import numpy as np

from inventory_hmarl.case.models.values import PlainLevel
from inventory_hmarl.core.arrays import Array
from inventory_hmarl.core.rows import Lines, Points


def numbers(
    levels: Sequence[PlainLevel | None],
    owner: Array,
    rows: Points | Lines,
    otherwise: Array | float = np.nan,
) -> Array:
    """Return the number that the level of each row's owner has for the row's SKU: `(rows,)`.

    `owner` (rows,) numbers the levels. A row is `otherwise` where its owner has no level, or none
    for the SKU.

    >>> from inventory_hmarl.core.rows import Names
    >>> rows = Points(Names(("store",), ("soap", "milk")), np.zeros(3, int), np.array([0, 1, 1]))
    >>> numbers([5.0, {"milk": 7.0}], np.array([0, 0, 1]), rows)
    array([5., 5., 7.])
    """
    mappings = {n: level for n, level in enumerate(levels) if isinstance(level, Mapping)}
    plain = [np.nan if n in mappings or level is None else level for n, level in enumerate(levels)]
    values = np.array(plain, dtype=np.float64)[owner]
    if mappings:
        chosen = np.flatnonzero(np.isin(owner, list(mappings)))
        pairs = zip(owner[chosen].tolist(), rows.sku[chosen].tolist(), strict=True)
        skus = rows.names.skus
        values[chosen] = [mappings[number].get(skus[sku], np.nan) for number, sku in pairs]
    return np.where(np.isnan(values), otherwise, values)


def attribute(parts: Iterable[object], name: str) -> Array:
    """Return a number of each part of a case, `(parts,)`: an attribute that is always there."""
    return np.array([getattr(part, name) for part in parts], dtype=np.float64)


def matches(column: Array, wanted: Array) -> tuple[Array, Array]:
    """Return each wanted number with each row of an ascending column that holds it: (which, row).

    >>> matches(np.array([3, 5, 5]), np.array([5, 4, 3]))
    (array([0, 0, 2]), array([1, 2, 0]))
    """
    first = np.searchsorted(column, wanted)
    count = np.searchsorted(column, wanted, side="right") - first
    which = np.repeat(np.arange(count.size), count)
    return which, np.arange(which.size) + (first - np.cumsum(count) + count)[which]
