"""Order up to a forecast by simple exponential smoothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from inventory_hmarl.core.arrays import Array, namespace, rounded
from inventory_hmarl.core.state import Memory, View
from inventory_hmarl.policies import register
from inventory_hmarl.policies._forecasts import order_up_to
from inventory_hmarl.policies._parameters import fraction, level, whole


@register
@dataclass(frozen=True)
class ExponentialSmoothing:
    """Order up to protection_days x forecast + safety stock.

    Each day forecast += smoothing x (demand - forecast); the first day's demand is the first
    forecast. Demand is what customers asked for and, at a warehouse, what others ordered today.

    Source: Brown (1959), "Statistical Forecasting for Inventory Control"; Chen, Ryan & Simchi-Levi
    (2000), "The impact of exponential smoothing forecasts on the bullwhip effect", Naval Research
    Logistics 47(4).
    """

    smoothing: Array = fraction("weight of the last day's demand in the forecast")
    protection_days: int = whole("days of mean demand to cover: lead time + 1", minimum=0)
    safety_stock: Array = level("units added to the forecast")
    whole_units: bool = True
    rule: ClassVar[str] = "exponential_smoothing"
    sees: ClassVar[frozenset[str]] = frozenset({"demand"})

    def init(self, points: int, replications: int) -> Memory:
        """Return the forecast before the first day: 0, which the first demand replaces."""
        return np.zeros((points, replications))

    def orders(self, view: View, memory: Array) -> tuple[Array, Memory]:
        """Return max(0, level - position), `(P, R)` units, and the forecast."""
        assert view.demand is not None
        before = namespace(view.demand).where(view.day == 1, view.demand, memory)
        forecast = before + rounded(self.smoothing * (view.demand - before))
        expected = self.protection_days * forecast
        return order_up_to(view, expected, self.safety_stock, self.whole_units), forecast
