"""(s, S): at or below the reorder point, order up to the order-up-to level."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from inventory_hmarl.core.arrays import Array, only_where
from inventory_hmarl.core.state import Memory, View
from inventory_hmarl.policies import register
from inventory_hmarl.policies._parameters import level


@register
@dataclass(frozen=True)
class ReorderPoint:
    """Order up to S when the inventory position is at or below s.

    Source: Zheng & Federgruen (1991), "Finding optimal (s, S) policies is about as simple as
    evaluating a single policy", Operations Research 39(4).
    """

    reorder_point: Array = level("s: order when the inventory position is at or below it")
    order_up_to: Array = level("S: the position after an order", position_target=True)
    rule: ClassVar[str] = "s_S"
    sees: ClassVar[frozenset[str]] = frozenset()
    jumps: ClassVar[bool] = True

    def init(self, points: int, replications: int) -> Memory:
        """Return no memory."""
        return ()

    def orders(self, view: View, memory: Memory) -> tuple[Array, Memory]:
        """Return S - position where position <= s, `(P, R)` units."""
        return self.orders_if(view.inventory_position <= self.reorder_point, view, memory)

    def distance(self, view: View) -> Array:
        """Return s - position, `(P, R)` units: an order is due where it is not negative."""
        return self.reorder_point - view.inventory_position

    def orders_if(self, due: Array, view: View, memory: Memory) -> tuple[Array, Memory]:
        """Return S - position where an order is due, bool `(P, R)`, for whatever reason."""
        missing = self.order_up_to - view.inventory_position
        return only_where(due, missing), memory

    @staticmethod
    def faults(parameters: dict[str, float]) -> list[str]:
        """Return what is wrong with one SKU's parameters."""
        s, upper = parameters["reorder_point"], parameters["order_up_to"]
        return [f"reorder_point {s:g} exceeds order_up_to {upper:g}; (s, S) needs s <= S"] * (
            s > upper
        )
