"""Who supplies whom: the frozen arrays that the day runs on.

Rows are points (a location and a SKU that it carries) and lines (a lane and a SKU that travels on
it). Both are grouped by level: a location's level is its longest way down to one that supplies
nobody. Nothing here knows how many levels, lanes or suppliers there are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from inventory_hmarl.core.arrays import Array, Rows, Segments, namespace, quotient, rounded, take
from inventory_hmarl.core.disruptions import Disruptions, Limits
from inventory_hmarl.core.rows import Lines, Point, Points

if TYPE_CHECKING:
    from inventory_hmarl.core.allocation import AllocationRule


# In continuous units a quantity is a sum of rounded terms. Below this it is their noise, which is
# neither ordered nor counted as missing or as stock.
ROUNDING_NOISE = 1e-9
TINY = 1e-30  # space, in place of none as a divisor


@dataclass(frozen=True)
class Transit:
    """The lines of a level that share a lead time: the longest, where it varies."""

    lead_time: int  # days
    lines: Rows
    varies: bool = False  # the lead time of some line


@dataclass(frozen=True)
class Varying:
    """Lead times of a level's lines that differ by shipment (lane, SKU, day)."""

    least: Array  # (L, 1) days
    delays: Array | None  # (L, width + 1) days on top, padded with the longest; None: nowhere
    limits: Array | None  # (L, width) uint32 thresholds of their draw
    failing: Array | None  # (L, 1) days on top of a line that fails, and is late instead
    in_order: Array | None  # (L, 1) 1.0 where no shipment overtakes an earlier one; None: nowhere


@dataclass(frozen=True)
class Cutoff:
    """On which weekdays a level's orders are too late for their sources to see them that day."""

    late: Array  # (7, L) 1.0 where they are

    def today(self, day: int) -> Array:
        """Return 1.0 where orders of a day, counted from 1, are seen on the next: `(L, 1)`."""
        return self.late.take((day - 1) % 7, axis=0)[:, None]


@dataclass(frozen=True)
class Review:
    """On which days the points of a level may order; each point's calendar repeats."""

    period: Array  # (P,) days after which a calendar begins again
    open: Array  # (longest period, P) 1.0 on days of the period on which orders are placed

    def today(self, day: int) -> Array:
        """Return 1.0 where a point may order on a day, counted from 1, else 0.0: `(P, 1)`."""
        library = namespace(self.open)
        points = self.period.shape[0]
        place = (day - 1) % self.period * points + library.arange(points)
        return self.open.reshape(-1).take(place)[:, None]


@dataclass(frozen=True)
class Shelf:
    """The points of a level whose stock spoils, `Q` of its `P`, and how it is taken and put.

    What spoils may also be the patience of customers who wait.
    """

    points: Rows  # (Q,)
    place: Rows | None  # (P,) where each point stands among them; Q: it does not. None: all do
    enters: Array  # (A, Q, 1) 1.0 at the days that what arrives can be sold, less one
    newest: Array | None  # (Q, 1) share of what goes that is taken from the newest; None: nothing

    def spread(self, rows: Array) -> Array:
        """Return what spoiling points have, `(Q, R)`, as of all points: `(P, R)`."""
        if self.place is None:
            return rows
        library = namespace(rows)
        return take(library.concatenate((rows, rows[:1] * 0.0)), self.place)


@dataclass(frozen=True)
class Packs:
    """How a level's order lines are rounded."""

    size: Array  # (L, 1) units of a pack; 1 where there are no packs
    packed: Array  # (L, 1) bool: whether there are packs
    least: Array  # (L, 1) units: the least order, whole packs; 0: none
    slack: float  # of a pack: what continuous units may miss a whole number of packs by


@dataclass(frozen=True)
class Substitution:
    """What customers ask for where there is none of what they want: `Q` points of a level."""

    points: Rows  # (Q,) whose customers do so
    place: Rows  # (P,) where each point stands among them; Q: it does not
    share: Array  # (Q, 1) of the units that are not there
    asked: Segments  # what is asked for in their place, of each point of the level

    def switched(self, demand: Array, on_hand: Array, *, whole_units: bool) -> Array:
        """Return the units `(Q, R)` that are asked for in the place of others."""
        library = namespace(demand)
        unmet = library.maximum(take(demand, self.points) - take(on_hand, self.points), 0.0)
        units = rounded(unmet * self.share)
        return library.floor(units + 0.5) if whole_units else units

    def spread(self, switched: Array) -> Array:
        """Return what points gave up, `(Q, R)`, as of all points: `(P, R)`."""
        library = namespace(switched)
        return take(library.concatenate((switched, switched[:1] * 0.0)), self.place)


@dataclass(frozen=True)
class Goodwill:
    """What shortages cost a level's points of their customers, and how these come back."""

    loss: Array  # (P, 1) share of goodwill that goes on a day on which all are lost
    recovery: Array  # (P, 1) share of what is missing that comes back in a day


@dataclass(frozen=True)
class Storage:
    """The space that the SKUs of a location share."""

    points: Segments  # of each location of a level
    location: Array  # (P,) the location of each point
    volume: Array  # (P, 1) space that a unit takes
    limit: Array  # (S, 1) space; infinite where there is no limit

    def overflow(self, stock: Array) -> Array:
        """Return the space above the limit, `(P, R)`: each SKU's part is as its space's."""
        library = namespace(stock)
        space = rounded(stock * self.volume)
        occupied = self.points.sum(space)
        above = library.maximum(occupied - self.limit, 0.0)
        part = quotient(above, library.maximum(occupied, TINY))
        return rounded(space * take(part, self.location))


@dataclass(frozen=True)
class Pools:
    """Points that help each other out: `Q` of a level's, in groups of a pool and a SKU."""

    points: Rows  # (Q,)
    place: Rows  # (P,) where each point stands among them; Q: it does not
    together: Segments  # the points of each pool and SKU
    reserve: Array  # (Q, 1) units that a point keeps for its own customers
    tie_keys: tuple[Array, ...]  # (C, S) uint32, one a block of `together`
    order: Rows | None  # puts the blocks' points, one below the other, into their order

    def spread(self, units: Array) -> Array:
        """Return what such points have, `(Q, R)`, as of all points: `(P, R)`."""
        library = namespace(units)
        return take(library.concatenate((units, units[:1] * 0.0)), self.place)


@dataclass(frozen=True)
class Doors:
    """Locations that let in no more than there is space for."""

    lines: Segments  # that lead to each location of a level
    volume: Array  # (L, 1) space that a unit takes
    stock: Segments  # points of each location
    space: Array  # (P, 1) space that a unit takes
    limit: Array  # (S, 1) space; infinite where all is let in
    volumes: tuple[Array, ...]  # (C, S), one a block of `lines`
    tie_keys: tuple[Array, ...]  # (C, S) uint32, likewise
    order: Rows | None  # puts the blocks' lines, one below the other, into line order


@dataclass(frozen=True)
class Sourcing:
    """Points whose order goes one way a day: to the best of their lines that is available."""

    mine: Array  # (L, 1) bool; the orders of other lines are divided by shares, or by a rule
    best: Array  # (L, 1) 1.0 at the best line of each point
    better: Segments  # of each line, the lines of its point that are better


@dataclass(frozen=True)
class Dated:
    """What is charged of some rows beyond their usual rate, as a share of it, day by day."""

    share: Array  # (days + 1, kinds) of day 0, 1, ...
    kind: Array  # (rows,) the column of each row

    def of(self, units: Array, day: int) -> Array:
        """Return the units `(rows, R)` that a day's charge exceeds the usual one by."""
        today = namespace(units).asarray(self.share)[day].take(self.kind)
        return rounded(units * today[:, None])


@dataclass(frozen=True)
class Tariff:
    """The rates of a level that are others on some days; None: they never are."""

    stock: Dated | None  # points: holding cost
    missing: Dated | None  # points: the stockout penalty
    orders: Dated | None  # lines: the cost of order lines
    travelling: Dated | None  # lines: the holding cost of what is on its way


@dataclass(frozen=True)
class Ways:
    """The lanes of a level, of which something is counted for all SKUs together."""

    lanes: Segments  # lines by lane
    of_line: Array  # (L,) the lane of which a line is the first; past the last lane: of none
    loads: tuple[tuple[Array, Array], ...]  # size of a unit (L, 1); of a truck (lanes, 1), or inf
    joint: bool  # orders are counted
    trips: bool  # trips are counted


@dataclass(frozen=True)
class Level:
    """Points at one distance from the customer, and the lines that supply them."""

    points: Points
    lines: Lines
    sells: bool
    loses: bool  # some unmet demand is lost
    backordered: Array | None  # (P, 1) 1.0 where unmet demand waits; None: nowhere
    max_inventory: Array | None  # (P, 1) units; None: an order cannot lift the position above it
    review: Review | None  # None: every point may order every day
    point_of_line: Rows  # (L,) the point that a line supplies
    lines_of_point: Segments
    share_from: Array | None  # (L, 1) running sums of the shares of a point's lines;
    share_until: Array | None  # None: every point has one line
    transits: tuple[Transit, ...]
    transit_order: Rows | None  # puts the transits' lines, one below the other, into line order
    source_order: Rows | None  # puts what the stages ship, stage by stage, into line order
    can_wait: bool  # some source may be short, and then owes
    fail_probability: Array | None  # (L, 1)
    downstream: Segments  # each point's own and downstream points, numbered over levels 0 to this
    may_refuse: bool = False  # what arrives on some line may have to wait at the door
    doors: Doors | None = None  # None: nothing waits for space
    shelf: Shelf | None = None  # None: nothing spoils
    storage: Storage | None = None  # None: no location has a limit
    substitution: Substitution | None = None  # None: nobody takes something else
    pools: Pools | None = None  # None: nobody helps another out
    impatient: bool = False  # of customers who could wait some do not, or not for ever
    patience: Shelf | None = None  # the same of customers who wait; None: they do so for ever
    due: Array | None = None  # (A, P, 1) 1.0 where who joined 0, 1, ... days ago is not due yet
    goodwill: Goodwill | None = None  # None: shortages cost no customers of later days
    lost_share: Array | None = None  # (L, 1) of a line that fails; None: all of it
    varying: Varying | None = None  # None: every lead time is fixed
    packs: Packs | None = None  # None: any number of units may be ordered
    sourcing: Sourcing | None = None  # None: shares or rules divide all orders
    ways: Ways | None = None  # None: nothing is counted by lane
    carried: bool = False  # units that leave cost money, or emit
    owned: bool = False  # units on their way are charged to somebody
    tariff: Tariff | None = None  # None: every day has the same rates
    mornings: Array | None = None  # (L, 1) 1.0: what is due comes in next morning; None: nowhere
    charged_before: Array | None = None  # (P, 1) bool: holding is, before outflows; None: nowhere
    orders_before: Array | None = None  # (P, 1) bool: today's orders are not known; None: nowhere
    cutoff: Cutoff | None = None  # None: every order is seen on its day

    @property
    def nights(self) -> Array:
        """Nights that what arrives on each line waits at the door, `(L,)`: 1, or 0."""
        if self.mornings is None:
            return np.zeros(len(self.lines), np.intp)
        return self.mornings[:, 0].astype(np.intp)

    @property
    def moving_days(self) -> Array:
        """The longest lead time of each line but for the day that a late order waits, `(L,)`."""
        if self.cutoff is None:
            return self.lines.lead_time
        return self.lines.lead_time - self.cutoff.late.any(axis=0)


@dataclass(frozen=True)
class Part:
    """Lines of one level that a stage serves."""

    level: int
    lines: Rows
    place: slice  # where they stand among the stage's lines
    points: Segments  # this part's rows, by the point of `level` that they supply


@dataclass(frozen=True)
class Handling:
    """What the SKUs of a source share: the units that can leave it in a day."""

    points: Segments  # source points by location
    limit: Array  # (locations, 1) units; infinite where there is no limit
    tie_keys: tuple[Array, ...]  # (C, S) uint32, one a block of `points`
    order: Rows | None  # puts the blocks' points, one below the other, into stage order
    location: Array  # (S,) the location of each source point


@dataclass(frozen=True)
class Stage:
    """A level of sources that ships at one moment, from stock or from a daily capacity."""

    parts: tuple[Part, ...]
    customers: Segments  # lines (parts one below the other) of each source point
    source_of_line: Rows  # (L,) the source point of each line, parts one below the other
    rules: tuple[AllocationRule, ...]  # one a block of `customers`
    tie_keys: tuple[Array, ...]  # (C, S) uint32, one a block
    line_order: Rows | None  # puts the blocks' lines, one below the other, into part order
    keeps: Array | None  # (L, 1) 1.0 where a short source owes; None: it does in all stages
    capacity: Array | None  # (S, 1) units a day, of suppliers with a limit; None at other stages
    reserved: Array | None = None  # (L, 1) units kept for a line's destination; None: none for any
    weights: Array | None = None  # (L, 1) mean demand, whole, for rules that see it; None: no such
    handling: Handling | None = None  # None: no location has a limit
    limits: Limits | None = None  # of disruptions; None: none limits what leaves here


@dataclass(frozen=True)
class Network:
    """The chain: its levels, bottom up, and the stages that ship to them, in order of the day.

    `stages[m - 1]` is level m's own; the last ones are the suppliers'.
    """

    levels: tuple[Level, ...]
    stages: tuple[Stage, ...]
    whole_units: bool
    rounding_noise: float = ROUNDING_NOISE
    disruptions: Disruptions | None = None
    mornings: bool = False  # something comes in before sales
    cutoffs: bool = False  # some order is seen on the day after

    @property
    def noise(self) -> float:
        """Units that count as nothing: what the sums of continuous units are rounded by."""
        return 0.0 if self.whole_units else self.rounding_noise

    @property
    def supplier_stages(self) -> tuple[Stage, ...]:
        """The stages above the highest level."""
        return self.stages[len(self.levels) - 1 :]

    def index(self) -> Mapping[Point, tuple[int, int]]:
        """Return the level and row of each point."""
        return {
            point: (number, row)
            for number, level in enumerate(self.levels)
            for row, point in enumerate(level.points)
        }


def column(values: object) -> Array:
    """Return a float64 parameter column `(rows, 1)`, which broadcasts along replications."""
    return np.asarray(values, dtype=np.float64).reshape(-1, 1)
