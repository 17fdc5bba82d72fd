"""(r, nQ): at or below r, order the fewest multiples of Q that lift the position above r."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from inventory_hmarl.core.arrays import Array, namespace, quotient, rounded
from inventory_hmarl.core.state import Memory, View
from inventory_hmarl.policies import register
from inventory_hmarl.policies._parameters import level


@register
@dataclass(frozen=True)
class OrderMultiples:
    """Order n x Q, the smallest n that brings the inventory position above r.

    Source: Axsaeter, "Inventory Control", 3rd ed. (2015), section 3.2.3.
    """

    reorder_point: Array = level("r: order when the inventory position is at or below it")
    order_quantity: Array = level("Q: what an order is a multiple of", minimum=1e-6)
    rule: ClassVar[str] = "r_nQ"
    sees: ClassVar[frozenset[str]] = frozenset()
    jumps: ClassVar[bool] = True

    def init(self, points: int, replications: int) -> Memory:
        """Return no memory."""
        return ()

    def orders(self, view: View, memory: Memory) -> tuple[Array, Memory]:
        """Return n x Q, `(P, R)` units."""
        missing = self.reorder_point - view.inventory_position
        library = namespace(missing)
        multiples = library.floor(quotient(missing, self.order_quantity)) + 1.0
        return rounded(library.maximum(multiples, 0.0) * self.order_quantity), memory
