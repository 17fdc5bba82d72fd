"""Who supplies whom."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from inventory_hmarl.case.models.values import (
    Day,
    Identifier,
    Identifiers,
    LeadDaysList,
    LeadTime,
    Level,
    Part,
    Portions,
    Positive,
    PositivePortion,
    Priority,
    Quantity,
    Switch,
    Weekday,
    to_list,
)


class OnOrder(Part):
    """Units that are on their way when day 1 begins."""

    sku: Identifier = Field(description="The SKU.")
    due_day: Day = Field(description="The day on which they arrive, 1 to the lead time.")
    units: Quantity = Field(description="Units.")


class Lane(Part):
    """A way on which a destination orders from a source."""

    source: Identifier = Field(description="A supplier, a warehouse or a store.")
    destination: Identifier = Field(description="A warehouse or a store.")
    lead_time: LeadTime = Field(
        description="Whole days from shipping to arrival, per SKU; the fewest, where they vary."
    )
    delays: LeadDaysList | None = Field(
        None,
        description="Days on top of lead_time, one drawn for each shipment (lane, SKU, day): what "
        "they may be, strictly increasing.",
    )
    delay_probabilities: Portions | None = Field(
        None, description="The probability of each of the delays; they sum to 1."
    )
    overtaking: Switch = Field(
        True, description="Whether a shipment may arrive before one that left earlier."
    )
    after_cutoff: Annotated[tuple[Weekday, ...], BeforeValidator(to_list)] = Field(
        (),
        description="Weekdays, 1 to 7, on which orders are placed here after the source's cut-off: "
        "it sees them on the next day. Day 1 of the run is weekday 1.",
    )
    order_multiple: Level | None = Field(
        None,
        description="Units of a case pack or pallet, per SKU: an order on the lane is rounded up "
        "to whole ones, or down where max_inventory leaves no room.",
    )
    minimum_order: Level | None = Field(
        None,
        description="The least that is ordered at a time, per SKU: a smaller order is raised to "
        "it, or not placed where max_inventory leaves no room.",
    )
    unit_cost: Level | None = Field(
        None,
        description="Purchase price per unit on a lane from a supplier, per SKU; overrides the "
        "SKU's.",
    )
    order_cost: Quantity = Field(
        0.0, description="Money for each day on which anything is ordered here, over all SKUs."
    )
    truck_units: Positive | None = Field(None, description="Units that a trip can carry.")
    truck_weight: Positive | None = Field(None, description="Weight that a trip can carry.")
    truck_volume: Positive | None = Field(None, description="Volume that a trip can carry.")
    trip_cost: Quantity = Field(
        0.0,
        description="Money per trip: a day's shipments of all SKUs take as many as they fill, one "
        "where no truck has a limit.",
    )
    unit_transport_cost: Quantity = Field(0.0, description="Money per unit that leaves.")
    trip_co2: Quantity = Field(0.0, description="Emissions per trip, in kg.")
    unit_co2: Quantity = Field(0.0, description="Emissions per unit that leaves, in kg.")
    in_transit_owner: Literal["source", "destination"] | None = Field(
        None,
        description="Whose holding cost is charged, each day, on what is on its way; absent: "
        "nobody's. A supplier's is none of the chain's.",
    )
    share: PositivePortion | None = Field(
        None,
        description="Part of the destination's order that goes this way; the shares of a SKU sum "
        "to 1. To be given where a destination with sourcing 'shares' has several lanes for a "
        "SKU.",
    )
    priority: Priority | None = Field(
        None,
        description="Lower is served first under allocation 'priority'; lanes without one come "
        "last, in the order of the file.",
    )
    reserved: Quantity = Field(
        0.0,
        description="Units of each SKU that the source keeps for this destination: nobody else "
        "gets them.",
    )
    skus: Identifiers | None = Field(
        None, description="Only these SKUs travel here; by default all that both ends carry."
    )
    initial_on_order: Annotated[tuple[OnOrder, ...], BeforeValidator(to_list)] = Field(
        (), description="What is on its way when day 1 begins."
    )
