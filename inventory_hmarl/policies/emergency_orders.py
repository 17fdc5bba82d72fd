"""Emergency orders: (s, S) on the regular lane, and a dear, fast one when stock runs low."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from inventory_hmarl.core.arrays import Array, namespace, only_where
from inventory_hmarl.core.state import Memory, View
from inventory_hmarl.policies import register
from inventory_hmarl.policies._parameters import KNOWN, level
from inventory_hmarl.policies._two_lanes import expedited_position


@register
@dataclass(frozen=True)
class EmergencyOrders:
    """Order on the fast lane in an emergency only, and on the slow one by (s, S).

    An emergency is when the expedited position, all but what arrives later than a fast order of
    today would, is at or below the emergency point; the fast order lifts it to its level. The slow
    lane's position has the fast order in it. With s = S, and an emergency point that is its level,
    this is the dual index rule.

    Source: Moinzadeh & Nahmias (1988), "A continuous review model for an inventory system with two
    supply modes", Management Science 34(6); Tagaras & Vlachos (2001), "A periodic review inventory
    system with emergency replenishments", Management Science 47(3).
    """

    reorder_point: Array = level("s: order on the slow lane at or below this position")
    order_up_to: Array = level("S: the position after such an order", position_target=True)
    emergency_point: Array = level("order on the fast lane at or below this expedited position")
    emergency_up_to: Array = level("the expedited position after such an order")
    lead_times: Array = KNOWN  # (2, P, 1) days, the fast lane first
    rule: ClassVar[str] = "emergency_orders"
    sees: ClassVar[frozenset[str]] = frozenset({"arriving"})
    lanes: ClassVar[int] = 2
    jumps: ClassVar[bool] = True

    def init(self, points: int, replications: int) -> Memory:
        """Return no memory."""
        return ()

    def orders(self, view: View, memory: Memory) -> tuple[Array, Memory]:
        """Return the orders on the fast and on the slow lane, `(2, P, R)` units."""
        near = expedited_position(view, self.lead_times[0])
        fast = only_where(near <= self.emergency_point, self.emergency_up_to - near)
        position = view.inventory_position + fast
        slow = only_where(position <= self.reorder_point, self.order_up_to - position)
        return namespace(fast).stack([fast, slow]), memory

    @staticmethod
    def faults(parameters: dict[str, float]) -> list[str]:
        """Return what is wrong with one SKU's parameters."""
        pairs = (("reorder_point", "order_up_to"), ("emergency_point", "emergency_up_to"))
        return [
            f"{low} {parameters[low]:g} exceeds {high} {parameters[high]:g}; needs {low} <= {high}"
            for low, high in pairs
            if parameters[low] > parameters[high]
        ]
