"""Hypothesis draws of numbers: in whole or continuous units, for all SKUs or for each its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hypothesis import strategies as st

Settings = dict[str, object]
"""a table of a case file"""
DrawnLevel = float | dict[str, float]
"""a number for each SKU alike, or SKU -> number"""

# Continuous quantities lie on a lattice of eighths and thresholds between its points: a position
# then never equals a threshold, where one rounding error would decide whether to order.
LATTICE = 8


@dataclass(frozen=True)
class Units:
    """The units of a case."""

    word: str
    """ "whole" or "continuous" """

    @property
    def whole(self) -> bool:
        """Whether quantities are whole numbers."""
        return self.word == "whole"

    @property
    def smallest(self) -> float:
        """The smallest quantity above 0 that is drawn."""
        return 1 if self.whole else 1 / LATTICE

    @property
    def between(self) -> float:
        """What lifts a threshold off the lattice."""
        return 0 if self.whole else 0.5 / LATTICE

    def quantities(self, most: int, *, above_zero: bool = False) -> st.SearchStrategy[float]:
        """Return quantities from 0 (or the smallest above it) to the most."""
        steps = st.integers(1 if above_zero else 0, int(most / self.smallest))
        smallest = self.smallest
        return steps.map(lambda number: number * smallest)


def chance(one_in: int) -> st.SearchStrategy[bool]:
    """Return True about once in so many draws, and shrink to False."""
    return st.integers(1, one_in).map(lambda number: number == one_in)


def level(numbers: st.SearchStrategy[float], skus: Sequence[str]) -> st.SearchStrategy[DrawnLevel]:
    """Return one number for all SKUs, or now and then one for each."""
    each = st.fixed_dictionaries(dict.fromkeys(skus, numbers))
    if not skus:
        return st.one_of(numbers)
    return chance(4).flatmap(lambda own: each if own else numbers)


def largest(drawn: DrawnLevel) -> float:
    """Return the largest number of a drawn level."""
    return max(drawn.values()) if isinstance(drawn, dict) else drawn
