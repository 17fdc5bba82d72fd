"""What customers want."""

from __future__ import annotations

from typing import Annotated, Any, Literal  # settings are of several types

from pydantic import BeforeValidator, Field

from inventory_hmarl.case.models.values import (
    LARGEST,
    Day,
    FilePath,
    Part,
    Portion,
    Portions,
    PositivePortion,
    Quantities,
    Quantity,
    Signed,
    Switch,
    to_list,
    to_number,
    to_whole,
)

Distribution = Literal[
    "normal",
    "poisson",
    "negative_binomial",
    "geometric",
    "gamma",
    "lognormal",
    "intermittent",
    "table",
    "empirical",
    "replay",
    "none",
]

SOURCES = {
    "file": "units",
    "units": "file",
}  # a record is in a file or inline: one displaces the other


DayOfYear = Annotated[int, BeforeValidator(to_whole), Field(ge=1, le=366)]
Elasticity = Annotated[float, BeforeValidator(to_number), Field(ge=-20, le=0)]
Memory = Annotated[float, BeforeValidator(to_number), Field(ge=-0.95, le=0.95)]
Weekdays = Annotated[
    tuple[Quantity, ...], BeforeValidator(to_list), Field(min_length=7, max_length=7)
]
Ratio = Annotated[float, BeforeValidator(to_number), Field(gt=1, le=LARGEST)]
BY_VARIATION = ("gamma", "lognormal", "negative_binomial")  # by demand_std / base_demand
BY_FORMULA = ("normal", "poisson", "geometric", "intermittent", *BY_VARIATION)  # by base_demand
BY_RECORD = ("replay", "empirical")


class Demand(Part):
    """How the demand of a store and SKU is drawn, or where it is recorded."""

    distribution: Distribution = Field(
        "normal",
        description="normal, poisson, negative_binomial, geometric, gamma, lognormal and "
        "intermittent: with the SKU's base_demand as mean; table: the values below; empirical: "
        "days of a record at random; replay: a record day by day; none: no demand.",
    )
    noise: Literal["additive", "multiplicative", "none"] = Field(
        "additive",
        description="normal only. additive: standard deviation demand_std; multiplicative: "
        "demand_std x (mean of the day / base_demand), as always of gamma and lognormal; none: 0.",
    )
    seasonality: Switch = Field(True, description="false switches the SKU's season off.")
    mean: Literal["latent", "realised"] = Field(
        "latent",
        description="normal only. latent: the formula, then cut at 0 and rounded; realised: the "
        "latent mean is solved for, so that the mean of what is asked for is as given.",
    )
    trend: Signed = Field(
        0.0, description="Share of base_demand that a day adds: 1 + trend x (day - 1), at least 0."
    )
    weekdays: Weekdays | None = Field(
        None,
        description="Weights of Monday to Sunday; their mean is made 1. first_date says what day 1 "
        "is.",
    )
    yearly_amplitude: Portion = Field(
        0.0,
        description="1 + yearly_amplitude x cos(2 pi (day of the year - yearly_peak) / 365.25).",
    )
    yearly_peak: DayOfYear = Field(182, description="Day of the year with most demand, 1 to 366.")
    first_day: Day | None = Field(None, description="Launch: nobody comes before this day.")
    last_day: Day | None = Field(None, description="End: nobody comes after this day.")
    elasticity: Elasticity = Field(
        0.0, description="Mean demand is multiplied by (price of a promotion)^elasticity."
    )
    autocorrelation: Memory = Field(
        0.0,
        description="Correlation of a day's latent normal draw with that of the day before, -0.95 "
        "to 0.95.",
    )
    variance_to_mean: Ratio | None = Field(
        None,
        description="negative_binomial: variance / mean of every day, above 1; by default "
        "demand_std^2 / base_demand.",
    )
    occurrence: PositivePortion | None = Field(
        None, description="intermittent: the share of days with demand."
    )
    size_cv2: Quantity | None = Field(
        None,
        description="intermittent: the squared coefficient of variation of the units asked for on "
        "days with demand.",
    )
    values: Quantities | None = Field(
        None, description="table: what may be asked for, in units a day, strictly increasing."
    )
    probabilities: Portions | None = Field(
        None, description="table: the probability of each value; they sum to 1."
    )
    file: FilePath | None = Field(
        None,
        description="replay, empirical: a CSV file with the columns day, store, sku, units; beside "
        "the case file. What has no row is 0.",
    )
    units: Quantities | None = Field(
        None,
        description="replay, empirical: recorded units of day 1, 2, ..., instead of a file.",
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
