"""What each row stands for: columns of numbers, which read as a sequence of points or of lines.

A chain may have millions of rows. As Python objects they take a hundred times the memory of their
numbers, and whoever goes through them goes through them in Python; whoever takes the columns does
not.
"""

from __future__ import annotations

import operator
from abc import abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar, overload

from inventory_hmarl.core.arrays import Array

Row = TypeVar("Row")


@dataclass(frozen=True)
class Point:
    """A location and a SKU that it carries."""

    location: str
    sku: str


@dataclass(frozen=True)
class Line:
    """A lane and a SKU that travels on it."""

    source: str
    destination: str
    sku: str
    lead_time: int  # days


@dataclass(frozen=True)
class Names:
    """The ids of a case, which rows have as numbers."""

    locations: tuple[str, ...]  # that hold stock, then suppliers
    skus: tuple[str, ...]


class Table(Sequence[Row]):
    """Rows that are made when asked for; equal to any sequence of the same rows."""

    @abstractmethod
    def _made(self, rows: slice) -> Iterator[Row]:
        """Make some rows, in order."""

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Row, ...]: ...
    def __getitem__(self, index: int | slice) -> Row | tuple[Row, ...]:
        if isinstance(index, slice):
            return tuple(self._made(index))
        row = range(len(self))[index]  # as of any sequence: from the end, or out of range
        return next(self._made(slice(row, row + 1)))

    def __iter__(self) -> Iterator[Row]:
        return self._made(slice(None))

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Sequence):
            return NotImplemented
        return len(self) == len(other) and all(map(operator.eq, self, other))

    __hash__ = None  # type: ignore[assignment]  # equal to a tuple, and not worth a tuple's hash


@dataclass(frozen=True, eq=False)
class Points(Table[Point]):
    """The points of a level, in row order."""

    names: Names
    location: Array  # (P,) numbers of locations
    sku: Array  # (P,) numbers of SKUs

    def __len__(self) -> int:
        return self.sku.size

    def at(self, rows: Array) -> Points:
        """Return some of the points."""
        return Points(self.names, self.location[rows], self.sku[rows])

    def _made(self, rows: slice) -> Iterator[Point]:
        locations, skus = self.names.locations, self.names.skus
        pairs = zip(self.location[rows].tolist(), self.sku[rows].tolist(), strict=True)
        return (Point(locations[location], skus[sku]) for location, sku in pairs)


@dataclass(frozen=True, eq=False)
class Lines(Table[Line]):
    """The lines that supply a level, in row order."""

    names: Names
    source: Array  # (L,) numbers of locations
    destination: Array  # (L,) likewise
    sku: Array  # (L,) numbers of SKUs
    lead_time: Array  # (L,) days

    def __len__(self) -> int:
        return self.sku.size

    def at(self, rows: Array) -> Lines:
        """Return some of the lines."""
        columns = (self.source, self.destination, self.sku, self.lead_time)
        return Lines(self.names, *(column[rows] for column in columns))

    def _made(self, rows: slice) -> Iterator[Line]:
        locations, skus = self.names.locations, self.names.skus
        columns = (self.source, self.destination, self.sku, self.lead_time)
        for source, destination, sku, days in zip(
            *(column[rows].tolist() for column in columns), strict=True
        ):
            yield Line(locations[source], locations[destination], skus[sku], days)
