"""Late suppliers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from inventory_hmarl.case import Case, Lane
from inventory_hmarl.case.models import Disruption
from inventory_hmarl.case.models.assortment import assortments, on_lane
from inventory_hmarl.scenarios import known
from inventory_hmarl.scenarios._events import Names, chosen, disrupted, lasting, some, whole_run


@dataclass(frozen=True)
class SupplierDelay:
    """What leaves suppliers from `first_day` to `last_day` takes `extra_days` longer.

    Where that is all days, lead times are longer, and rules reckon with them; else nobody is told.
    """

    extra_days: int = 7
    first_day: int = 1
    last_day: int | None = None
    suppliers: Names = None
    skus: Names = None
    name: ClassVar[str] = "supplier_delay"
    description: ClassVar[str] = "what suppliers ship takes longer"

    def apply(self, case: Case) -> Case:
        """Return the case with other lead times, or with one more disruption."""
        late = case.suppliers if self.suppliers is None else known(self.suppliers, case.suppliers)
        if not whole_run(self.first_day, self.last_day):
            disruption = Disruption(
                locations=tuple(late),
                skus=some(self.skus, case.skus),
                delay=self.extra_days,
                first_day=self.first_day,
                last_day=lasting(self.last_day),
            )
            return disrupted(case, self.name, disruption)
        lanes = [self._later(case, lane) if lane.source in late else lane for lane in case.lanes]
        return case.changed(lanes=tuple(lanes))

    def _later(self, case: Case, lane: Lane) -> Lane:
        """Return a lane with longer lead times, of some SKUs or of all."""
        days = lane.lead_time
        if self.skus is None and not isinstance(days, Mapping):
            return lane.model_copy(update={"lead_time": days + self.extra_days})
        if not isinstance(days, Mapping):
            carried = assortments(case.skus, case.stores, case.warehouses, case.lanes)
            days = dict.fromkeys(on_lane(lane, carried, tuple(case.skus)), days)
        hit = chosen(self.skus, case.skus)
        later = {sku: each + self.extra_days * (sku in hit) for sku, each in days.items()}
        return lane.model_copy(update={"lead_time": later})


SCENARIO = SupplierDelay()
