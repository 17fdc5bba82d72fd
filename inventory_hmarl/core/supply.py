"""What happens to orders, shipments and places, beside what customers ask for.

Each is drawn by key, replication and day like demand is (`core.chance`); an engine brings its way
of making words. What a case does not use is None, and nothing is drawn for it.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from itertools import repeat
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from inventory_hmarl.core.arrays import Array, namespace
from inventory_hmarl.core.chance import exceeds
from inventory_hmarl.core.demand.table import search
from inventory_hmarl.core.network import Network, Varying

Tree: TypeAlias = Any  # of tuples, arrays and None

# A supply's key of each part, in the same tree: (2, rows, 1) or (2, rows, R) uint32.
Words: TypeAlias = Callable[[Array], Array]  # of a key, `(days, rows, R)` uint32


class Keys(NamedTuple):
    """Of each draw: the words of its rows' names, `(2, rows)`, or the keys of a seed."""

    fails: tuple[Array | None, ...]  # a level
    spells: Array | None
    delays: tuple[Array | None, ...] = ()  # a level

    @property
    def any(self) -> bool:
        """Whether anything is drawn."""
        return self.spells is not None or any(
            key is not None for key in (*self.fails, *self.delays)
        )


class Supply(NamedTuple):
    """What happens to supply on some days, or on one of them."""

    fails: tuple[Array | None, ...]  # (days, L, R) bool a level: whether a line ordered will fail
    begins: Array | None  # (days, C, R) bool: whether a disruption begins where there is none
    stays: Array | None  # (days, C, R) bool: whether one goes on, or begins anew, where there is
    delays: tuple[Array | None, ...] = ()  # (days, L, R) days beyond the fewest, a level

    def of_day(self, offset: int) -> Supply:
        """Return one of the days, `(..., R)` each."""
        begins, stays = self.begins, self.stays
        return Supply(
            tuple([None if fails is None else fails[offset] for fails in self.fails]),
            None if begins is None else begins[offset],
            None if stays is None else stays[offset],
            tuple([None if delays is None else delays[offset] for delays in self.delays]),
        )


def at_once(function: Callable[..., Tree], *arguments: Tree) -> Tree:
    """Return what a function returns: how an engine that compiles nothing computes a draw."""
    return function(*arguments)


def draw_supply(
    network: Network, keys: Keys, words: Words, apart: Callable[..., Tree] = at_once
) -> Supply:
    """Return what befalls supply on the days that `words` are of.

    `apart(function, *arrays)` computes each draw, once.
    """

    def below(key: Array | None, probability: Array | None) -> Array | None:
        if key is None or probability is None:
            return None
        found: Array = apart(lambda key, p: exceeds(words(key), 1.0 - p), key, probability)
        return found

    def late(key: Array | None, varying: Varying | None) -> Array | None:
        if key is None or varying is None or varying.delays is None:
            return None
        found: Array = apart(functools.partial(_late, words), key, varying.delays, varying.limits)
        return found

    troubles = network.disruptions
    pairs = zip(network.levels, keys.fails, strict=True)
    return Supply(
        tuple(below(key, level.fail_probability) for level, key in pairs),
        below(keys.spells, None if troubles is None else troubles.begins),
        below(keys.spells, None if troubles is None else troubles.stays),
        tuple(late(key, x.varying) for x, key in zip(network.levels, keys.delays, strict=True)),
    )


def _late(words: Words, key: Array, delays: Array, limits: Array) -> Array:
    """Return days, `(days, L, R)`, by inverse transform of the delays of each line."""
    word = words(key)
    row = np.arange(delays.shape[0])[:, None]
    found = search(limits, row, word)
    days: Array = namespace(word).asarray(delays).reshape(-1)
    return days.take(found + row * delays.shape[1], mode="clip")


def each(tree: Tree, change: Callable[[Array], Tree]) -> Tree:
    """Return a tree with what `change` makes of each of its arrays.

    >>> each((None, (1, 2)), lambda number: number + 1)
    (None, (2, 3))
    """
    if tree is None:
        return None
    if isinstance(tree, tuple):
        branches = [each(branch, change) for branch in tree]
        return type(tree)(*branches) if hasattr(tree, "_fields") else tuple(branches)
    return change(tree)


def by_day(supply: Tree) -> Iterator[Tree]:
    """Yield the tree of each day, without end where there is no array."""
    if supply is None:
        return repeat(None)
    if not isinstance(supply, tuple):
        return iter(supply)
    days = zip(*map(by_day, supply), strict=False) if supply else repeat(())
    return (type(supply)(*day) for day in days) if hasattr(supply, "_fields") else days
