"""Noisier demand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from inventory_hmarl.case import Case
from inventory_hmarl.case.models import Demand


@dataclass(frozen=True)
class HighVariability:
    """The standard deviation of every SKU's demand is multiplied by `factor`.

    So are those that a demand has of its own: the variance of `variance_to_mean` and of `size_cv2`
    by the square.
    """

    factor: float = 2.0
    name: ClassVar[str] = "high_variability"
    description: ClassVar[str] = "the standard deviation of demand is multiplied"

    def apply(self, case: Case) -> Case:
        """Return the case with the deviation of every SKU multiplied."""
        skus = {
            name: sku.model_copy(
                update={"demand_std": sku.demand_std * self.factor, "demand": self._of(sku.demand)}
            )
            for name, sku in case.skus.items()
        }
        stores = {
            name: store.model_copy(
                update={"demand": {sku: self._of(each) for sku, each in store.demand.items()}}
            )
            if store.demand
            else store
            for name, store in case.stores.items()
        }
        return case.changed(skus=skus, stores=stores, demand=self._of(case.demand))

    def _of(self, demand: Demand | None) -> Demand | None:
        """Return a demand with the variances that it has of its own multiplied."""
        if demand is None:
            return None
        own = {
            name: value * self.factor**2
            for name in ("variance_to_mean", "size_cv2")
            if (value := getattr(demand, name)) is not None
        }
        return demand.model_copy(update=own) if own else demand


SCENARIO = HighVariability()
