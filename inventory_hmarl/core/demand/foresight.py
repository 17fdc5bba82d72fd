"""What an oracle is told: what is going to be asked of each point, drawn before its day.

Chance is a function of the day, so that the demand of a later day can be drawn today. A location
that orders lot for lot asks on day t for what is asked of it on day t + L + 1, the first day that
the order serves; so what customers ask for is exploded upward, each level offset by its lead time.
"""

from __future__ import annotations

from dataclasses import dataclass

from inventory_hmarl.core.arrays import Array, Segments, namespace, rounded


@dataclass(frozen=True)
class Feed:
    """Points of a lower level that a level supplies on lanes of one lead time."""

    lower: int  # the level
    later: int  # days from an order to the first day that it serves
    customers: Array  # (L,) its points, a line each
    share: Array  # (L, 1) of the point's orders that goes this way
    points: Segments  # lines of each point of the supplying level


@dataclass(frozen=True)
class LevelForesight:
    """How what is asked of a level's points comes about, and how much of it is told."""

    points: int
    rows: slice | None  # of demand; None: it sells nothing
    feeds: tuple[Feed, ...]
    reach: Array | None  # (days, P, 1) 1.0 on the days that an order covers; None: nobody is told


@dataclass(frozen=True)
class Foresight:
    """What rules that see `foreseen` are told."""

    ahead: int  # days to be drawn beyond the last that is asked about: an even number
    last_day: Array  # () after which it is as on the last day
    levels: tuple[LevelForesight, ...]

    def of(self, demand: Array, first_day: int | Array, days: int) -> tuple[Array | None, ...]:
        """Return what an order of each day must cover, `(days, P, R)` units a level, or None.

        `demand` is `(days + ahead, rows, R)`, from `first_day` on. An order covers the days from
        the next one to the longest lead time + 1 days on.
        """
        library, count = namespace(demand), demand.shape[0]
        last = library.clip(library.asarray(self.last_day) - first_day, 0, count - 1)
        demand = demand.take(library.minimum(library.arange(count), last), axis=0)
        asked: list[Array] = []
        told: list[Array | None] = []
        for level in self.levels:
            asked.append(_asked(level, demand, asked))
            told.append(None if level.reach is None else _covered(asked[-1], level.reach, days))
        return tuple(told)


def _asked(level: LevelForesight, demand: Array, lower: list[Array]) -> Array:
    """Return what is asked of a level's points on as many days as is known, `(days, P, R)`."""
    library, (days, _, replications) = namespace(demand), demand.shape
    if level.rows is None:
        mine = library.zeros((days, level.points, replications), dtype=demand.dtype)
    else:
        mine = demand[:, level.rows]
    for feed in level.feeds:
        orders = lower[feed.lower][feed.later :].take(feed.customers, axis=1)
        parts = library.moveaxis(rounded(orders * feed.share), 0, 1)
        units = feed.points.sum(parts.reshape(parts.shape[0], -1))
        units = library.moveaxis(units.reshape(level.points, *parts.shape[1:]), 1, 0)
        days = min(days, units.shape[0])
        mine = mine[:days] + units[:days]
    return mine


def _covered(asked: Array, reach: Array, days: int) -> Array:
    """Return what is asked on the days after each day that `reach` marks, `(days, P, R)`."""
    total = asked[1 : days + 1] * reach[0]
    for ahead in range(2, reach.shape[0] + 1):
        total = total + asked[ahead : days + ahead] * reach[ahead - 1]
    return total
