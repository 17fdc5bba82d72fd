"""Fixed orders: a plan that is carried out whatever happens."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from inventory_hmarl.core.arrays import Array, namespace
from inventory_hmarl.core.state import Memory, View
from inventory_hmarl.policies import register
from inventory_hmarl.policies._parameters import table


@register
@dataclass(frozen=True)
class FixedOrders:
    """Order what the table says for the day; nothing after its last day."""

    orders_by_day: Array = table("units to order on day 1, 2, ...")
    rule: ClassVar[str] = "fixed_orders"
    sees: ClassVar[frozenset[str]] = frozenset()

    def init(self, points: int, replications: int) -> Memory:
        """Return no memory."""
        return ()

    def orders(self, view: View, memory: Memory) -> tuple[Array, Memory]:
        """Return the day's row of the table, `(P, R)` units."""
        position = view.inventory_position
        library = namespace(position)
        days = self.orders_by_day.shape[0]
        row = library.minimum(library.asarray(view.day) - 1, days - 1)
        planned = library.asarray(self.orders_by_day)[row][:, None]
        planned = planned * (view.day <= days)
        return library.broadcast_to(planned, position.shape), memory
