"""Stronger seasons."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from inventory_hmarl.case import Case


@dataclass(frozen=True)
class StrongSeasonality:
    """Every SKU's season swings by `amplitude` of its base demand."""

    amplitude: float = 0.5
    name: ClassVar[str] = "strong_seasonality"
    description: ClassVar[str] = "every SKU's season has this amplitude"

    def apply(self, case: Case) -> Case:
        """Return the case with the amplitude of every SKU set."""
        changes = {"seasonality_amplitude": self.amplitude}
        skus = {name: sku.model_copy(update=changes) for name, sku in case.skus.items()}
        return case.changed(skus=skus)


SCENARIO = StrongSeasonality()
