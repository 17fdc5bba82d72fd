"""Money, from a day's record: each rate times the quantity it is charged on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from inventory_hmarl.testing.records import DayRecord

if TYPE_CHECKING:
    from inventory_hmarl.case import Case


@dataclass(frozen=True)
class PlainCosts:
    """The costs of one day over the whole network, weights applied."""

    holding: float
    stockout: float
    ordering: float
    expiry: float
    overflow: float

    @property
    def total(self) -> float:
        """The sum of the parts."""
        return self.holding + self.stockout + self.ordering + self.expiry + self.overflow


def reference_costs(case: Case, record: DayRecord) -> PlainCosts:
    """Charge stock, lost or waiting units and order lines of one day at the case's rates."""
    holding = sum(
        units * case.rate(location, sku, "holding_cost")
        for (location, sku), units in record.charged_stock.items()
    )
    stockout = sum(
        (record.lost[store, sku] + record.waiting[store, sku])
        * case.rate(store, sku, "stockout_penalty")
        for store, sku in record.demand
        if store in case.stores
    )
    ordering = sum(
        case.rate(destination, sku, "ordering_cost")
        for (_, destination, sku), units in record.line_ordered.items()
        if units > 0
    )
    expiry = sum(units * case.skus[sku].expiry_cost for (_, sku), units in record.expired.items())
    overflow = sum(
        space * (case.stores.get(place) or case.warehouses[place]).overflow_cost
        for (place, _), space in record.overflow.items()
    )
    weights = case.cost_weights
    return PlainCosts(
        holding=holding * weights.holding,
        stockout=stockout * weights.stockout,
        ordering=ordering * weights.ordering,
        expiry=expiry * weights.expiry,
        overflow=overflow * weights.overflow,
    )
