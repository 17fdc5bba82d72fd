"""Other costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from inventory_hmarl.case import Case
from inventory_hmarl.case.models import CostChange as Change
from inventory_hmarl.scenarios._events import Names, chosen, some, whole_run


@dataclass(frozen=True)
class CostChange:
    """Rates of stores and warehouses are multiplied, each by its own factor.

    From `first_day` to `last_day`; where that is all days, the rates of the case are others.
    """

    holding: float = 1.5
    stockout: float = 1.0
    ordering: float = 1.0
    first_day: int = 1
    last_day: int | None = None
    locations: Names = None
    skus: Names = None
    name: ClassVar[str] = "cost_change"
    description: ClassVar[str] = "costs of holding, stockouts or orders are multiplied"

    def apply(self, case: Case) -> Case:
        """Return the case with the rates of the chosen locations and SKUs multiplied."""
        if not whole_run(self.first_day, self.last_day):
            return self._dated(case)
        hit = chosen(self.locations, (*case.stores, *case.warehouses))
        skus = set(chosen(self.skus, case.skus))
        stores, warehouses = dict(case.stores), dict(case.warehouses)
        for name in hit:
            if name in stores:
                rates = self._rates(case, name, skus)
                stores[name] = stores[name].model_copy(update=rates)
            else:
                rates = self._rates(case, name, skus, but=("stockout_penalty",))
                warehouses[name] = warehouses[name].model_copy(update=rates)
        return case.changed(stores=stores, warehouses=warehouses)

    def _dated(self, case: Case) -> Case:
        """Return the case with one more change of costs."""
        change = Change(
            first_day=self.first_day,
            last_day=self.last_day,
            holding=self.holding,
            stockout=self.stockout,
            ordering=self.ordering,
            locations=some(self.locations, (*case.stores, *case.warehouses)),
            skus=some(self.skus, case.skus),
        )
        return case.changed(cost_changes=(*case.cost_changes, change))

    def _rates(
        self, case: Case, place: str, skus: set[str], but: tuple[str, ...] = ()
    ) -> dict[str, dict[str, float]]:
        """Return a location's own rates, multiplied for some SKUs: those that change."""
        factors = {
            "holding_cost": self.holding,
            "stockout_penalty": self.stockout,
            "ordering_cost": self.ordering,
        }
        carried = case.carried(place)
        return {
            rate: {
                sku: case.rate(place, sku, rate) * (factor if sku in skus else 1.0)
                for sku in carried
            }
            for rate, factor in factors.items()
            if factor != 1.0 and rate not in but
        }


SCENARIO = CostChange()
