"""Who holds, sells and supplies."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Discriminator, Field, Tag

from inventory_hmarl.case.models.demand import Demand
from inventory_hmarl.case.models.policy import PolicySettings
from inventory_hmarl.case.models.values import (
    MAPPING_TAG,
    NUMBER_TAG,
    Identifier,
    Identifiers,
    LeadDays,
    Level,
    Part,
    Portion,
    PositivePortion,
    Quantity,
    ReviewDay,
    ReviewDays,
    ShelfDays,
    Text,
)

UnmetWord = Literal["lost", "backordered"]
WhenFull = Literal["overflow", "refuse"]
SourcingWord = Literal["shares", "cheapest", "fastest"]
UnmetDemand = Annotated[
    Annotated[UnmetWord, Tag(NUMBER_TAG)]
    | Annotated[dict[Identifier, UnmetWord], Tag(MAPPING_TAG)],
    Discriminator(lambda value: MAPPING_TAG if isinstance(value, dict) else NUMBER_TAG),
]

_NAME = "For display only; by default the id."
_INITIAL = "Units on hand before day 1, per SKU."
_MAXIMUM = "An order never lifts the inventory position above it: units per SKU; absent: no limit."
_STORAGE = "Space for the stock of all SKUs, in units of their volume; absent: no limit."
_OVERFLOW = "Money per unit of space above the storage, and day."
_FULL = (
    "Of what arrives and has no space in the storage: overflow (it is taken in, at the overflow "
    "cost) or refuse (it waits at the door)."
)
_NEWEST = (
    "Share of what leaves in a day that is taken from the newest stock, of SKUs that expire: 0 is "
    "first in, first out; 1 is last in, first out."
)
_LIFE = "Days of the SKUs that expire, in the place of their own, here."
_POLICY = "The replenishment rule and its parameters."
_REVIEW = "Days after which its calendar of reviews begins again; 1: it orders on every day."
_REVIEW_DAYS = "The days of the period on which it orders: 1 is the first, as day 1 of the run is."
_SOURCING = (
    "Of several lanes for a SKU: its orders are divided by the lanes' shares, or go whole on the "
    "cheapest or the fastest lane that is available on the day."
)
_RECEIVES = (
    "When what is due comes in: in the evening, to be used from the next day, or in the morning, "
    "before the day's customers."
)
_CHARGED = "The stock that holding cost is charged on: that {after}, or that before."
_ALLOCATION = (
    "Who gets what when stock is short: proportional, priority, sequential, fair_share or "
    "minimum_shortage."
)


class Store(Part):
    """A location with customers."""

    name: Text = Field("", description=_NAME)
    demand_multiplier: Level = Field(1.0, description="Multiplies mean demand, per SKU.")
    initial_inventory: Level = Field(description=_INITIAL)
    max_inventory: Level | None = Field(None, description=_MAXIMUM)
    storage: Quantity | None = Field(None, description=_STORAGE)
    overflow_cost: Quantity = Field(0.0, description=_OVERFLOW)
    when_full: WhenFull = Field("overflow", description=_FULL)
    newest_first: Portion = Field(0.0, description=_NEWEST)
    shelf_life: ShelfDays | None = Field(None, description=_LIFE)
    unmet_demand: UnmetDemand = Field(
        "lost",
        description="What happens to customers who find the shelf empty: their demand is lost, or "
        "backordered (they wait).",
    )
    waiting_share: Portion = Field(
        1.0,
        description="Of SKUs that are backordered: share of the customers without stock who wait, "
        "rounded half up; the others are lost.",
    )
    patience: ShelfDays | None = Field(
        None,
        description="Of SKUs that are backordered: days that customers wait; then they are lost. "
        "Absent: for ever.",
    )
    due_days: LeadDays = Field(
        0,
        description="Of SKUs that are backordered: days within which customers accept delivery; "
        "the penalty is charged on what waits longer.",
    )
    policy: PolicySettings = Field(description=_POLICY)
    review_period: ReviewDay = Field(1, description=_REVIEW)
    review_days: ReviewDays = Field((1,), description=_REVIEW_DAYS)
    sourcing: SourcingWord = Field("shares", description=_SOURCING)
    receives: Literal["evening", "morning"] = Field("evening", description=_RECEIVES)
    holding_charged: Literal["after_sales", "before_sales"] = Field(
        "after_sales", description=_CHARGED.format(after="after the day's sales")
    )
    skus: Identifiers | None = Field(None, description="Assortment; by default all SKUs.")
    holding_cost: Level | None = Field(
        None, description="Money per unit and day; overrides the SKU's rate here."
    )
    stockout_penalty: Level | None = Field(
        None, description="Money per unit lost or waiting; overrides the SKU's rate here."
    )
    ordering_cost: Level | None = Field(
        None, description="Money per order line; overrides the SKU's rate here."
    )
    demand: dict[Identifier, Demand] | None = Field(
        None, description="Settings of [demand] that differ here, by SKU."
    )


class Warehouse(Part):
    """A location that supplies others."""

    name: Text = Field("", description=_NAME)
    initial_inventory: Level = Field(description=_INITIAL)
    max_inventory: Level | None = Field(None, description=_MAXIMUM)
    storage: Quantity | None = Field(None, description=_STORAGE)
    overflow_cost: Quantity = Field(0.0, description=_OVERFLOW)
    when_full: WhenFull = Field("overflow", description=_FULL)
    newest_first: Portion = Field(0.0, description=_NEWEST)
    shelf_life: ShelfDays | None = Field(None, description=_LIFE)
    policy: PolicySettings = Field(description=_POLICY)
    review_period: ReviewDay = Field(1, description=_REVIEW)
    review_days: ReviewDays = Field((1,), description=_REVIEW_DAYS)
    sourcing: SourcingWord = Field("shares", description=_SOURCING)
    receives: Literal["evening", "morning"] = Field("evening", description=_RECEIVES)
    holding_charged: Literal["after_shipping", "before_shipping"] = Field(
        "after_shipping", description=_CHARGED.format(after="after it has shipped")
    )
    orders: Literal["after_shipping", "before_shipping"] = Field(
        "after_shipping",
        description="Whether it orders after it has shipped what its customers ordered today, or "
        "before their orders reach it.",
    )
    skus: Identifiers | None = Field(
        None, description="By default every SKU that a location which it supplies carries."
    )
    holding_cost: Level | None = Field(
        None, description="Money per unit and day; overrides the SKU's rate here."
    )
    ordering_cost: Level | None = Field(
        None, description="Money per order line; overrides the SKU's rate here."
    )
    handling_capacity: Quantity | None = Field(
        None,
        description="Units of all SKUs together that can leave in a day; what exceeds it stays "
        "owed. Absent: no limit.",
    )
    allocation: Identifier = Field("proportional", description=_ALLOCATION)
    short_orders: Literal["owed", "dropped"] = Field(
        "owed", description="What a short warehouse cannot ship stays owed, or is dropped."
    )


class Supplier(Part):
    """A source of stock from outside the chain."""

    name: Text = Field("", description=_NAME)
    reliability: PositivePortion = Field(
        1.0,
        description="An order line (lane, SKU, day) fails with probability 1 - reliability.",
    )
    failure: Literal["lost", "partial", "late"] = Field(
        "lost",
        description="What becomes of a line that fails: all of it is lost, a share arrives, or all "
        "of it is late.",
    )
    failure_share: Portion = Field(
        0.5, description="partial: the share of a failing line that is delivered."
    )
    failure_days: LeadDays = Field(
        1, description="late: days on top of the lead time of what leaves on a day it fails."
    )
    capacity: Level | None = Field(
        None, description="Units per SKU and day; what exceeds it stays owed. Absent: unlimited."
    )
    handling_capacity: Quantity | None = Field(
        None,
        description="Units of all SKUs together that can leave in a day; what exceeds it stays "
        "owed. Absent: no limit.",
    )
    allocation: Identifier = Field("proportional", description=_ALLOCATION)
