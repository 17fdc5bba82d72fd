"""Base-stock: every day, order what brings the inventory position up to the level."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from inventory_hmarl.core.arrays import Array, namespace
from inventory_hmarl.core.state import Memory, View
from inventory_hmarl.policies import register
from inventory_hmarl.policies._parameters import level


@register
@dataclass(frozen=True)
class BaseStock:
    """Order S - position, every day.

    Source: Snyder & Shen, "Fundamentals of Supply Chain Theory", 2nd ed. (2019), section 4.3.
    """

    order_up_to: Array = level("S: the position after every decision", position_target=True)
    rule: ClassVar[str] = "base_stock"
    sees: ClassVar[frozenset[str]] = frozenset()

    def init(self, points: int, replications: int) -> Memory:
        """Return no memory."""
        return ()

    def orders(self, view: View, memory: Memory) -> tuple[Array, Memory]:
        """Return max(0, S - position), `(P, R)` units."""
        missing = self.order_up_to - view.inventory_position
        return namespace(missing).maximum(missing, 0.0), memory
