"""Dual index: two suppliers, each with a base-stock level on a position of its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from inventory_hmarl.core.arrays import Array, namespace
from inventory_hmarl.core.state import Memory, View
from inventory_hmarl.policies import register
from inventory_hmarl.policies._parameters import KNOWN, level
from inventory_hmarl.policies._two_lanes import expedited_position


@register
@dataclass(frozen=True)
class DualIndex:
    """Order on the fast lane up to the expedited level, then on the slow one up to the regular.

    The expedited position is all but what arrives later than a fast order of today would; the
    regular position is the inventory position, the fast order of today included.

    Source: Veeraraghavan & Scheller-Wolf (2008), "Now or later: a simple policy for effective dual
    sourcing in capacitated systems", Operations Research 56(4).
    """

    expedited_level: Array = level("z_e: the expedited position aimed at, on the fast lane")
    order_up_to: Array = level("z_r: the position aimed at, on the slow lane", position_target=True)
    lead_times: Array = KNOWN  # (2, P, 1) days, the fast lane first
    rule: ClassVar[str] = "dual_index"
    sees: ClassVar[frozenset[str]] = frozenset({"arriving"})
    lanes: ClassVar[int] = 2

    def init(self, points: int, replications: int) -> Memory:
        """Return no memory."""
        return ()

    def orders(self, view: View, memory: Memory) -> tuple[Array, Memory]:
        """Return the orders on the fast and on the slow lane, `(2, P, R)` units."""
        short = self.expedited_level - expedited_position(view, self.lead_times[0])
        library = namespace(short)
        fast = library.maximum(short, 0.0)
        missing = self.order_up_to - view.inventory_position - fast
        return library.stack([fast, library.maximum(missing, 0.0)]), memory
