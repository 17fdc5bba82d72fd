"""What formulas read of a case, location by location, and how they set a rule's levels."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from inventory_hmarl.case import Case
from inventory_hmarl.core.arrays import Array
from inventory_hmarl.core.model import Model
from inventory_hmarl.policies import RULES
from inventory_hmarl.studies.closed_forms import point_for
from inventory_hmarl.studies.demands import LevelDemand
from inventory_hmarl.studies.tunable import LOWER, UPPER, Tunable

QUANTITY, STOCK = "order_quantity", "safety_stock"
SLACK = 1e-6  # units that a level may miss a whole number by
DRAWS = 1_000_000  # of customers, from which probabilities are counted

Change = tuple[int, float]  # a row of the tunable numbers, and its value


@dataclass(frozen=True)
class Spot:
    """A location and SKU, and what formulas need to know of it."""

    chain: Chain
    location: str
    sku: str
    level: int
    point: int
    rows: Mapping[str, int]  # of the tunable numbers, by the names of the rule's parameters

    @functools.cached_property
    def about(self) -> LevelDemand:
        """What its level's points meet."""
        return self.chain.about[self.level]

    def number(self, name: str) -> float:
        """Return what `LevelDemand` calls so of the point."""
        return float(getattr(self.about, name)[self.point])

    @property
    def demand(self) -> tuple[float, float]:
        """Mean and deviation of a day's demand, all that is downstream included."""
        return self.number("mean"), self.number("deviation")

    @property
    def days(self) -> float:
        """Days that an order must last for."""
        return self.number("lead_time") + 1

    @property
    def rule(self) -> str:
        """The name of its location's rule."""
        return self.chain.rule_of(self.location)

    @property
    def sells(self) -> bool:
        """Whether customers come."""
        return self.location in self.chain.case.stores

    @property
    def waits(self) -> bool:
        """Whether all customers wait for ever."""
        network = self.chain.model.network.levels[self.level]
        share = network.backordered
        waits = share is not None and float(share[self.point, 0]) == 1.0
        return waits and (network.patience is None)

    @property
    def echelon(self) -> bool:
        """Whether the rule's level is one of the echelon's position."""
        return "echelon_position" in RULES[self.rule].sees


@dataclass(frozen=True)
class Chain:
    """A case as formulas read it."""

    case: Case
    model: Model
    table: Tunable
    about: tuple[LevelDemand, ...]
    service: float

    def rule_of(self, location: str) -> str:
        """Return the name of a location's rule."""
        stores, warehouses = self.case.stores, self.case.warehouses
        place = stores[location] if location in stores else warehouses[location]
        return place.policy.rule

    @functools.cached_property
    def spots(self) -> list[Spot]:
        """Every location and SKU, stores first."""
        rows: dict[tuple[str, str], dict[str, int]] = {}
        for row, name in enumerate(self.table.names):
            rows.setdefault((self.table.locations[row], self.table.skus[row]), {})[name] = row
        return [
            Spot(
                self,
                point.location,
                point.sku,
                number,
                row,
                rows.get((point.location, point.sku), {}),
            )
            for number, level in enumerate(self.model.network.levels)
            for row, point in enumerate(level.points)
        ]

    def probabilities(self, spot: Spot) -> Array:
        """Return how often a day's customers ask for 0, 1, 2, ... units, as drawn."""
        model = self.model
        days = model.days - model.warmup_days
        count = max(2, DRAWS // max(1, days * model.demand.rows))
        drawn = model.demand.draw(np.arange(count, dtype=np.uint32), model.warmup_days + 1, days)
        rows = model.demand.levels[spot.level]
        assert rows is not None
        units = drawn[:, rows.start + spot.point].astype(np.int64).reshape(-1)
        return np.bincount(units) / units.size


def set_level(spot: Spot, level: float, *, up: bool = False) -> Iterator[Change]:
    """Yield what makes a rule's reorder point or base-stock level this one; Q is kept.

    `up` rounds whole units up, so that a service is reached.
    """
    if STOCK in spot.rows:
        level -= spot.demand[0] * spot.days
    if up and spot.chain.table.whole_units:
        level = float(np.ceil(level - SLACK))
    if LOWER in spot.rows:
        yield spot.rows[LOWER], max(level, 0.0)
        if UPPER in spot.rows:
            quantity = order_size(spot)
            yield spot.rows[UPPER], max(level, 0.0) + quantity
    else:
        yield spot.rows[UPPER if UPPER in spot.rows else STOCK], max(level, 0.0)


def order_size(spot: Spot) -> float:
    """Return how far a position after an order is above the reorder point, as the case has it."""
    shipped = spot.chain.table.shipped
    if QUANTITY in spot.rows:
        return float(shipped[spot.rows[QUANTITY]])
    if LOWER in spot.rows and UPPER in spot.rows:
        return float(shipped[spot.rows[UPPER]] - shipped[spot.rows[LOWER]])
    return 0.0


def level_for(spot: Spot, kind: str) -> float:
    """Return the level at which a point reaches the service that was asked for."""
    service, quantity = spot.chain.service, order_size(spot)
    return point_for(kind, service, quantity, spot.demand, spot.days)


def about(spot: Spot, what: str) -> str:
    """Return a line about a point that a formula cannot handle."""
    return f"{spot.location}, {spot.sku}: {what}"
