"""What the day reads and writes. Every array ends in the replication axis `R`.

`State` is what tomorrow needs; `Flows` is what an observer wants to know about today. They are
named tuples because those are trees to JAX as well, without registration. Records are kept a level
apart (level 0 sells to customers, level 1 supplies level 0, ...), so that no array holds a row that
a step has no use for. Quantities are units of stock, as floats that hold whole numbers unless the
case is continuous.
"""

from __future__ import annotations

from typing import Any, NamedTuple, TypeAlias

from inventory_hmarl.core.arrays import Array, Ring
from inventory_hmarl.core.supply import Supply

# A policy remembers any tree of tuples and arrays; no type can say more.
Memory: TypeAlias = Any


class LevelState(NamedTuple):
    """Stock of one level at the end of a day: `P` points (location, SKU), `L` inbound lines."""

    on_hand: Array  # (P, R) units in stock
    waiting: Array | None  # (P, R) units owed to customers; None where unmet demand is lost
    on_order: Array  # (P, R) ordered and not here: in transit, owed, posted, or failing
    owed: Array | None  # (L, R) ordered earlier, not shipped yet; None where no source can be short
    in_transit: tuple[Ring, ...]  # a ring of `lead_time` days a group: (days, L of the group, R)
    failing: tuple[Ring, ...]  # the same rings for orders that will be reported failed
    at_door: Array | None = None  # (L, R) due and not received; None where all is, at once
    ages: Array | None = None  # (A, Q, R) of stock that spoils, by the days left; None: none does
    queue: Array | None = None  # (A, Q, R) of who waits, by the days left; None: for ever
    latest: Array | None = None  # (L, R) days until all arrives that may not be overtaken
    came: Array | None = None  # (L, R) received this morning; None: nothing is, or the day is over
    asked: Array | None = None  # (P, R) ordered here yesterday, where that is known a day later
    goodwill: Array | None = None  # (P, R) share of the customers who come; None: all, always
    held: Array | None = None  # (P, R) units below 1 that goodwill leaves for later; None: none
    joined: Array | None = None  # (A, P, R) who began to wait 0, 1, ... days ago; None: all are due
    posted: Array | None = None  # (L, R) ordered after the cut-off, which sources see tomorrow


class State(NamedTuple):
    """What tomorrow needs."""

    day: int  # days completed
    levels: tuple[LevelState, ...]
    memory: Memory  # what the policies remember
    disrupted: Array | None = None  # (C, R) days that each disruption at random lasts, today's too


class Chance(NamedTuple):
    """What happens to the chain on one day, one entry a level."""

    demand: tuple[Array | None, ...]  # (P, R) units customers ask for; None: nobody does
    supply: Supply  # what befalls orders, shipments and places
    foreseen: tuple[Array | None, ...] = ()  # (P, R) units that an order covers; (): nobody is told


class LevelSales(NamedTuple):
    """Steps 1 and 2 at one level."""

    demand: Array  # (P, R) units asked for today
    sales: Array  # (P, R) units handed over today, to waiting customers and new ones
    filled: Array  # (P, R) units of today's demand handed over today
    lost: Array | None  # (P, R) units of today's demand lost
    waiting: Array | None  # (P, R) units that customers wait for at the end of step 2
    expired: Array | None = None  # (P, R) units that spoiled, where nothing is shipped later
    switched: Array | None = None  # (P, R) of demand, units for which others were asked; None: none
    overdue: Array | None = None  # (P, R) of waiting, units beyond their due date; None: all are
    stayed_away: Array | None = None  # (P, R) units drawn and not asked for; None: none
    received: Array | None = None  # (P, R) sent by others of a pool before sales; None: nowhere
    given: Array | None = None  # (P, R) units sent to others of a pool


class LevelShipments(NamedTuple):
    """Steps 3 to 6 at one level."""

    charged_stock: Array  # (P, R) units that holding cost is charged on
    position: Array  # (P, R) inventory position that the decision saw
    ordered: Array  # (L, R) units ordered today
    placed: Array  # (L, R) bool, lines > 0
    shipped: Array  # (L, R) units that left the source today
    arrived: Array  # (L, R) units that arrived today
    in_full: Array  # (L, R) bool, lines > 0 shipped whole on the day they were ordered
    dropped: Array | None  # (L, R) units ordered today that a short source struck off
    failed: Array | None  # (L, R) units reported failed today
    destroyed: Array | None = None  # (P, R) units of stock that a disruption destroyed
    expired: Array | None = None  # (P, R) units that spoiled today; None: nothing spoils
    overflow: Array | None = None  # (P, R) space taken above the location's; None: no limits
    joint: Array | None = None  # (L, R) 1.0 at a lane's first line where some line of it is > 0
    trips: Array | None = None  # (L, R) trips of a lane, at its first line
    travelling: Array | None = None  # (L, R) units on their way before the day's deliveries
    refused: Array | None = None  # (L, R) units that wait at the door for space; None: none can
    # What rates of today exceed the usual ones by, in units at the usual rates; None: nothing.
    extra_stock: Array | None = None  # (P, R)
    extra_missing: Array | None = None  # (P, R) units lost or waiting
    extra_orders: Array | None = None  # (L, R) order lines
    extra_travelling: Array | None = None  # (L, R)
    remaining: Array | None = None  # (P, R) after the last outflow; None: that is charged_stock


def remaining(moved: LevelShipments) -> Array:
    """Return the stock of a level after the day's last outflow, `(P, R)`."""
    return moved.charged_stock if moved.remaining is None else moved.remaining


class Flows(NamedTuple):
    """What happened on one day: an entry a level, None in `sales` where nobody buys."""

    sales: tuple[LevelSales | None, ...]
    shipments: tuple[LevelShipments, ...]


class View(NamedTuple):
    """What a decision at one level may see: everything up to this moment of the day."""

    day: int  # today's number
    on_hand: Array  # (P, R)
    waiting: Array | None  # (P, R) owed to customers
    on_order: Array  # (P, R)
    inventory_position: Array  # (P, R) on hand - waiting - owed to other locations + on order
    demand: Array | None = None  # (P, R) asked for today; only for policies that see "demand"
    echelon_position: Array | None = None  # (P, R) own position and all downstream; likewise
    arriving: Array | None = None  # (P, D, R) due this evening, tomorrow's, ...; likewise
    ages: Array | None = None  # (P, A, R) stock that spoils, by days left; likewise; None: it keeps
    foreseen: Array | None = None  # (P, R) units that will be asked for until the next order serves
