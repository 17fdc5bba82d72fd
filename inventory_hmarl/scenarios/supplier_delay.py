"""Late suppliers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from inventory_hmarl.case import Case, Lane
from inventory_hmarl.scenarios import known


@dataclass(frozen=True)
class SupplierDelay:
    """Every lane from a supplier takes `extra_days` longer."""

    extra_days: int = 7
    suppliers: str | tuple[str, ...] | None = None
    name: ClassVar[str] = "supplier_delay"
    description: ClassVar[str] = "suppliers' lead times are longer"

    def apply(self, case: Case) -> Case:
        """Return the case with the lead times of the suppliers' lanes lengthened."""
        late = case.suppliers if self.suppliers is None else known(self.suppliers, case.suppliers)
        lanes = [self._later(lane) if lane.source in late else lane for lane in case.lanes]
        return case.changed(lanes=tuple(lanes))

    def _later(self, lane: Lane) -> Lane:
        days = lane.lead_time
        later = (
            {sku: each + self.extra_days for sku, each in days.items()}
            if isinstance(days, Mapping)
            else days + self.extra_days
        )
        return lane.model_copy(update={"lead_time": later})


SCENARIO = SupplierDelay()
