"""Whoever would run out first gets the next unit: run-out times become as equal as they can.

A customer's run-out time is what it has or is on its way to it, less what it owes, over its mean
demand. Source: fair share rationing of run-out times (Silver, Pyke & Thomas, "Inventory and
Production Management in Supply Chains", 2017, ch. 11). Times are compared in steps of 2^-20 of
stock over weight; ties go by a word of (location, SKU, day), never by position.
"""

from __future__ import annotations

from collections.abc import Callable

from inventory_hmarl.core.allocation import Cover, Shortage
from inventory_hmarl.core.allocation.proportional import rank
from inventory_hmarl.core.arrays import Array, fold, namespace, quotient, rounded

SEES_COVER = True
PLACES = 20  # bits after the point of a run-out time
HALVINGS = 54  # as many as the distance of two run-out times has bits


def fair_share(shortage: Shortage) -> Array:
    """Return what each customer gets, `(C, M)`.

    >>> import numpy as np
    >>> need, tie = np.full((3, 1), 9.0), np.zeros((3, 1), np.uint32)
    >>> cover = Cover(np.array([[2.0], [4.0], [0.0]]), np.array([[1.0], [1.0], [2.0]]))
    >>> short = Shortage(need, np.array([6.0]), lambda: tie, True, lambda: cover)
    >>> fair_share(short).ravel()  # 3 days of stock each, but the second has more than that
    array([1., 0., 5.])
    """
    assert shortage.cover is not None
    cover = shortage.cover()
    return _whole(shortage, cover) if shortage.whole_units else _continuous(shortage, cover)


def _whole(shortage: Shortage, cover: Cover) -> Array:
    library = namespace(shortage.need)
    need, available, stock, weight = (
        part.astype(library.int64)
        for part in (shortage.need, shortage.available, cover.stock, cover.weight)
    )
    weight = library.maximum(weight, 1)
    # The time at which a customer that has so many units wants the next one.
    first, last = ((units << PLACES) // weight for units in (stock, stock + need - 1))

    def given(time: Array) -> Array:
        """Return what each gets if all units wanted until a time are handed out."""
        upto = -((-(time + 1) * weight) >> PLACES)
        return library.where(time >= last, need, library.maximum(upto - stock, 0))

    def enough(time: Array) -> Array:
        return given(time).sum(axis=0) <= available

    time = _latest(
        shortage, enough, first.min(axis=0) - 1, last.max(axis=0), lambda sums: sums >> 1
    )
    units = given(time)
    wanted = given(time + 1) - units  # at most one each
    left = available - units.sum(axis=0)
    return (units + (rank(wanted, shortage.tie()) < left)).astype(shortage.need.dtype)


def _continuous(shortage: Shortage, cover: Cover) -> Array:
    library, need, stock = namespace(shortage.need), shortage.need, cover.stock
    weight = library.maximum(cover.weight, 1.0).astype(need.dtype)
    full = stock + need

    def given(time: Array) -> Array:
        return library.clip(rounded(time * weight) - stock, 0.0, need)

    def enough(time: Array) -> Array:
        return fold(given(time)) <= shortage.available

    first, last = quotient(stock, weight).min(axis=0), quotient(full, weight).max(axis=0)
    time = _latest(shortage, enough, first, last, lambda sums: sums * 0.5)
    # Who gets some of what it asks for is known now, and the time from it exactly: what a search
    # finds has no derivative.
    filled = rounded(time * weight) >= full
    some = ~filled & (rounded(time * weight) > stock)
    shared = shortage.available - fold(library.where(filled, need, 0.0))
    shared = shared + fold(library.where(some, stock, 0.0))
    weights = fold(library.where(some, weight, 0.0))
    exact = quotient(shared, library.maximum(weights, 1.0))
    part = library.clip(rounded(exact * weight) - stock, 0.0, need)
    return library.where(filled, need, library.where(some, part, 0.0))


def _latest(
    shortage: Shortage,
    enough: Callable[[Array], Array],
    low: Array,
    high: Array,
    half: Callable[[Array], Array],
) -> Array:
    """Return the latest time `(M,)` from `low` on, below `high`, for which there is enough."""
    library = namespace(low)

    def halved(low: Array, high: Array) -> tuple[Array, Array]:
        middle = half(low + high)
        fits = enough(middle)
        return library.where(fits, middle, low), library.where(fits, high, middle)

    return shortage.repeat(halved, low, high, HALVINGS)[0]


RULE = fair_share
