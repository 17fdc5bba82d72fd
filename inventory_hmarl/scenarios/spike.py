"""A surge of demand over some days."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from inventory_hmarl.case import Case, Spike
from inventory_hmarl.scenarios import known


@dataclass(frozen=True)
class DemandSpike:
    """Mean demand is multiplied from `first_day` to `last_day`, both included."""

    first_day: int = 30
    last_day: int = 32
    multiplier: float = 2.5
    stores: str | tuple[str, ...] | None = None
    skus: str | tuple[str, ...] | None = None
    name: ClassVar[str] = "spike"
    description: ClassVar[str] = "demand surges for a few days"

    def apply(self, case: Case) -> Case:
        """Return the case with one more spike."""
        spike = Spike(
            first_day=self.first_day,
            last_day=self.last_day,
            multiplier=self.multiplier,
            stores=None if self.stores is None else known(self.stores, case.stores),
            skus=None if self.skus is None else known(self.skus, case.skus),
        )
        return case.changed(spikes=(*case.spikes, spike))


SCENARIO = DemandSpike()
