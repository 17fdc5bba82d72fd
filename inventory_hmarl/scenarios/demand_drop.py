"""Less demand for some weeks."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import ClassVar

from inventory_hmarl.case import Case
from inventory_hmarl.scenarios import ScenarioError
from inventory_hmarl.scenarios._events import Names, spiked


@dataclass(frozen=True)
class DemandDrop:
    """Mean demand is multiplied by 1 or less from `first_day` to `last_day`, both included."""

    first_day: int = 30
    last_day: int | None = 43
    multiplier: float = 0.6
    stores: Names = None
    skus: Names = None
    name: ClassVar[str] = "demand_drop"
    description: ClassVar[str] = "demand is lower for two weeks"

    def apply(self, case: Case) -> Case:
        """Return the case with one more spike, downwards."""
        if self.multiplier > 1:
            raise ScenarioError(
                f"demand_drop.multiplier = {self.multiplier}: must be at most 1; demand_surge is "
                "for more demand"
            )
        return spiked(case, **dataclasses.asdict(self))


SCENARIO = DemandDrop()
