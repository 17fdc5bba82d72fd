"""What a family of demand is: how the demand of some rows comes about."""

from __future__ import annotations

from typing import Any, ClassVar, NamedTuple, Protocol, TypeAlias

from inventory_hmarl.core.arrays import Array

Shape: TypeAlias = tuple[int, int, int]  # days, rows, R

ANY_DAYS = 2**31  # of a family that prepares a few numbers a day


class Prepared(NamedTuple):
    """What a family works out about some days on the host, once for all replications."""

    daily: Any = ()  # a tree of arrays whose first axis is the day
    shared: Any = ()  # a tree of arrays for all the days


class Family(Protocol):
    """How the demand of some rows comes about.

    What needs a mathematical function, a table or a search is prepared in NumPy; what remains for
    each replication is arithmetic that every engine does alike.
    """

    random: ClassVar[bool]  # whether it needs words
    prepared_from: ClassVar[tuple[str, ...]]  # fields that `prepare` alone reads

    @property
    def most_days(self) -> int:
        """How many days may be prepared at once without filling the memory."""

    def expected(self, first_day: int, days: int) -> Array:
        """Return the mean that a planner would give for each day, `(days, rows)` units.

        What the case says, not what will happen: a record's days to come are not in it.
        """

    def prepare(self, first_day: int, days: int) -> Prepared:
        """Return what `sample` needs to know about `days` days from `first_day` on.

        Days before the first or after the last of the horizon are drawn and never looked at.
        """

    def sample(self, word: Array | None, prepared: Prepared, shape: Shape) -> Array:
        """Return demand in units, `shape` = (days, rows, R); `word` is uint32 of that shape."""
