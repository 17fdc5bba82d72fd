"""Stores that help each other out."""

from __future__ import annotations

from pydantic import Field

from inventory_hmarl.case.models.values import Identifiers, Part, Quantity, Text


class Pool(Part):
    """Stores that cover what one of them lacks, on the same day, from what others can spare."""

    name: Text = Field("", description="For display only; by default the id.")
    stores: Identifiers = Field(description="The stores; none of them supplies others.")
    skus: Identifiers | None = Field(
        None, description="Only these SKUs are shared; by default all that several stores carry."
    )
    reserve: Quantity = Field(
        0.0, description="Units of each SKU that a store keeps for its own customers."
    )
    transfer_cost: Quantity = Field(0.0, description="Money per unit that one sends to another.")
