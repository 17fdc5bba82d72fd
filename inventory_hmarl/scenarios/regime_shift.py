"""Another level of demand for good."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import ClassVar

from inventory_hmarl.case import Case
from inventory_hmarl.scenarios._events import Names, spiked


@dataclass(frozen=True)
class RegimeShift:
    """Mean demand is multiplied from `first_day` to the end."""

    first_day: int = 30
    multiplier: float = 1.3
    stores: Names = None
    skus: Names = None
    name: ClassVar[str] = "regime_shift"
    description: ClassVar[str] = "demand has another level from a day on"

    def apply(self, case: Case) -> Case:
        """Return the case with one more spike, which does not end."""
        return spiked(case, last_day=None, **dataclasses.asdict(self))


SCENARIO = RegimeShift()
