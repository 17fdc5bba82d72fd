"""Order up to a moving average of demand: a rule that remembers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from inventory_hmarl.core.arrays import Array, Ring
from inventory_hmarl.core.state import Memory, View
from inventory_hmarl.policies import register
from inventory_hmarl.policies._forecasts import no_window, order_up_to, window_mean
from inventory_hmarl.policies._parameters import level, whole


@register
@dataclass(frozen=True)
class MovingAverage:
    """Order up to protection_days x (mean demand of the last `periods` days) + safety stock.

    In the first days the mean is over the days seen so far. Demand is what customers asked for and,
    at a warehouse, what other locations ordered today. The level is rounded in whole units.

    Source: Chen, Drezner, Ryan & Simchi-Levi (2000), "Quantifying the bullwhip effect in a simple
    supply chain", Management Science 46(3).
    """

    periods: int = whole("days that the average reaches back", maximum=3660)
    protection_days: int = whole("days of mean demand to cover: lead time + 1", minimum=0)
    safety_stock: Array = level("units added to the mean")
    whole_units: bool = True
    rule: ClassVar[str] = "moving_average"
    sees: ClassVar[frozenset[str]] = frozenset({"demand"})

    def init(self, points: int, replications: int) -> Memory:
        """Return the demand of the last `periods` days: none yet."""
        return no_window(self.periods, points, replications)

    def orders(self, view: View, memory: Ring) -> tuple[Array, Memory]:
        """Return max(0, level - position), `(P, R)` units, and the window moved by a day."""
        mean, window = window_mean(view, memory, self.periods)
        expected = self.protection_days * mean
        return order_up_to(view, expected, self.safety_stock, self.whole_units), window
