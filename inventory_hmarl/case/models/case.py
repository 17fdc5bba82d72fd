"""A whole case."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Annotated, Any, Self  # changes of a case are of any type

import numpy as np
from numpy.typing import NDArray
from pydantic import BeforeValidator, Field, PrivateAttr, model_validator

from inventory_hmarl.case.models.assortment import assortments
from inventory_hmarl.case.models.demand import Demand, merged
from inventory_hmarl.case.models.disruptions import Disruption
from inventory_hmarl.case.models.items import (
    Correlation,
    CostChange,
    CostWeights,
    Event,
    Promotion,
    Sku,
    Spike,
)
from inventory_hmarl.case.models.lanes import Lane
from inventory_hmarl.case.models.locations import Store, Supplier, Warehouse
from inventory_hmarl.case.models.pools import Pool
from inventory_hmarl.case.models.recorded import Recorded
from inventory_hmarl.case.models.values import (
    FIRST_DATE,
    Date,
    Day,
    DaysBefore,
    Identifier,
    Part,
    Seed,
    Text,
    UnitsWord,
    level_of,
    to_list,
)


class Case(Part):
    """All that a run needs to know. Frozen; `changed()` gives another.

    `load_case`, `case_from_dict`, `case_from_settings` and `case_from_module` make one, and tell
    all faults at once; `Case(...)` checks the same, in pydantic's words.
    """

    title: Text = Field("", description="For display only.")
    days: Day = Field(description="Days of a run, warm-up included.")
    warmup_days: DaysBefore = Field(0, description="First days that no figure counts.")
    seed: Seed = Field(0, description="Another seed is another run.")
    first_date: Date = Field(
        "",
        description="The date of day 1, as YYYY-MM-DD: weekdays and years are counted from it. By "
        f"default {FIRST_DATE}, a Monday.",
    )
    units: UnitsWord = Field("whole", description="Whether stock comes in whole units.")
    cost_weights: CostWeights = Field(default_factory=CostWeights, description="Cost multipliers.")
    demand: Demand = Field(
        default_factory=Demand, description="Demand of every store and SKU, by default."
    )
    correlation: Correlation = Field(
        default_factory=Correlation, description="How much customers come together."
    )
    spikes: Annotated[tuple[Spike, ...], BeforeValidator(to_list)] = Field(
        (), description="Days on which demand has another mean, deviation or season."
    )
    promotions: Annotated[tuple[Promotion, ...], BeforeValidator(to_list)] = Field(
        (), description="Days with another price or more display."
    )
    events: Annotated[tuple[Event, ...], BeforeValidator(to_list)] = Field(
        (),
        description="The calendar: holidays and other events; in a file, its name: a CSV file with "
        "the columns day (or date), factor and, if need be, event, store, sku.",
    )
    cost_changes: Annotated[tuple[CostChange, ...], BeforeValidator(to_list)] = Field(
        (), description="Days on which costs are others."
    )
    skus: dict[Identifier, Sku] = Field(min_length=1, description="The SKUs, by id.")
    stores: dict[Identifier, Store] = Field(min_length=1, description="The stores, by id.")
    warehouses: dict[Identifier, Warehouse] = Field(
        default_factory=dict, description="The warehouses, by id."
    )
    suppliers: dict[Identifier, Supplier] = Field(min_length=1, description="The suppliers, by id.")
    lanes: Annotated[tuple[Lane, ...], BeforeValidator(to_list)] = Field(
        min_length=1, description="Who supplies whom; without cycles."
    )
    pools: dict[Identifier, Pool] = Field(
        default_factory=dict, description="Stores that help each other out, by id."
    )
    disruptions: dict[Identifier, Disruption] = Field(
        default_factory=dict, description="What stops for a while, by id."
    )
    _recorded: dict[str, Recorded] = PrivateAttr(default_factory=dict)

    @model_validator(mode="after")
    def _check(self) -> Self:
        from inventory_hmarl.case.build import faults_of

        faults = faults_of(self)
        if faults:
            raise ValueError("\n".join(map(str, faults)))
        return self

    @classmethod
    def assembled(cls, parts: Mapping[str, Any], recorded: Mapping[str, Recorded]) -> Case:
        """Return a case of parts that have been checked, and the demand files that they name."""
        case = cls.model_construct(**parts)
        case._recorded = dict(recorded)  # noqa: SLF001  # our own, of the case being made
        return case

    @property
    def day_1(self) -> datetime.date:
        """The date of day 1."""
        return datetime.date.fromisoformat(self.first_date or FIRST_DATE)

    @property
    def recorded(self) -> Mapping[str, Recorded]:
        """The content of the demand files, by the name that the case has for each."""
        return self._recorded

    def changed(self, **changes: Any) -> Case:
        """Return the case with other settings at its top level, checked; `CaseError` if it fails.

        >>> from inventory_hmarl.case import default_case
        >>> default_case().changed(days=30).days
        30
        """
        if not changes:
            return self
        from inventory_hmarl.case.build import changed

        return changed(self, changes)

    def carried(self, location: str) -> tuple[str, ...]:
        """Return the SKUs of a store or warehouse, in the case's order. Ask once per location."""
        if location in self.stores:
            return assortments(self.skus, {location: self.stores[location]}, {}, ())[location]
        return assortments(self.skus, self.stores, self.warehouses, self.lanes)[location]

    def demand_of(self, store: str, sku: str) -> Demand:
        """Return the demand of a SKU at a store: the case's, the SKU's and the store's."""
        local = self.stores[store].demand
        return merged(self.demand, self.skus[sku].demand, local.get(sku) if local else None)

    def rate(self, location: str, sku: str, name: str) -> float:
        """Return a rate, the location's own or else the SKU's; cost weights are not in it.

        `name` is "holding_cost", "stockout_penalty" or "ordering_cost".
        """
        place = self.stores[location] if location in self.stores else self.warehouses[location]
        own: float | dict[str, float] | None = getattr(place, name, None)
        if own is None or (isinstance(own, dict) and sku not in own):
            rate: float = getattr(self.skus[sku], name)
            return rate
        return level_of(own, sku)

    def recorded_units(self, store: str, sku: str) -> NDArray[np.float64]:
        """Return the record of a SKU at a store: the days of the run, or all where it is sampled.

        Of a replayed record `(days,)` units, of an empirical distribution as many as it has.
        """
        demand = self.demand_of(store, sku)
        if demand.distribution == "replay":
            return self.replay_units(store, sku)
        if demand.units is not None:
            return np.array(demand.units, dtype=np.float64)
        assert demand.file is not None, f"the demand of {sku} at {store} is not recorded"
        record = self._recorded[demand.file]
        return record.units(store, sku, record.last_day)

    def replay_units(self, store: str, sku: str) -> NDArray[np.float64]:
        """Return the recorded demand of a SKU at a store, `(days,)` units."""
        demand = self.demand_of(store, sku)
        if demand.units is not None:
            return np.array(demand.units[: self.days], dtype=np.float64)
        assert demand.file is not None, f"the demand of {sku} at {store} is not replayed"
        return self._recorded[demand.file].units(store, sku, self.days)
