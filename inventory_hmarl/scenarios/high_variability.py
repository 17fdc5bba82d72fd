"""Noisier demand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from inventory_hmarl.case import Case


@dataclass(frozen=True)
class HighVariability:
    """The standard deviation of every SKU's demand is multiplied by `factor`."""

    factor: float = 2.0
    name: ClassVar[str] = "high_variability"
    description: ClassVar[str] = "the standard deviation of demand is multiplied"

    def apply(self, case: Case) -> Case:
        """Return the case with the deviation of every SKU multiplied."""
        skus = {
            name: sku.model_copy(update={"demand_std": sku.demand_std * self.factor})
            for name, sku in case.skus.items()
        }
        return case.changed(skus=skus)


SCENARIO = HighVariability()
