"""Order up to a forecast of intermittent demand, by Croston's method."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from inventory_hmarl.core.arrays import Array
from inventory_hmarl.core.state import Memory, View
from inventory_hmarl.policies import register
from inventory_hmarl.policies._forecasts import Intermittent, croston, no_demand_yet, order_up_to
from inventory_hmarl.policies._parameters import fraction, level, whole


@register
@dataclass(frozen=True)
class Croston:
    """Order up to protection_days x (smoothed size / smoothed interval) + safety stock.

    Both are updated on days with demand only. The forecast is too high by 1 + a/(2 - a) x
    (1 - share of days with demand), a the smoothing constant: see `sba`, `tsb`.

    Source: Croston (1972), "Forecasting and stock control for intermittent demands", Operational
    Research Quarterly 23(3).
    """

    smoothing: Array = fraction("weight of the last demand in its size and in its interval")
    protection_days: int = whole("days of mean demand to cover: lead time + 1", minimum=0)
    safety_stock: Array = level("units added to the forecast")
    whole_units: bool = True
    rule: ClassVar[str] = "croston"
    sees: ClassVar[frozenset[str]] = frozenset({"demand"})

    def init(self, points: int, replications: int) -> Memory:
        """Return the memory before the first demand."""
        return no_demand_yet(points, replications)

    def orders(self, view: View, memory: Intermittent) -> tuple[Array, Memory]:
        """Return max(0, level - position), `(P, R)` units, and what is remembered."""
        assert view.demand is not None
        forecast, renewed = croston(memory, view.demand, self.smoothing)
        expected = self.protection_days * forecast
        return order_up_to(view, expected, self.safety_stock, self.whole_units), renewed
