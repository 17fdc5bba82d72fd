"""Stock that spoils, lot by lot: each is a number of days left, and units."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import floor


@dataclass
class Lot:
    """Units that came on one evening."""

    days_left: int
    units: float


Shelves = Mapping[tuple[str, str], list[Lot]]
"""the lots of each (location, sku) whose stock spoils"""


def take(lots: list[Lot], units: float, newest_share: float, *, whole: bool) -> None:
    """Take units off: first from the oldest lots, then the share that the newest ones give."""
    newest = units * newest_share
    if whole:
        newest = floor(newest + 0.5)
    lots.sort(key=lambda lot: lot.days_left)
    take_in_order(lots, units - newest)
    take_in_order(list(reversed(lots)), newest)


def take_in_order(lots: list[Lot], units: float) -> None:
    """Take units off the first lot, then the next."""
    for lot in lots:
        gone = min(lot.units, units)
        lot.units -= gone
        units -= gone


def spoil(lots: list[Lot]) -> float:
    """Let a day pass; return the units whose last day it was."""
    old = sum(lot.units for lot in lots if lot.days_left == 1)
    lots[:] = [Lot(lot.days_left - 1, lot.units) for lot in lots if lot.days_left > 1]
    return old


def ages(lots: Iterable[Lot]) -> dict[int, float]:
    """Return the units by the days that they have left."""
    found: dict[int, float] = {}
    for lot in lots:
        found[lot.days_left] = found.get(lot.days_left, 0) + lot.units
    return found
