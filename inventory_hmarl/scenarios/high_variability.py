"""Noisier demand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar  # settings are of several types

from inventory_hmarl.case import Case
from inventory_hmarl.case.models import Demand, Sku
from inventory_hmarl.case.models.demand import merged
from inventory_hmarl.scenarios._events import Names, chosen, spiked, whole_run


@dataclass(frozen=True)
class HighVariability:
    """The standard deviation of SKUs' demand is multiplied by `factor`, by default on all days.

    So are those that a demand has of its own: the variance of `variance_to_mean` and of `size_cv2`
    by the square.
    """

    factor: float = 2.0
    first_day: int = 1
    last_day: int | None = None
    stores: Names = None
    skus: Names = None
    name: ClassVar[str] = "high_variability"
    description: ClassVar[str] = "the standard deviation of demand is multiplied"

    def apply(self, case: Case) -> Case:
        """Return the case with the deviation of the chosen SKUs multiplied, or one more spike."""
        if self.stores is not None or not whole_run(self.first_day, self.last_day):
            return spiked(
                case,
                first_day=self.first_day,
                last_day=self.last_day,
                deviation=self.factor,
                stores=self.stores,
                skus=self.skus,
            )
        hit = set(chosen(self.skus, case.skus))
        skus = {
            name: self._noisier(case, sku) if name in hit else sku
            for name, sku in case.skus.items()
        }
        stores = {
            name: store.model_copy(
                update={
                    "demand": {
                        sku: self._of(each) if sku in hit else each
                        for sku, each in store.demand.items()
                    }
                }
            )
            if store.demand
            else store
            for name, store in case.stores.items()
        }
        demand = self._of(case.demand) if self.skus is None else case.demand
        return case.changed(skus=skus, stores=stores, demand=demand)

    def _noisier(self, case: Case, sku: Sku) -> Sku:
        """Return a SKU with its deviation multiplied, and what only some SKUs have of the case."""
        demand = self._of(sku.demand)
        if self.skus is not None and (own := self._squared(case.demand)):
            demand = merged(Demand(**own), demand)
        return sku.model_copy(update={"demand_std": sku.demand_std * self.factor, "demand": demand})

    def _of(self, demand: Demand | None) -> Demand | None:
        """Return a demand with the variances that it has of its own multiplied."""
        if demand is None:
            return None
        own = self._squared(demand)
        return demand.model_copy(update=own) if own else demand

    def _squared(self, demand: Demand) -> dict[str, Any]:
        """Return the variances that a demand has of its own, multiplied."""
        return {
            name: value * self.factor**2
            for name in ("variance_to_mean", "size_cv2")
            if (value := getattr(demand, name)) is not None
        }


SCENARIO = HighVariability()
