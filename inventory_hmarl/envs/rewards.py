"""What a step earns: money and service, summed over each location, as a function of flows.

A step's flows are the orders of one day and the sales of the next. Each term is a quantity of them
times a rate, so that a reward is one sum, and every cost of an episode lies in exactly one step, or
before the first.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from inventory_hmarl.core.arrays import Array, Segments, fold, namespace, segments
from inventory_hmarl.core.model import Model
from inventory_hmarl.core.network import Level
from inventory_hmarl.core.state import LevelShipments
from inventory_hmarl.envs.moments import Moment

KINDS = ("cost", "profit")


@dataclass(frozen=True)
class Reward:
    """What agents are paid for.

    `kind`: minus the costs (holding, stock-outs, ordering), or the profit (revenue less purchases
    less costs). `team`: 0 pays each location for itself, 1 pays everyone for the whole chain, and
    what lies between is (1 - team) x own + team x chain. With `service_target`, every unit that
    the share of demand handed over at once falls short of it costs `service_multiplier`, and a unit
    above earns as much: the Lagrangian of a service constraint.
    """

    kind: str = "cost"
    team: float = 1.0
    service_target: float | None = None
    service_multiplier: float = 0.0

    def __post_init__(self) -> None:
        """Raise `ValueError` for what cannot be."""
        if self.kind not in KINDS:
            raise ValueError(f"kind = {self.kind!r}: one of {', '.join(KINDS)}")
        if not 0 <= self.team <= 1:
            raise ValueError(f"team = {self.team!r}: a share from 0 to 1")
        if self.service_target is not None and not 0 < self.service_target <= 1:
            raise ValueError(f"service_target = {self.service_target!r}: above 0, at most 1")
        if not 0 <= self.service_multiplier < np.inf:
            raise ValueError(
                f"service_multiplier = {self.service_multiplier!r}: money per unit, at least 0"
            )


class Term(NamedTuple):
    """A quantity of some rows, and what a unit of it is worth."""

    level: int
    name: str  # of a field of LevelShipments, of LevelSales, or "stock": what is left after sales
    sales: bool  # whether it belongs to the sales
    rates: Array  # (rows,) money
    points: Array  # (rows,) the point that each row belongs to


@dataclass(frozen=True)
class Earnings:
    """How a step's earnings are added up."""

    terms: tuple[Term, ...]  # those of orders and moves, then those of sales
    rates: Array  # (rows, 1)
    owner: Segments  # rows by location

    def of(self, shipments: Sequence[LevelShipments] | None, moment: Moment) -> Array:
        """Return what each location earned, `(locations, R)` money.

        `shipments` are the orders and moves before `moment`; None: there was no day before.
        """
        return self.owner.sum(self._worth(shipments, moment))

    def total(self, shipments: Sequence[LevelShipments] | None, moment: Moment) -> Array:
        """Return what the whole chain earned, `(R,)` money: the sum of `of`, but for rounding."""
        return fold(self._worth(shipments, moment))

    def _worth(self, shipments: Sequence[LevelShipments] | None, moment: Moment) -> Array:
        """Return what each row earned, `(rows, R)` money."""
        ready, (moved, sold) = moment.state.levels[0].on_hand, self._fields
        library = namespace(ready)

        def nothing(sales: bool) -> list[Array]:
            sizes = [term.rates.size for term in self.terms if term.sales == sales]
            return [library.zeros((size, ready.shape[-1]), dtype=ready.dtype) for size in sizes]

        if shipments is None:
            parts = nothing(sales=False)
        else:
            parts = [getattr(shipments[level], name) for level, name in moved]
        if any(moment.sales):
            levels, sales = moment.state.levels, moment.sales
            parts += [
                levels[level].on_hand if name == "stock" else getattr(sales[level], name)
                for level, name in sold
            ]
        else:  # after the last day
            parts += nothing(sales=True)
        worth: Array = library.concatenate(parts) * self.rates
        return worth

    @functools.cached_property
    def _fields(self) -> tuple[list[tuple[int, str]], list[tuple[int, str]]]:
        """Level and name of the terms that belong to orders and moves, and to sales."""
        moved = [(term.level, term.name) for term in self.terms if not term.sales]
        return moved, [(term.level, term.name) for term in self.terms if term.sales]


def shared(own: Array, team: float) -> Array:
    """Return (1 - team) x own + team x the chain's, `(locations, R)`."""
    if team == 0:
        return own
    return (1.0 - team) * own + team * fold(own)[None]


def earnings(model: Model, reward: Reward, location_of: Sequence[Array], count: int) -> Earnings:
    """Return how the earnings of `count` locations are added up.

    `location_of[level]` (P,) is the number of each point's location.
    """
    terms = [
        term
        for number, level in enumerate(model.network.levels)
        for term in _terms(model, number, level, reward)
        if term.rates.any()
    ]
    if not terms:  # a case in which nothing costs anything
        terms = [*_holding(model, 0, model.network.levels[0])]
    terms.sort(key=lambda term: term.sales)
    rates = np.concatenate([term.rates for term in terms])[:, None]
    owner = np.concatenate([location_of[term.level][term.points] for term in terms])
    return Earnings(tuple(terms), rates, segments(owner, count))


def _terms(model: Model, number: int, level: Level, reward: Reward) -> Iterator[Term]:
    rates, every = model.rates[number], np.arange(len(level.points))
    point = every[level.point_of_line]
    yield Term(number, "placed", False, -rates.ordering, point)
    yield from _holding(model, number, level)
    for name, rate in (
        ("joint", rates.joint),
        ("trips", rates.trip),
        ("shipped", rates.carried),
        ("travelling", rates.in_transit),
    ):
        yield Term(number, name, False, -rate, point)
    yield from _extra(model, number, level, point)
    if level.shelf is not None:
        yield Term(number, "expired", False, -rates.expiry, every)
    if level.storage is not None:
        yield Term(number, "overflow", False, -rates.overflow, every)
    if reward.kind == "profit":
        yield Term(number, "arrived", False, -rates.unit_cost, point)
    if not level.sells:
        return
    yield from _sales(model, number, level, every)
    if reward.kind == "profit":
        yield Term(number, "sales", True, rates.unit_price, every)
    if reward.service_target is not None:
        paid = np.full(every.size, reward.service_multiplier)
        yield Term(number, "demand", True, -paid * reward.service_target, every)
        yield Term(number, "filled", True, paid, every)


def _sales(model: Model, number: int, level: Level, every: Array) -> Iterator[Term]:
    """Yield what a day's customers cost."""
    rates = model.rates[number]
    if level.pools is not None:
        yield Term(number, "received", True, -rates.transfer, every)
    if level.loses:
        yield Term(number, "lost", True, -rates.stockout, every)
    if level.backordered is not None:
        name = "waiting" if level.due is None else "overdue"
        yield Term(number, name, True, -rates.stockout, every)


def _extra(model: Model, number: int, level: Level, point: Array) -> Iterator[Term]:
    """Yield what days of other rates cost beyond the usual ones, all with the day's orders."""
    if (tariff := level.tariff) is None:
        return
    rates, every = model.rates[number], np.arange(len(level.points))
    for name, rate, dated, of in (
        ("extra_stock", rates.holding, tariff.stock, every),
        ("extra_missing", rates.stockout, tariff.missing, every),
        ("extra_orders", rates.ordering, tariff.orders, point),
        ("extra_travelling", rates.in_transit, tariff.travelling, point),
    ):
        if dated is not None:
            yield Term(number, name, False, -rate, of)


def _holding(model: Model, number: int, level: Level) -> Iterator[Term]:
    """Yield what stock costs: after sales where nothing is shipped on, else by its day."""
    every = np.arange(len(level.points))
    by_day = number > 0 or level.charged_before is not None
    name = "charged_stock" if by_day else "stock"
    yield Term(number, name, not by_day, -model.rates[number].holding, every)
