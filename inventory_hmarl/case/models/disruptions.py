"""What stops for a while, where, and when."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field

from inventory_hmarl.case.models.lanes import Lane
from inventory_hmarl.case.models.values import (
    Day,
    Identifier,
    Identifiers,
    LeadDays,
    Part,
    Portion,
    PositivePortion,
    Quantity,
    Text,
    Weekday,
    to_list,
)

Stop = Literal["orders", "shipments", "transit", "receipts"]
STOPS: tuple[Stop, ...] = ("orders", "shipments", "transit", "receipts")
LATE = "late"  # what leaves, where a disruption has a delay


class LaneEnds(Part):
    """A lane, named by its ends."""

    source: Identifier = Field(description="Where the lane begins.")
    destination: Identifier = Field(description="Where it ends.")


class Disruption(Part):
    """Some days on which something stops: given days, weekdays, or days at random."""

    name: Text = Field("", description="For display only; by default the id.")
    locations: Identifiers | None = Field(
        None, description="Stores, warehouses or suppliers that are hit."
    )
    lanes: Annotated[tuple[LaneEnds, ...], BeforeValidator(to_list)] = Field(
        (), description="Lanes that are hit, by their ends."
    )
    skus: Identifiers | None = Field(
        None, description="Only these SKUs are hit there; by default all."
    )
    stops: Annotated[tuple[Stop, ...], BeforeValidator(to_list)] = Field(
        (),
        description="What stops. orders: none is placed on the lanes into and out of a location; "
        "shipments: nothing leaves on the lanes out of it; transit: what is on its way to it "
        "stands still; receipts: what arrives waits at its door. Of a lane: on that lane.",
    )
    destroys: Portion = Field(
        0.0, description="Share of the locations' stock that is lost on its first evening."
    )
    delay: LeadDays = Field(
        0,
        description="Days on top of the lead time of what leaves while it lasts, on its lanes and "
        "those out of its locations; several add up.",
    )
    limit: Quantity | None = Field(
        None,
        description="Units of each SKU that can leave its locations in a day while it lasts: of a "
        "supplier its capacity then, of a warehouse what is shipped of its stock at most.",
    )
    first_day: Day | None = Field(None, description="Given days: the first, counted from 1.")
    last_day: Day | None = Field(
        None, description="Given days: the last, included; by default the first."
    )
    weekdays: Annotated[tuple[Weekday, ...], BeforeValidator(to_list)] | None = Field(
        None, description="Days of each week, 1 to 7; day 1 of the run is weekday 1."
    )
    probability: PositivePortion | None = Field(
        None, description="At random: the probability a day that it begins."
    )
    duration: Day | None = Field(
        None,
        description="At random: days that it lasts from when it begins; it may begin anew on any "
        "of them.",
    )
    recovery: PositivePortion | None = Field(
        None, description="At random, in the place of duration: the probability a day that it ends."
    )

    @property
    def at_random(self) -> bool:
        """Whether it comes at random."""
        return self.probability is not None

    def hits(self, lane: Lane, stop: str) -> bool:
        """Return whether a lane is hit where `stop` is what stops, or is late."""
        if stop != LATE and stop not in self.stops:
            return False
        places = self.locations or ()
        ends = {
            "orders": (lane.source, lane.destination),
            "shipments": (lane.source,),
            LATE: (lane.source,),
            "transit": (lane.destination,),
            "receipts": (lane.destination,),
        }[stop]
        named = LaneEnds(source=lane.source, destination=lane.destination) in self.lanes
        return named or any(end in places for end in ends)
