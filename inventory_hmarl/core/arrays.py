"""The few array operations that NumPy and JAX do not spell alike, and the row plans they use.

Axis letters in every shape comment: `P` points (location, SKU), `L` lines (lane, SKU), `C` members
of a block, `S` segments, `M` columns, `R` replications, always last.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from operator import add
from types import ModuleType
from typing import Any, TypeAlias

import numpy as np

# JAX arrays and tracers pass through the same functions and share no base class with NumPy's, so
# the element type is all that a signature can say.
Array: TypeAlias = np.ndarray[Any, Any]
Rows: TypeAlias = slice | Array

DOUBLE = np.dtype(np.float64)
MOST_EXACT_SIZES = 4  # with more segment sizes than this, sizes are padded to powers of two


def namespace(array: Array) -> ModuleType:
    """Return the array library that made `array`.

    >>> namespace(np.zeros(2)).__name__
    'numpy'
    """
    if type(array) is np.ndarray:
        return np
    library: ModuleType = array.__array_namespace__()
    return library


@functools.cache
def constant(value: float, dtype: np.dtype[Any]) -> Array:
    """Return a number as an array `()`, since NumPy converts a Python number at every call."""
    array = np.array(value, dtype)
    array.flags.writeable = False
    return array


def as_rows(indices: Sequence[int] | Array) -> Rows:
    """Return an index of rows, as a slice where they follow one another (a view, not a copy).

    >>> as_rows([3, 4, 5])
    slice(3, 6, None)
    """
    index = np.asarray(indices, dtype=np.intp)
    first = int(index[0]) if index.size else 0
    if np.array_equal(index, np.arange(first, first + index.size)):
        return slice(first, first + index.size)
    return index


def inverse(standing: Array) -> Rows | None:
    """Return the index that puts rows that stand in this order into ascending order, or None.

    >>> inverse(np.array([2, 0, 1])), inverse(np.array([0, 1]))
    (array([1, 2, 0]), None)
    """
    if (standing[1:] >= standing[:-1]).all():
        return None
    return np.argsort(standing, kind="stable")


def take(array: Array, rows: Rows) -> Array:
    """Return the named rows of the first axis."""
    return array[rows] if isinstance(rows, slice) else array.take(rows, axis=0)


def join(parts: Sequence[Array], order: Rows | None) -> Array:
    """Return `parts` one below the other, in `order` (None: as they stand)."""
    whole = parts[0] if len(parts) == 1 else namespace(parts[0]).concatenate(parts)
    return whole if order is None else take(whole, order)


def fold(array: Array) -> Array:
    """Sum over the first axis, `(C, ...) -> (...)`, neighbour by neighbour.

    Every addition is between whole rows in an order that depends on `C` alone, so a float sum has
    the same bits for any number of replications, which `sum(axis=0)` does not promise; and zeros
    after the last row change no bit.

    >>> fold(np.array([[1.0], [2.0], [4.0]]))
    array([7.])
    """
    one = array.ndim > 1 and array.size == array.shape[0] > 3
    if one and array.dtype == DOUBLE and type(array) is np.ndarray:
        return np.array(_fold_floats(array.ravel().tolist())).reshape(array.shape[1:])
    odd = None  # what stands alone at the end of a round, added after the pairs
    while (size := array.shape[0]) > 3:
        if size % 2:
            odd = array[-1] if odd is None else array[-1] + odd
        even = size // 2 * 2
        array = array[0:even:2] + array[1:even:2]
    if size == 3:  # the last two rounds, row by row
        odd = array[2] if odd is None else array[2] + odd
    total = array[0] if size == 1 else array[0] + array[1]
    return total if odd is None else total + odd


def _fold_floats(numbers: list[float]) -> float:
    """Return what `fold` returns of single numbers, which Python adds in less time."""
    odd = None
    while len(numbers) > 1:
        if len(numbers) % 2:
            last = numbers.pop()
            odd = last if odd is None else last + odd
        numbers = list(map(add, numbers[0::2], numbers[1::2]))
    return numbers[0] if odd is None else numbers[0] + odd


def running(array: Array) -> Array:
    """Return the sums of the rows so far, `(C, ...) -> (C, ...)`, with the same bits anywhere.

    `cumsum` adds in an order of each library's own. Each round adds what stands twice as far back
    (Hillis & Steele, 1986).

    >>> running(np.array([1.0, 2.0, 4.0, 8.0]))
    array([ 1.,  3.,  7., 15.])
    """
    library, back = namespace(array), 1
    while back < array.shape[0]:
        array = library.concatenate((array[:back], array[back:] + array[:-back]))
        back *= 2
    return array


class Ring(tuple[Array, ...]):
    """What returns after as many days as the ring has slots: one array `(..., R)` a slot.

    Slots are arrays of their own, so that changing one copies none. An engine may bring a ring of
    another kind with the same two methods.
    """

    __slots__ = ()

    def swap(self, slot: int, values: Array) -> tuple[Array, Ring]:
        """Return what lies in `slot`, and the ring with `values` in its place.

        >>> Ring((np.zeros(1), np.ones(1))).swap(1, np.full(1, 5.0))
        (array([1.]), (array([0.]), array([5.])))
        """
        slots = list(self)
        slots[slot] = values
        return self[slot], Ring(slots)

    def slots(self) -> Array:
        """Return all slots, `(slots, ..., R)`."""
        return np.stack(self)

    def renewed(self, slots: Array) -> Ring:
        """Return a ring of these slots, `(slots, ..., R)`."""
        return Ring(slots)


def rounded(product: Array) -> Array:
    """Return a product as it is in its type, whatever is added to it next.

    Compiled code may else multiply and add in one step that rounds once, which NumPy does not, and
    the engines would differ in the last bit. No compiler may look past a maximum.
    """
    if type(product) is np.ndarray:
        return product
    return namespace(product).maximum(product, np.finfo(product.dtype).min)


def share_of(units: Array, share: Array, whole_units: bool) -> Array:
    """Return a share of some units, rounded half up where they are whole.

    >>> share_of(np.array([3.0, 4.0]), np.array([0.5, 0.5]), whole_units=True)
    array([2., 2.])
    """
    part = rounded(units * share)
    return namespace(part).floor(part + 0.5) if whole_units else part


def quotient(upper: Array, lower: Array) -> Array:
    """Return upper / lower as it is in its type, whatever is known about `lower`.

    Compiled code may else multiply by the reciprocal of what is the same for all replications,
    which rounds twice: 49 / 49 would be less than 1.
    """
    if type(upper) is np.ndarray:
        return upper / lower
    library = namespace(upper)
    lower = library.asarray(lower, dtype=upper.dtype)
    return upper / library.where(upper < np.inf, lower, 1.0)  # which no compiler can foresee


def only_where(mask: Array, values: Array) -> Array:
    """Return finite `values` where `mask` holds, and 0 elsewhere.

    NumPy's `where` jumps at each value, and the processor guesses wrong where the mask is random.
    A product takes a fifth of the time; its -0 is made 0.

    >>> only_where(np.array([True, False]), np.array([5.0, -3.0]))
    array([5., 0.])
    """
    if type(values) is not np.ndarray:
        return namespace(values).where(mask, values, 0.0)
    product = values * mask.astype(values.dtype)
    product += constant(0.0, values.dtype)
    return product


def replace_where(
    mask: Array,
    values: Array,
    function: Callable[..., Array],
    given: Array,
    *others: Array,
) -> Array:
    """Return `values` (C, S, R) with `function`'s answer in the columns where `mask` (S, R) holds.

    `function(columns (C, M), given (M,), segment (M,), columns of others ...)` works on each column
    apart from the rest, so that NumPy may compute the few columns that need it and JAX all of them.
    `others` are of the shape of `values`.
    """
    size, segments, replications = values.shape
    if isinstance(values, np.ndarray):
        if not np.count_nonzero(mask):
            return values
        columns = values.reshape(size, -1)
        index = np.flatnonzero(mask)
        answer = columns.copy()
        answer[:, index] = function(
            columns[:, index],
            given.reshape(-1)[index],
            index // replications,
            *(other.reshape(size, -1)[:, index] for other in others),
        )
    else:
        library = namespace(values)
        columns = values.reshape(size, -1)
        segment = library.arange(segments * replications) // replications
        beside = (other.reshape(size, -1) for other in others)
        answer = library.where(
            mask.reshape(-1), function(columns, given.reshape(-1), segment, *beside), columns
        )
    return answer.reshape(values.shape)


@dataclass(frozen=True)
class Block:
    """Segments of one size: `rows` name their members, member by member, then segment."""

    rows: Rows  # (size * count,) rows of the array that is summed
    size: int
    count: int
    segments: Rows  # (count,) which segments these are
    padded: bool  # True where some rows are the zero row after the last

    def members(self, array: Array) -> Array:
        """Return the members of each segment, `(rows, R) -> (size, count, R)`."""
        if self.padded:
            library = namespace(array)
            array = library.concatenate((array, library.zeros_like(array[:1])))
        return take(array, self.rows).reshape(self.size, self.count, array.shape[-1])


@dataclass(frozen=True)
class Segments:
    """A partition of some rows into segments, stored as a few blocks of segments of one size."""

    blocks: tuple[Block, ...]
    empty: int  # segments without a row
    order: Rows | None  # puts the blocks' results, then the empty ones, into segment order
    identity: bool  # every segment is one row, in order: summing returns its argument

    @functools.cached_property
    def alike(self) -> bool:
        """Whether all segments have equally many members, and these stand as a block wants them.

        Then the block's members are the rows reshaped, and its results are the segments'.
        """
        if len(self.blocks) != 1 or self.empty or self.order is not None:
            return False
        return isinstance(self.blocks[0].rows, slice) and not self.blocks[0].padded

    def gather(self, results: Sequence[Array]) -> Array:
        """Return one row a segment from one array `(count, R)` a block."""
        parts = list(results)
        if self.empty:
            library = namespace(parts[0])
            parts.append(library.zeros((self.empty, parts[0].shape[-1]), dtype=parts[0].dtype))
        return join(parts, self.order)

    def sum(self, array: Array) -> Array:
        """Return the sum of each segment, `(rows, R) -> (segments, R)`."""
        if self.identity:
            return array
        if self.alike and array.shape[0] == (block := self.blocks[0]).size * block.count:
            return fold(array.reshape(block.size, block.count, array.shape[-1]))
        if not self.blocks:
            library = namespace(array)
            return library.zeros((self.empty, array.shape[-1]), dtype=array.dtype)
        return self.gather([fold(block.members(array)) for block in self.blocks])


def rows_alike(labels: Array) -> list[Array]:
    """Return the rows of each label, ascending; the label that comes first is first.

    >>> [rows.tolist() for rows in rows_alike(np.array([7, 3, 7]))]
    [[0, 2], [1]]
    """
    order = np.argsort(labels, kind="stable")
    changes = np.flatnonzero(np.diff(labels[order])) + 1
    groups = np.split(order, changes) if order.size else []
    return sorted(groups, key=lambda rows: int(rows[0]))


def as_they_come(values: Array) -> tuple[Array, Array]:
    """Return the distinct values in the order in which they first come, and which each one is.

    >>> as_they_come(np.array([7, 3, 7]))
    (array([7, 3]), array([0, 1, 0]))
    """
    distinct, first, where = np.unique(values, return_index=True, return_inverse=True)
    order = np.argsort(first)
    place = np.empty_like(order)
    place[order] = np.arange(order.size)
    return distinct[order], place[where]


def segments(
    owner: Array,
    count: int,
    member: Array | None = None,
    rows: int | None = None,
    kinds: Array | None = None,
) -> Segments:
    """Plan the sums of `count` segments of some rows.

    Member i belongs to segment `owner[i]` and is row `member[i]` of `rows`; by default, row i of as
    many rows as there are members. The members of a segment stand in the order given. Segments of
    different `kinds`, numbers (count,), never share a block. With many different sizes, sizes are
    padded to powers of two, so that a sum takes a logarithm of array operations and at most twice
    the additions.

    >>> segments(np.array([0, 1, 0]), 3).sum(np.array([[1.0], [2.0], [4.0]])).ravel()
    array([5., 2., 0.])
    """
    rows = owner.size if rows is None else rows
    order = np.argsort(owner, kind="stable")
    members = order if member is None else member[order]
    sizes = np.bincount(owner, minlength=count)
    starts = np.cumsum(sizes) - sizes
    filled, empty = np.flatnonzero(sizes), np.flatnonzero(sizes == 0)
    widths = _widths(sizes[filled])
    kind = 0 if kinds is None else kinds[filled]
    blocks, standing = [], []
    for alike in rows_alike(kind * (widths.max(initial=0) + 1) + widths):
        chosen = filled[alike]
        place = np.arange(widths[alike[0]])[:, None]
        table = np.where(
            place < sizes[chosen], members.take(starts[chosen] + place, mode="clip"), rows
        )
        padded = bool((table == rows).any())
        blocks.append(
            Block(as_rows(table.reshape(-1)), len(place), chosen.size, as_rows(chosen), padded)
        )
        standing.append(chosen)
    single = rows == count == owner.size == filled.size
    return Segments(
        tuple(blocks),
        empty.size,
        inverse(np.concatenate([*standing, empty])),
        single and np.array_equal(members, np.arange(rows)),
    )


def _widths(sizes: Array) -> Array:
    """Return how many rows of a block the segments of these sizes, none of them 0, take."""
    if np.count_nonzero(np.bincount(sizes)) <= MOST_EXACT_SIZES:
        return sizes
    return 1 << np.frexp(sizes - 1)[1].astype(np.intp)  # the exponent is the bit length
