"""DRP: orders planned time phase by time phase from the mean demand that the case gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from inventory_hmarl.core.arrays import Array
from inventory_hmarl.core.state import Memory, View
from inventory_hmarl.policies import register
from inventory_hmarl.policies._forecasts import day_of, order_up_to
from inventory_hmarl.policies._parameters import KNOWN, level


@register
@dataclass(frozen=True)
class DistributionRequirements:
    """Order up to the mean requirements of the next lead time + 1 days + safety stock.

    The requirements of a store are the mean demand of each day, with season and spikes; those of a
    warehouse are the orders planned below it, each offset by its lead time, lot for lot.

    Source: Martin (1983), "DRP: Distribution Resource Planning"; Silver, Pyke & Thomas, "Inventory
    and Production Management in Supply Chains", 4th ed. (2017), section 15.5.
    """

    safety_stock: Array = level("units wanted beside the requirements")
    planned: Array = KNOWN  # (days, P) units
    whole_units: bool = True
    rule: ClassVar[str] = "drp"
    sees: ClassVar[frozenset[str]] = frozenset()

    def init(self, points: int, replications: int) -> Memory:
        """Return no memory."""
        return ()

    def orders(self, view: View, memory: Memory) -> tuple[Array, Memory]:
        """Return max(0, requirements + safety stock - position), `(P, R)` units."""
        expected = day_of(self.planned, view)
        return order_up_to(view, expected, self.safety_stock, self.whole_units), memory
