"""Stronger seasons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from inventory_hmarl.case import Case
from inventory_hmarl.scenarios._events import Names, chosen, spiked, whole_run


@dataclass(frozen=True)
class StrongSeasonality:
    """The season of SKUs swings by `amplitude` of their base demand, by default on all days."""

    amplitude: float = 0.5
    first_day: int = 1
    last_day: int | None = None
    stores: Names = None
    skus: Names = None
    name: ClassVar[str] = "strong_seasonality"
    description: ClassVar[str] = "every SKU's season has this amplitude"

    def apply(self, case: Case) -> Case:
        """Return the case with the amplitude of the chosen SKUs set, or one more spike."""
        if self.stores is not None or not whole_run(self.first_day, self.last_day):
            return spiked(
                case,
                first_day=self.first_day,
                last_day=self.last_day,
                seasonality_amplitude=self.amplitude,
                stores=self.stores,
                skus=self.skus,
            )
        changes = {"seasonality_amplitude": self.amplitude}
        hit = chosen(self.skus, case.skus)
        stronger = {name: case.skus[name].model_copy(update=changes) for name in hit}
        return case.changed(skus={**case.skus, **stronger})


SCENARIO = StrongSeasonality()
