"""Stock that is called back, and destroyed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from inventory_hmarl.case import Case
from inventory_hmarl.case.models import Disruption
from inventory_hmarl.scenarios._events import Names, chosen, disrupted, some


@dataclass(frozen=True)
class Recall:
    """A share of the stock of locations is destroyed on the evening of a day.

    What is on its way is safe.
    """

    day: int = 30
    share: float = 1.0
    locations: Names = None
    skus: Names = None
    name: ClassVar[str] = "recall"
    description: ClassVar[str] = "the stock of stores and warehouses is destroyed on a day"

    def apply(self, case: Case) -> Case:
        """Return the case with one more disruption."""
        disruption = Disruption(
            locations=chosen(self.locations, (*case.stores, *case.warehouses)),
            skus=some(self.skus, case.skus),
            destroys=self.share,
            first_day=self.day,
        )
        return disrupted(case, self.name, disruption)


SCENARIO = Recall()
