"""Tailored base-surge: a constant order from the slow supplier, surges from the fast one."""

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
class TailoredBaseSurge:
    """Order the base every day on the slow lane, and on the fast one what is missing.

    Missing is what brings the expedited position, all but what arrives later than a fast order of
    today would, up to the level.

    Source: Allon & Van Mieghem (2010), "Global dual sourcing: tailored base-surge allocation to
    near- and offshore production", Management Science 56(1); Janakiraman, Seshadri & Sheopuri
    (2015), "Analysis of tailored base-surge policies in dual sourcing inventory systems",
    Management Science 61(7).
    """

    base_order: Array = level("units ordered every day on the slow lane")
    expedited_level: Array = level("the expedited position aimed at, on the fast lane")
    lead_times: Array = KNOWN  # (2, P, 1) days, the fast lane first
    rule: ClassVar[str] = "tailored_base_surge"
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
        return library.stack([fast, library.broadcast_to(self.base_order, fast.shape)]), memory
