"""Capped base-stock: base-stock with a largest order, strong under lost sales."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from inventory_hmarl.core.arrays import Array, namespace
from inventory_hmarl.core.state import Memory, View
from inventory_hmarl.policies import register
from inventory_hmarl.policies._parameters import level


@register
@dataclass(frozen=True)
class CappedBaseStock:
    """Order S - position, but never more than the cap.

    Source: Xin (2021), "Understanding the performance of capped base-stock policies in lost-sales
    inventory models", Operations Research 69(1).
    """

    order_up_to: Array = level("S: the position aimed at", position_target=True)
    order_cap: Array = level("the largest order of a day")
    rule: ClassVar[str] = "capped_base_stock"
    sees: ClassVar[frozenset[str]] = frozenset()

    def init(self, points: int, replications: int) -> Memory:
        """Return no memory."""
        return ()

    def orders(self, view: View, memory: Memory) -> tuple[Array, Memory]:
        """Return min(cap, max(0, S - position)), `(P, R)` units."""
        missing = self.order_up_to - view.inventory_position
        library = namespace(missing)
        return library.minimum(library.maximum(missing, 0.0), self.order_cap), memory
