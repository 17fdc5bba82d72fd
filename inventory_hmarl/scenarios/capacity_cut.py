"""Suppliers that can deliver less."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from inventory_hmarl.case import Case
from inventory_hmarl.case.models import Supplier
from inventory_hmarl.case.models.values import LARGEST
from inventory_hmarl.scenarios._events import Names, chosen


@dataclass(frozen=True)
class CapacityCut:
    """Suppliers ship at most `units` of each SKU a day, or their own capacity if that is less.

    On all days: a case has one capacity for the whole run.
    """

    units: float = 150.0
    suppliers: Names = None
    skus: Names = None
    name: ClassVar[str] = "capacity_cut"
    description: ClassVar[str] = "suppliers ship at most so many units of a SKU a day, on all days"

    def apply(self, case: Case) -> Case:
        """Return the case with the capacity of suppliers cut."""
        suppliers = dict(case.suppliers)
        for name in chosen(self.suppliers, case.suppliers):
            less = self._less(case, name, suppliers[name])
            suppliers[name] = suppliers[name].model_copy(update={"capacity": less})
        return case.changed(suppliers=suppliers)

    def _less(self, case: Case, name: str, supplier: Supplier) -> float | dict[str, float] | None:
        """Return a capacity that is no higher than `units`, of the SKUs that are named."""
        hit, own = chosen(self.skus, case.skus), supplier.capacity
        if isinstance(own, dict):
            return {sku: min(own[sku], self.units) if sku in hit else own[sku] for sku in own}
        free = LARGEST if own is None else own
        if self.skus is None:
            return min(free, self.units)
        supplied = _supplied(case, name)
        if not set(hit) & supplied:
            return own
        return {
            sku: min(free, self.units) if sku in hit else free
            for sku in case.skus
            if sku in supplied
        }


def _supplied(case: Case, supplier: str) -> set[str]:
    """Return the SKUs that travel on a supplier's lanes."""
    found: set[str] = set()
    for lane in case.lanes:
        if lane.source == supplier:
            carried = set(case.carried(lane.destination))
            found |= carried if lane.skus is None else carried & set(lane.skus)
    return found


SCENARIO = CapacityCut()
