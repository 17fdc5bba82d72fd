"""Sums of a few entries of a long vector: a sparse matrix, row by row."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import Any, TypeAlias

import numpy as np

from inventory_hmarl.core.arrays import Array

Terms: TypeAlias = list[tuple[int, float]]  # entries of the vector, and their weights
Names: TypeAlias = Sequence[Collection[str]]


@dataclass(frozen=True)
class Sums:
    """What a twin tells, each a weighted sum of entries of what it holds."""

    entries: Array  # (terms,) intp
    weights: Array  # (terms,)
    starts: Array  # (sums,) the first term of each sum

    def of(self, vector: Array) -> Array:
        """Return the sums of a vector's entries, `(sums,)`."""
        terms = vector.take(self.entries)
        terms *= self.weights
        return np.add.reduceat(terms, self.starts)

    def beside(self, others: Sums, size: int) -> Sums:
        """Return these sums of a vector of `size` entries, then the others of what follows it."""
        return Sums(
            np.concatenate([self.entries, others.entries + size]),
            np.concatenate([self.weights, others.weights]),
            np.concatenate([self.starts, others.starts + self.entries.size]),
        )


def sums(rows: Sequence[Terms]) -> Sums:
    """Return the sums whose terms are given; one without terms is 0.

    >>> sums([[(0, 1.0), (2, -1.0)], []]).of(np.array([5.0, 7.0, 3.0]))
    array([2., 0.])
    """
    filled = [terms or [(0, 0.0)] for terms in rows]
    lengths = np.array([len(terms) for terms in filled], dtype=np.intp)
    return Sums(
        np.array([entry for terms in filled for entry, _ in terms], dtype=np.intp),
        np.array([weight for terms in filled for _, weight in terms]),
        np.cumsum(lengths) - lengths,
    )


def by_name(names: Names, values: Iterable[Any]) -> list[dict[str, Any]]:
    """Return a dict for each collection of names, which takes as many values as it has names.

    >>> by_name([("a", "b"), ("c",)], [1, 2, 3])
    [{'a': 1, 'b': 2}, {'c': 3}]
    """
    one_after_another = iter(values)  # zip takes a name first: it stops before it takes too much
    return list(map(dict, map(zip, names, repeat(one_after_another))))
