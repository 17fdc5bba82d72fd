"""The oracle: it knows what will be asked for, and orders it just in time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from inventory_hmarl.core.arrays import Array
from inventory_hmarl.core.state import Memory, View
from inventory_hmarl.policies import register
from inventory_hmarl.policies._forecasts import order_up_to
from inventory_hmarl.policies._parameters import level


@register
@dataclass(frozen=True)
class JustInTime:
    """Order up to what will be asked for in the next lead time + 1 days + safety stock.

    It knows the future, and no real planner can do as well: it shows what knowing it would be
    worth. It knows to the unit what each replication's customers are going to ask for, recorded or
    drawn; at a warehouse, the orders that follow, lot for lot, as `drp` plans them from means. Of
    failures, disruptions and delays to come it knows nothing.

    Source: the perfect-information bound, Birge & Louveaux, "Introduction to Stochastic
    Programming", 2nd ed. (2011), section 4.1.
    """

    safety_stock: Array = level("units wanted beside what will be asked for")
    whole_units: bool = True
    rule: ClassVar[str] = "just_in_time"
    sees: ClassVar[frozenset[str]] = frozenset({"foreseen"})

    def init(self, points: int, replications: int) -> Memory:
        """Return no memory."""
        return ()

    def orders(self, view: View, memory: Memory) -> tuple[Array, Memory]:
        """Return max(0, what will be asked for + safety stock - position), `(P, R)` units."""
        assert view.foreseen is not None
        return order_up_to(view, view.foreseen, self.safety_stock, self.whole_units), memory
