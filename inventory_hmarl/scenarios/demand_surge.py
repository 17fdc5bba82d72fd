"""More demand for some weeks."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import ClassVar

from inventory_hmarl.case import Case
from inventory_hmarl.scenarios import ScenarioError
from inventory_hmarl.scenarios._events import Names, spiked


@dataclass(frozen=True)
class DemandSurge:
    """Mean demand is multiplied by 1 or more from `first_day` to `last_day`, both included."""

    first_day: int = 30
    last_day: int | None = 43
    multiplier: float = 1.5
    stores: Names = None
    skus: Names = None
    name: ClassVar[str] = "demand_surge"
    description: ClassVar[str] = "demand is higher for two weeks"

    def apply(self, case: Case) -> Case:
        """Return the case with one more spike."""
        if self.multiplier < 1:
            raise ScenarioError(
                f"demand_surge.multiplier = {self.multiplier}: must be at least 1; demand_drop is "
                "for less demand"
            )
        return spiked(case, **dataclasses.asdict(self))


SCENARIO = DemandSurge()
