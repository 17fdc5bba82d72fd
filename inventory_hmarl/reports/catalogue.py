"""How each figure is named and written where people read it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Kind = Literal["units", "money", "share", "days", "count", "ratio"]

UNITS: dict[Kind, str] = {
    "units": "units",
    "money": "money",
    "share": "%",
    "days": "days",
    "count": "",
    "ratio": "x",
}

SECTIONS = ("total_demand", "avg_inventory", "order_lines", "total_holding_cost", "revenue")
"""The figures with which a new part of the network's table begins."""


@dataclass(frozen=True)
class Shown:
    """A figure's name on paper, and what kind of number it is."""

    label: str
    kind: Kind

    @property
    def unit(self) -> str:
        """The unit of the figure, as text."""
        return UNITS[self.kind]


# In the order of the tables: service, then stock, then money.
FIGURES: dict[str, Shown] = {
    "total_demand": Shown("Demand", "units"),
    "total_sales": Shown("Sales", "units"),
    "total_lost_sales": Shown("Lost sales", "units"),
    "units_switched": Shown("Units for which another SKU was asked", "units"),
    "units_stayed_away": Shown("Units not asked for, for want of goodwill", "units"),
    "overdue_days": Shown("Unit-days waited beyond the due date", "units"),
    "lost_sales_value": Shown("Value of demand not met at once", "money"),
    "unit_fill_rate": Shown("Service level (unit fill rate)", "share"),
    "min_service_level": Shown("Lowest service level of a day", "share"),
    "order_fill_rate": Shown("Order fill rate", "share"),
    "cycle_service_level": Shown("Cycles without a stock-out", "share"),
    "alpha_period": Shown("Days without a stock-out", "share"),
    "stockout_days": Shown("Days with a stock-out, over stores and SKUs", "days"),
    "ready_rate": Shown("Days that end with stock", "share"),
    "backorder_days": Shown("Unit-days waited", "units"),
    "gamma_service": Shown("Service level with waiting (gamma)", "share"),
    "avg_inventory": Shown("Average stock", "units"),
    "min_inventory": Shown("Lowest stock of a day", "units"),
    "max_inventory": Shown("Highest stock of a day", "units"),
    "inventory_std": Shown("Standard deviation of the day's stock", "units"),
    "inventory_turns": Shown("Turns a year", "ratio"),
    "days_of_supply": Shown("Days of supply", "days"),
    "units_expired": Shown("Units expired", "units"),
    "waste_share": Shown("Waste, of all that left the chain", "share"),
    "overflow_days": Shown("Space above the storage, x days", "units"),
    "units_transferred": Shown("Units sent between stores", "units"),
    "door_days": Shown("Units at the door without space, x days", "units"),
    "order_lines": Shown("Order lines", "count"),
    "units_ordered": Shown("Units ordered", "units"),
    "units_failed": Shown("Units of failed orders", "units"),
    "units_destroyed": Shown("Units destroyed", "units"),
    "total_holding_cost": Shown("Holding cost", "money"),
    "total_stockout_penalty": Shown("Stock-out penalty", "money"),
    "total_ordering_cost": Shown("Ordering cost", "money"),
    "total_expiry_cost": Shown("Cost of expired stock", "money"),
    "total_overflow_cost": Shown("Cost of space above the storage", "money"),
    "total_transport_cost": Shown("Transport cost", "money"),
    "total_in_transit_cost": Shown("Cost of stock in transit", "money"),
    "trips": Shown("Trips", "count"),
    "co2": Shown("Emissions, kg", "units"),
    "total_cost": Shown("Total cost", "money"),
    "avg_daily_cost": Shown("Cost a day", "money"),
    "revenue": Shown("Revenue", "money"),
    "purchase_cost": Shown("Purchases", "money"),
    "profit": Shown("Profit", "money"),
}


def shown(name: str) -> Shown:
    """Return how a figure is shown; one that the catalogue lacks is shown by its name.

    >>> shown("total_cost").label, shown("bullwhip_var_weekly_level_1").label
    ('Total cost', 'Bullwhip of level 1, weekly')
    """
    if name in FIGURES:
        return FIGURES[name]
    if found := re.fullmatch(r"bullwhip_var_(weekly_)?level_(\d+)", name):
        return Shown(f"Bullwhip of level {found[2]}{', weekly' if found[1] else ''}", "ratio")
    return Shown(name.replace("_", " ").capitalize(), "ratio")


def ordered(names: list[str]) -> list[str]:
    """Return names in the order of the catalogue, then those that it lacks as they came."""
    place = {name: number for number, name in enumerate(FIGURES)}
    return sorted(names, key=lambda name: place.get(name, len(place)))


def written(value: float | None, kind: Kind, *, rounded: bool = True) -> str:
    """Return a number as a planner writes it; "-" for one that is undefined.

    A whole number of units is written without a point if `rounded`.

    >>> written(1234.5, "money"), written(0.97364, "share"), written(12.0, "units")
    ('1,234.50', '97.36 %', '12')
    """
    if value is None:
        return "-"
    if kind == "share":
        return f"{100 * value:.2f} %"
    if kind in {"units", "count", "days"}:
        return f"{value:,.0f}" if rounded and float(value).is_integer() else f"{value:,.1f}"
    return f"{value:,.2f}"
