"""Locations that can ship less."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from inventory_hmarl.case import Case
from inventory_hmarl.case.models import Disruption
from inventory_hmarl.scenarios._events import Names, chosen, disrupted, lasting, some


@dataclass(frozen=True)
class CapacityCut:
    """No more than `units` of each SKU leave locations in a day, from `first_day` to `last_day`.

    A supplier's own capacity stays where it is less; what exceeds it is owed. By default it hits
    all suppliers, on all days.
    """

    units: float = 150.0
    first_day: int = 1
    last_day: int | None = None
    locations: Names = None
    skus: Names = None
    name: ClassVar[str] = "capacity_cut"
    description: ClassVar[str] = "locations (all suppliers) ship so many units of a SKU a day"

    def apply(self, case: Case) -> Case:
        """Return the case with one more disruption."""
        sources = (*case.warehouses, *case.suppliers, *case.stores)
        disruption = Disruption(
            locations=tuple(case.suppliers)
            if self.locations is None
            else chosen(self.locations, sources),
            skus=some(self.skus, case.skus),
            limit=self.units,
            first_day=self.first_day,
            last_day=lasting(self.last_day),
        )
        return disrupted(case, self.name, disruption)


SCENARIO = CapacityCut()
