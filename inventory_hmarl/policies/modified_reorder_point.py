"""(s, S, q): an (s, S) rule with a largest order, strong under lost sales and a fixed cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from inventory_hmarl.core.arrays import Array, namespace
from inventory_hmarl.core.state import Memory, View
from inventory_hmarl.policies import register
from inventory_hmarl.policies._parameters import level
from inventory_hmarl.policies.reorder_point import ReorderPoint


@register
@dataclass(frozen=True)
class ModifiedReorderPoint:
    """Order up to S when the inventory position is at or below s, but never more than q.

    Source: Bijvank, Bhulai & Huh (2015), "Parametric replenishment policies for inventory systems
    with lost sales and fixed order cost", European Journal of Operational Research 241(2).
    """

    reorder_point: Array = level("s: order when the inventory position is at or below it")
    order_up_to: Array = level("S: the position aimed at", position_target=True)
    order_cap: Array = level("q: the largest order")
    rule: ClassVar[str] = "s_S_q"
    sees: ClassVar[frozenset[str]] = frozenset()
    jumps: ClassVar[bool] = True

    def init(self, points: int, replications: int) -> Memory:
        """Return no memory."""
        return ()

    def orders(self, view: View, memory: Memory) -> tuple[Array, Memory]:
        """Return min(q, S - position) where position <= s, `(P, R)` units."""
        return self.orders_if(view.inventory_position <= self.reorder_point, view, memory)

    def distance(self, view: View) -> Array:
        """Return s - position, `(P, R)` units: an order is due where it is not negative."""
        return self.reorder_point - view.inventory_position

    def orders_if(self, due: Array, view: View, memory: Memory) -> tuple[Array, Memory]:
        """Return min(q, S - position) where an order is due, bool `(P, R)`, for whatever reason."""
        whole, memory = ReorderPoint(self.reorder_point, self.order_up_to).orders_if(
            due, view, memory
        )
        return namespace(whole).minimum(whole, self.order_cap), memory

    @staticmethod
    def faults(parameters: dict[str, float]) -> list[str]:
        """Return what is wrong with one SKU's parameters."""
        s, upper = parameters["reorder_point"], parameters["order_up_to"]
        return [f"reorder_point {s:g} exceeds order_up_to {upper:g}; (s, S, q) needs s <= S"] * (
            s > upper
        )
