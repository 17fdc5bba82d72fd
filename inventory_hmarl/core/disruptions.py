"""Disruptions: days on which nothing is ordered, leaves, moves or is received somewhere.

Or on which less can leave, or what leaves takes longer.

A disruption comes on given days or at random. One at random begins with a probability a day, lasts
for some days, and may begin anew while it lasts; or it is a Markov chain of two states, which is
one that lasts a day and begins anew with the probability that it goes on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from inventory_hmarl.core.arrays import Array, Segments, namespace


@dataclass(frozen=True)
class Reach:
    """Whom disruptions hit at one level: plans that sum disruptions over each row; None: nobody."""

    orders: Segments | None = None  # lines on which nothing is ordered
    shipments: Segments | None = None  # lines on which nothing leaves
    transit: Segments | None = None  # lines on which what is on its way stands still
    receipts: Segments | None = None  # lines of which nothing is received
    stock: Segments | None = None  # points whose stock is destroyed
    late: Segments | None = None  # lines on which what leaves takes longer


@dataclass(frozen=True)
class Disruptions:
    """The disruptions of a case, and what each does."""

    begins: Array  # (C, 1) probability a day that one begins, where there is none
    stays: Array  # (C, 1) probability a day that one begins anew, where there is one
    days: Array  # (C, 1) days that it lasts from when it begins
    planned: Array | None  # (days + 1, C) 1.0 on given days; row 0 is before day 1
    destroys: Array  # (C, 1) share of stock that is lost on the evening of its first day
    delays: Array  # (C, 1) days on top of the lead time of what leaves while it lasts
    at_random: bool
    levels: tuple[Reach, ...]
    # (C, R) first and last days of those that come on other days in each replication; None: none do
    spans: tuple[Array, Array] | None = None


class Trouble(NamedTuple):
    """A day's disruptions at one level, `(rows, R)` or `(rows, 1)`: None where nothing is hit."""

    orders: Array | None  # 1.0 on lines on which may be ordered, 0.0 on others
    shipments: Array | None  # 1.0 on lines on which may be shipped
    stands: Array | None  # bool: on the line nothing moves
    receipts: Array | None  # 1.0 on lines of which is received
    destroyed: Array | None  # share of the point's stock
    late: Array | None = None  # days on top of the lead time of what leaves today


@dataclass(frozen=True)
class Limits:
    """What can leave the sources of a stage while some disruptions last."""

    which: tuple[int, ...]  # of the disruptions
    units: Array  # (limiting disruptions, S, 1) units of a SKU and day; infinite: no limit

    def least(self, lasting: Array, available: Array) -> Array:
        """Return what may leave each source, `(S, R)`, of what is available."""
        library = namespace(lasting)
        for place, number in enumerate(self.which):
            limit = library.where(lasting[number] > 0.0, self.units[place], np.inf)
            available = library.minimum(available, limit)
        return available


def go_on(
    disruptions: Disruptions, left: Array | None, begins: Array | None, stays: Array | None
) -> Array | None:
    """Return the days that each disruption at random lasts from today on, `(C, R)`.

    `left` is what was so yesterday.
    """
    if left is None or begins is None or stays is None:
        return None
    library = namespace(left)
    anew = library.where(left > 0.0, stays, begins)
    return library.where(anew, disruptions.days, library.maximum(left - 1.0, 0.0))


def of_day(
    disruptions: Disruptions, day: int, before: Array | None, left: Array | None
) -> tuple[Array, tuple[Trouble, ...]]:
    """Return which disruptions last today, 1.0 or 0.0, and what they do to each level.

    `before` and `left` are the days that those at random lasted from yesterday on, and last from
    today on.
    """
    today = _lasting(disruptions, left, day)
    begun = today * (1.0 - _lasting(disruptions, before, day - 1))
    lost = begun * disruptions.destroys
    late = today * disruptions.delays
    return today, tuple(_trouble(reach, today, lost, late) for reach in disruptions.levels)


def _lasting(disruptions: Disruptions, left: Array | None, day: int) -> Array:
    """Return 1.0 where a disruption lasts on a day, `(C, R)` or `(C, 1)`."""
    found: list[Array] = []
    if left is not None:
        found.append(namespace(left).minimum(left, 1.0))
    if disruptions.planned is not None:
        library = namespace(disruptions.planned if left is None else left)
        found.append(library.asarray(disruptions.planned)[day][:, None])
    if disruptions.spans is not None:
        first, last = disruptions.spans
        found.append(((first <= day) & (day <= last)).astype(first.dtype))
    today = found[0]  # a disruption is one of these
    for more in found[1:]:
        today = namespace(today).maximum(today, more)
    return today


def _trouble(reach: Reach, today: Array, lost: Array, late: Array) -> Trouble:
    library = namespace(today)

    def hits(plan: Segments | None, values: Array) -> Array | None:
        return None if plan is None else library.minimum(plan.sum(values), 1.0)

    orders, shipments, receipts = (
        None if (stopped := hits(plan, today)) is None else 1.0 - stopped
        for plan in (reach.orders, reach.shipments, reach.receipts)
    )
    stands = hits(reach.transit, today)
    return Trouble(
        orders,
        shipments,
        None if stands is None else stands > 0.0,
        receipts,
        hits(reach.stock, lost),
        None if reach.late is None else reach.late.sum(late),
    )
