"""A model in two: its arrays, and a hashable skeleton of all the rest.

Programs are compiled for a skeleton and for shapes. Two cases that differ in numbers alone run the
same program.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from inventory_hmarl.core.arrays import Array, namespace

Tree: TypeAlias = Any  # of whatever a model is made of


@dataclass(frozen=True)
class Leaf:
    """The place of an array."""


@dataclass(frozen=True)
class Span:
    """A slice, which cannot be hashed itself in every Python."""

    start: int | None
    stop: int | None
    step: int | None


@dataclass(frozen=True)
class Branches:
    """A tuple, named tuple or dataclass, and what hangs on it."""

    kind: type
    names: tuple[str, ...] | None  # of a dataclass's fields
    parts: tuple[Any, ...]


@dataclass(frozen=True, eq=False)
class Same:
    """What cannot be compared by value: it is the same where it is the very object."""

    thing: Any

    def __eq__(self, other: object) -> bool:
        """Whether both hold the very object."""
        return isinstance(other, Same) and self.thing is other.thing

    def __hash__(self) -> int:
        """Return the object's identity."""
        return id(self.thing)


def split(tree: Tree, kind: type[np.generic] = np.generic) -> tuple[Tree, list[Array]]:
    """Return the skeleton of a tree, and its arrays in the order in which they stand.

    Arrays of another kind of number stay in the skeleton.
    """
    arrays: list[Array] = []
    return _skeleton(tree, arrays, kind), arrays


def filled(skeleton: Tree, arrays: Sequence[Any]) -> Tree:
    """Return the tree of a skeleton with some arrays in their places."""
    return _filled(skeleton, iter(arrays))


def plain(skeleton: Tree, arrays: Sequence[Any]) -> Tree:
    """Return the arrays of a skeleton as dicts of fields and lists, without all the rest."""
    return _plain(skeleton, iter(arrays))


def leaves(skeleton: Tree, tree: Tree) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    """Yield the path and the leaf of each array of a skeleton in what `plain` returns.

    Raises LookupError or TypeError where the tree is another one.
    """
    if isinstance(skeleton, Leaf):
        yield (), tree
    elif isinstance(skeleton, Branches):
        for name, part in zip(_names(skeleton), skeleton.parts, strict=True):
            if has_leaf(part):
                yield from (((name, *path), leaf) for path, leaf in leaves(part, tree[name]))


def has_leaf(skeleton: Tree) -> bool:
    """Whether a skeleton has a place for an array."""
    if isinstance(skeleton, Branches):
        return any(map(has_leaf, skeleton.parts))
    return isinstance(skeleton, Leaf)


@dataclass(frozen=True)
class Packed:
    """Where an array stands among the packed ones of its type."""

    kind: int
    start: int
    shape: tuple[int, ...]


Places: TypeAlias = tuple[Packed | None, ...]  # None: among the large ones
MOST_PACKED = 4096  # elements: a call costs some microseconds an argument, a copy of more than that


def pack(arrays: Sequence[Array]) -> tuple[Places, list[Array], list[Array]]:
    """Return the small arrays of each type as one, the large ones, and where each array went."""
    places = places_of(arrays)
    return places, *packed(places, arrays)


def places_of(arrays: Sequence[Any]) -> Places:
    """Return where arrays go that have these shapes and types."""
    places: list[Packed | None] = []
    kinds: dict[np.dtype[Any], int] = {}  # of each type, elements so far
    for array in arrays:
        if array.size > MOST_PACKED:
            places.append(None)
            continue
        start = kinds.setdefault(array.dtype, 0)
        places.append(Packed(list(kinds).index(array.dtype), start, array.shape))
        kinds[array.dtype] += array.size
    return tuple(places)


def packed(places: Places, arrays: Sequence[Array]) -> tuple[list[Array], list[Array]]:
    """Return the small arrays of each type as one, and the large ones; NumPy's or JAX's."""
    kinds: dict[int, list[Array]] = {}
    for place, array in zip(places, arrays, strict=True):
        if place is not None:
            kinds.setdefault(place.kind, []).append(array.reshape(-1))
    small = [namespace(same[0]).concatenate(same) for same in kinds.values()]
    return small, [array for place, array in zip(places, arrays, strict=True) if place is None]


def unpack(
    places: Sequence[Packed | None], small: Sequence[Array], large: Sequence[Array]
) -> list[Array]:
    """Return the arrays that `pack` was given."""
    rest = iter(large)
    return [
        next(rest)
        if place is None
        else small[place.kind][place.start : place.start + math.prod(place.shape)].reshape(
            place.shape
        )
        for place in places
    ]


def _names(branches: Branches) -> Sequence[str | int]:
    return range(len(branches.parts)) if branches.names is None else branches.names


def _plain(skeleton: Tree, arrays: Iterator[Any]) -> Tree:
    if isinstance(skeleton, Leaf):
        return next(arrays)
    if not isinstance(skeleton, Branches):
        return None
    parts = [_plain(part, arrays) for part in skeleton.parts]
    if skeleton.names is None:
        return parts
    return {
        name: part
        for name, part, bone in zip(skeleton.names, parts, skeleton.parts, strict=True)
        if has_leaf(bone)
    }


def _skeleton(tree: Tree, arrays: list[Array], kind: type[np.generic]) -> Tree:
    if isinstance(tree, np.ndarray) and issubclass(tree.dtype.type, kind):
        arrays.append(tree)
        return Leaf()
    if isinstance(tree, tuple):
        return Branches(type(tree), None, tuple(_skeleton(part, arrays, kind) for part in tree))
    if dataclasses.is_dataclass(tree) and not isinstance(tree, type):
        names = tuple(field.name for field in dataclasses.fields(tree))
        parts = tuple(_skeleton(getattr(tree, name), arrays, kind) for name in names)
        return Branches(type(tree), names, parts)
    if isinstance(tree, slice):
        return Span(tree.start, tree.stop, tree.step)
    try:
        hash(tree)
    except TypeError:
        return Same(tree)
    return tree


def _filled(skeleton: Tree, arrays: Iterator[Any]) -> Tree:
    if isinstance(skeleton, Leaf):
        return next(arrays)
    if isinstance(skeleton, Span):
        return slice(skeleton.start, skeleton.stop, skeleton.step)
    if isinstance(skeleton, Same):
        return skeleton.thing
    if not isinstance(skeleton, Branches):
        return skeleton
    parts = [_filled(part, arrays) for part in skeleton.parts]
    if skeleton.names is not None:
        whole: Tree = object.__new__(skeleton.kind)
        for name, part in zip(skeleton.names, parts, strict=True):
            object.__setattr__(whole, name, part)  # as a frozen dataclass does itself
        return whole
    return skeleton.kind(*parts) if hasattr(skeleton.kind, "_fields") else skeleton.kind(parts)
