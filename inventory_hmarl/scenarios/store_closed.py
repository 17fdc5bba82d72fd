"""Stores that are closed for some days, or for good."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from inventory_hmarl.case import Case
from inventory_hmarl.case.models import Disruption
from inventory_hmarl.scenarios._events import Names, chosen, disrupted, lasting, spiked, standstill


@dataclass(frozen=True)
class StoreClosed:
    """Stores are closed from `first_day` to `last_day`: nobody comes, and nothing is ordered.

    Nothing is shipped or received, either: what comes meanwhile waits at the door.
    """

    first_day: int = 30
    last_day: int | None = 36
    stores: Names = None
    name: ClassVar[str] = "store_closed"
    description: ClassVar[str] = "stores are closed for a week"

    def apply(self, case: Case) -> Case:
        """Return the case with one more disruption, and without customers meanwhile."""
        stores = chosen(self.stores, case.stores)
        disruption = Disruption(
            locations=stores,
            stops=("orders", *standstill(case, stores)),
            first_day=self.first_day,
            last_day=lasting(self.last_day),
        )
        quiet = spiked(
            case,
            first_day=self.first_day,
            last_day=self.last_day,
            multiplier=0.0,
            stores=self.stores,
            skus=None,
        )
        return disrupted(quiet, self.name, disruption)


SCENARIO = StoreClosed()
