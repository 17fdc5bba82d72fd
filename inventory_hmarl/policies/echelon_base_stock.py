"""Echelon base-stock: a base-stock level on everything that is downstream as well."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from inventory_hmarl.core.arrays import Array, namespace
from inventory_hmarl.core.state import Memory, View
from inventory_hmarl.policies import register
from inventory_hmarl.policies._parameters import level


@register
@dataclass(frozen=True)
class EchelonBaseStock:
    """Order S - echelon inventory position, every day.

    The echelon position is the sum of the inventory positions of the location and of all locations
    downstream of it.

    Source: Clark & Scarf (1960); Snyder & Shen (2019), section 6.2.
    """

    order_up_to: Array = level("S: the echelon position after every decision")
    rule: ClassVar[str] = "echelon_base_stock"
    sees: ClassVar[frozenset[str]] = frozenset({"echelon_position"})

    def init(self, points: int, replications: int) -> Memory:
        """Return no memory."""
        return ()

    def orders(self, view: View, memory: Memory) -> tuple[Array, Memory]:
        """Return max(0, S - echelon position), `(P, R)` units."""
        assert view.echelon_position is not None
        missing = self.order_up_to - view.echelon_position
        return namespace(missing).maximum(missing, 0.0), memory
