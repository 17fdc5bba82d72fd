"""A location that stands still."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from inventory_hmarl.case import Case
from inventory_hmarl.case.models import Disruption
from inventory_hmarl.scenarios._events import Names, chosen, disrupted, lasting, some, standstill


@dataclass(frozen=True)
class Outage:
    """Nothing leaves locations, and nothing comes in, from `first_day` to `last_day`.

    Orders are taken meanwhile, and wait. By default it hits all suppliers.
    """

    first_day: int = 30
    last_day: int | None = 43
    locations: Names = None
    skus: Names = None
    name: ClassVar[str] = "outage"
    description: ClassVar[str] = "nothing leaves or enters locations (all suppliers) for two weeks"

    def apply(self, case: Case) -> Case:
        """Return the case with one more disruption."""
        places = (
            tuple(case.suppliers)
            if self.locations is None
            else chosen(self.locations, (*case.stores, *case.warehouses, *case.suppliers))
        )
        disruption = Disruption(
            locations=places,
            skus=some(self.skus, case.skus),
            stops=standstill(case, places),
            first_day=self.first_day,
            last_day=lasting(self.last_day),
        )
        return disrupted(case, self.name, disruption)


SCENARIO = Outage()
