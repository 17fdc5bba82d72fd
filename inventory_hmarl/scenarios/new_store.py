"""A store that opens."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from inventory_hmarl.case import Case
from inventory_hmarl.case.models import Demand, Disruption, Lane, Store
from inventory_hmarl.case.models.demand import merged
from inventory_hmarl.scenarios import known
from inventory_hmarl.scenarios._events import disrupted, unused


@dataclass(frozen=True)
class NewStore:
    """A store opens on `first_day`: a copy of `like`, its demand multiplied by `size`.

    It begins with empty shelves, is supplied on the same lanes, and orders for the first time so
    many days before it opens as goods are on their way to it.

    A demand file has no rows for it: where demand is replayed from one, nobody comes.
    """

    first_day: int = 30
    like: str | None = None
    size: float = 1.0
    store: str = "new_store"
    name: ClassVar[str] = "new_store"
    description: ClassVar[str] = "a store opens on a day, like another one (the first)"

    def apply(self, case: Case) -> Case:
        """Return the case with one more store, and its lanes."""
        like = next(iter(case.stores)) if self.like is None else known(self.like, case.stores)[0]
        new = unused(self.store, {*case.stores, *case.warehouses, *case.suppliers})
        lanes = [
            lane.model_copy(update={"destination": new, "initial_on_order": (), "reserved": 0.0})
            for lane in case.lanes
            if lane.destination == like
        ]
        opened = case.changed(
            stores={**case.stores, new: self._like(case, like)}, lanes=(*case.lanes, *lanes)
        )
        closed_until = self.first_day - 2 - max(map(_longest, lanes))
        if closed_until < 1:
            return opened
        waits = Disruption(locations=(new,), stops=("orders",), first_day=1, last_day=closed_until)
        return disrupted(opened, f"{new}_not_open", waits)

    def _like(self, case: Case, like: str) -> Store:
        """Return a copy of a store that is empty, and to which nobody comes before it opens."""
        store = case.stores[like]
        own, multiplier = store.demand or {}, store.demand_multiplier
        return store.model_copy(
            update={
                "name": "",
                "initial_inventory": 0.0,
                "demand_multiplier": {sku: each * self.size for sku, each in multiplier.items()}
                if isinstance(multiplier, Mapping)
                else multiplier * self.size,
                "demand": {
                    sku: merged(own.get(sku), Demand(first_day=self._launch(case, like, sku)))
                    for sku in case.carried(like)
                },
            }
        )

    def _launch(self, case: Case, like: str, sku: str) -> int:
        """Return the first day of a SKU in the new store: the opening, or its launch."""
        return max(self.first_day, case.demand_of(like, sku).first_day or 1)


def _longest(lane: Lane) -> int:
    """Return the most days that a lane takes."""
    days = lane.lead_time
    most = max(days.values()) if isinstance(days, Mapping) else days
    return most + max(lane.delays or (0,))


SCENARIO = NewStore()
