"""What is sold, what it costs, and when customers want more of it."""

from __future__ import annotations

from pydantic import Field

from inventory_hmarl.case.models.demand import Demand
from inventory_hmarl.case.models.values import (
    Day,
    Identifier,
    Identifiers,
    Part,
    Portion,
    Positive,
    Quantity,
    ShelfDays,
    Text,
)


class Sku(Part):
    """A stock keeping unit. Rates are for every location that does not override them."""

    name: Text = Field("", description="For display only; by default the id.")
    base_demand: Quantity = Field(
        0.0, description="Mean demand per store, in units a day, before multipliers and season."
    )
    demand_std: Quantity = Field(
        0.0, description="Standard deviation of demand per store, in units a day."
    )
    seasonality_amplitude: Portion = Field(
        0.0, description="Season = 1 + amplitude x sin(2 pi day / period); 0 to 1."
    )
    seasonality_period: Positive = Field(365.0, description="Days of one season.")
    holding_cost: Quantity = Field(0.0, description="Money per unit in stock and day.")
    stockout_penalty: Quantity = Field(
        0.0, description="Money per unit lost, or per unit and day that a customer waits."
    )
    ordering_cost: Quantity = Field(0.0, description="Money per order line, whatever its size.")
    shelf_life: ShelfDays | None = Field(
        None,
        description="Days that stock can be sold or shipped, from the day after it is received at "
        "a location; absent: it keeps.",
    )
    expiry_cost: Quantity = Field(0.0, description="Money per unit that expires.")
    volume: Quantity = Field(1.0, description="Space of a unit, in a storage or a truck.")
    substitute: Identifier | None = Field(
        None, description="The SKU that customers ask for where this one is out."
    )
    substitution_share: Portion = Field(
        1.0, description="Share of the units that are not there for which the substitute is asked."
    )
    goodwill_loss: Portion = Field(
        0.0,
        description="Share of its customers' goodwill at a store that a day costs on which all of "
        "them are lost; goodwill multiplies the demand of later days.",
    )
    goodwill_recovery: Portion = Field(
        0.0, description="Share of the goodwill that is missing which comes back in a day."
    )
    unit_cost: Quantity = Field(0.0, description="Purchase price per unit, beside the costs.")
    weight: Quantity = Field(0.0, description="Of a unit, in the measure of truck_weight.")
    unit_price: Quantity = Field(0.0, description="Selling price per unit, beside the costs.")
    demand: Demand | None = Field(
        None, description="Settings of [demand] that differ for this SKU."
    )


class Spike(Part):
    """Some days on which demand is otherwise: overlapping spikes multiply."""

    first_day: Day = Field(description="First day, counted from 1.")
    last_day: Day | None = Field(
        None, description="Last day, included; absent: to the end, a shift of the level."
    )
    multiplier: Quantity = Field(1.0, description="What mean demand is multiplied by.")
    deviation: Quantity = Field(
        1.0,
        description="What the standard deviation of demand is multiplied by, where it has one of "
        "its own (demand_std, variance_to_mean, size_cv2).",
    )
    seasonality_amplitude: Portion | None = Field(
        None,
        description="The amplitude of the season in the place of the SKU's; of several spikes, "
        "that of the last.",
    )
    stores: Identifiers | None = Field(None, description="Only these stores; by default all.")
    skus: Identifiers | None = Field(None, description="Only these SKUs; by default all.")


class Promotion(Part):
    """Some days with another price, or with more display, and what follows when they end."""

    first_day: Day = Field(description="First day, counted from 1.")
    last_day: Day | None = Field(None, description="Last day, included; absent: to the end.")
    price: Positive = Field(
        1.0,
        description="Price / usual price: mean demand is multiplied by price^elasticity, as "
        "[demand] has it. Money is counted at the usual price.",
    )
    uplift: Quantity = Field(1.0, description="Multiplies mean demand beside the price.")
    dip: Portion = Field(
        0.0, description="Share of the additional units that is not bought afterwards (pantry)."
    )
    dip_days: Day = Field(7, description="Days after the last one over which that is spread.")
    stores: Identifiers | None = Field(None, description="Only these stores; by default all.")
    skus: Identifiers | None = Field(None, description="Only these SKUs; by default all.")


class Event(Part):
    """A day of the calendar on which mean demand is multiplied, such as a holiday."""

    day: Day = Field(description="The day, counted from 1.")
    factor: Quantity = Field(description="What mean demand is multiplied by.")
    event: Text = Field("", description="Its name, for display only.")
    store: Identifier | None = Field(None, description="Only this store; by default all.")
    sku: Identifier | None = Field(None, description="Only this SKU; by default all.")


class Correlation(Part):
    """How much customers of several stores and SKUs come together: of the latent normals."""

    everywhere: Portion = Field(0.0, description="Of two SKUs at two stores.")
    within_store: Portion = Field(
        0.0, description="Of two SKUs at one store; at least `everywhere`."
    )
    within_sku: Portion = Field(0.0, description="Of one SKU at two stores; at least `everywhere`.")


class CostChange(Part):
    """Some days on which rates are others; overlapping changes multiply."""

    first_day: Day = Field(description="First day, counted from 1.")
    last_day: Day | None = Field(None, description="Last day, included; absent: to the end.")
    holding: Quantity = Field(
        1.0, description="What holding costs are multiplied by, also of stock on its way."
    )
    stockout: Quantity = Field(1.0, description="What stockout penalties are multiplied by.")
    ordering: Quantity = Field(
        1.0, description="What costs of order lines are multiplied by, where they are ordered."
    )
    locations: Identifiers | None = Field(
        None, description="Only these stores and warehouses; by default all."
    )
    skus: Identifiers | None = Field(None, description="Only these SKUs; by default all.")


class CostWeights(Part):
    """Multipliers of the rates."""

    holding: Quantity = Field(1.0, description="Multiplies every holding cost.")
    stockout: Quantity = Field(1.0, description="Multiplies every stockout penalty.")
    ordering: Quantity = Field(1.0, description="Multiplies every ordering cost.")
    expiry: Quantity = Field(1.0, description="Multiplies every expiry cost.")
    overflow: Quantity = Field(1.0, description="Multiplies every overflow cost.")
