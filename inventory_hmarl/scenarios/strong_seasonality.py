"""Stronger seasons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from inventory_hmarl.case import Case
from inventory_hmarl.scenarios._events import Names, chosen


@dataclass(frozen=True)
class StrongSeasonality:
    """The season of SKUs swings by `amplitude` of their base demand, on all days."""

    amplitude: float = 0.5
    skus: Names = None
    name: ClassVar[str] = "strong_seasonality"
    description: ClassVar[str] = "every SKU's season has this amplitude"

    def apply(self, case: Case) -> Case:
        """Return the case with the amplitude of the chosen SKUs set."""
        changes = {"seasonality_amplitude": self.amplitude}
        hit = chosen(self.skus, case.skus)
        stronger = {name: case.skus[name].model_copy(update=changes) for name in hit}
        return case.changed(skus={**case.skus, **stronger})


SCENARIO = StrongSeasonality()
