"""What customers want."""

from __future__ import annotations

from typing import Any, Literal  # settings are of several types

from pydantic import Field

from inventory_hmarl.case.models.values import FilePath, Part, Portions, Quantities, Switch

SOURCES = {
    "file": "units",
    "units": "file",
}  # a record is in a file or inline: one displaces the other


class Demand(Part):
    """How the demand of a store and SKU is drawn, or where it is recorded."""

    distribution: Literal["normal", "poisson", "table", "none", "replay"] = Field(
        "normal",
        description="normal and poisson: by the SKU's base_demand; table: the values below; "
        "replay: recorded units; none: no demand.",
    )
    noise: Literal["additive", "multiplicative", "none"] = Field(
        "additive",
        description="normal only. additive: standard deviation demand_std; multiplicative: "
        "demand_std x (mean of the day / base_demand); none: 0.",
    )
    seasonality: Switch = Field(True, description="false switches the SKU's season off.")
    mean: Literal["latent", "realised"] = Field(
        "latent",
        description="normal only. latent: the formula, then cut at 0 and rounded; realised: the "
        "latent mean is solved for, so that the mean of what is asked for is as given.",
    )
    values: Quantities | None = Field(
        None, description="table: what may be asked for, in units a day, strictly increasing."
    )
    probabilities: Portions | None = Field(
        None, description="table: the probability of each value; they sum to 1."
    )
    file: FilePath | None = Field(
        None,
        description="replay: a CSV file with the columns day, store, sku, units; beside the case "
        "file. What has no row is 0.",
    )
    units: Quantities | None = Field(
        None, description="replay: recorded units of day 1, 2, ..., instead of a file."
    )


def given(demand: Demand) -> dict[str, object]:
    """Return the settings that a demand table writes out itself."""
    return {
        name: value
        for name in Demand.model_fields
        if name in demand.model_fields_set and (value := getattr(demand, name)) is not None
    }


def merged(*tables: Demand | None) -> Demand:
    """Return the demand that tables describe together; later ones override earlier ones.

    >>> merged(Demand(distribution="poisson"), None, Demand(seasonality=False)).distribution
    'poisson'
    """
    written = [table for table in tables if table is not None]
    if len(written) == 1:
        return written[0]
    values: dict[str, Any] = {}  # as they were checked
    for table in written:
        own = given(table)
        for name in own.keys() & SOURCES.keys():
            values.pop(SOURCES[name], None)
        values.update(own)
    return Demand.model_construct(set(values), **values)
