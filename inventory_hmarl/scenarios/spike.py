"""A surge of demand over some days."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import ClassVar

from inventory_hmarl.case import Case
from inventory_hmarl.scenarios._events import Names, spiked


@dataclass(frozen=True)
class DemandSpike:
    """Mean demand is multiplied from `first_day` to `last_day`, both included."""

    first_day: int = 30
    last_day: int = 32
    multiplier: float = 2.5
    stores: Names = None
    skus: Names = None
    name: ClassVar[str] = "spike"
    description: ClassVar[str] = "demand surges for a few days"

    def apply(self, case: Case) -> Case:
        """Return the case with one more spike."""
        return spiked(case, **dataclasses.asdict(self))


SCENARIO = DemandSpike()
