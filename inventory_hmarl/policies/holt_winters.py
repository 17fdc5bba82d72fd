"""Order up to a forecast with a trend and a season, by Holt's and Winters' method."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np

from inventory_hmarl.core.arrays import Array, Ring, fold, namespace, rounded
from inventory_hmarl.core.state import Memory, View
from inventory_hmarl.policies import register
from inventory_hmarl.policies._forecasts import order_up_to
from inventory_hmarl.policies._parameters import fraction, level, whole


class Components(NamedTuple):
    """What the method remembers."""

    level: Array  # (P, R) units a day
    trend: Array  # (P, R) units a day, per day
    season: Ring  # (season_days, P, R) units a day above the level


@register
@dataclass(frozen=True)
class HoltWinters:
    """Order up to the forecast demand of the next protection_days + safety stock.

    The forecast of k days ahead is level + k x trend + season (additive), and no total is below 0.
    With e = demand - yesterday's forecast of it: level += trend + smoothing x e, trend +=
    smoothing x trend_smoothing x e, season += season_smoothing x e. The first demand is the first
    level; trend and season begin at 0.

    Source: Winters (1960), "Forecasting sales by exponentially weighted moving averages",
    Management Science 6(3); Hyndman & Athanasopoulos, "Forecasting: Principles and Practice", 3rd
    ed. (2021), section 8.3.
    """

    smoothing: Array = fraction("weight of the last day in the level")
    trend_smoothing: Array = fraction("weight of the last day in the trend")
    season_smoothing: Array = fraction("weight of the last day in its season")
    season_days: int = whole("days of one season", maximum=3660)
    protection_days: int = whole("days of demand to cover: lead time + 1", minimum=0)
    safety_stock: Array = level("units added to the forecast")
    whole_units: bool = True
    rule: ClassVar[str] = "holt_winters"
    sees: ClassVar[frozenset[str]] = frozenset({"demand"})

    def init(self, points: int, replications: int) -> Memory:
        """Return no level, trend or season."""
        nothing = np.zeros((points, replications))
        return Components(nothing, nothing, Ring(nothing for _ in range(self.season_days)))

    def orders(self, view: View, memory: Components) -> tuple[Array, Memory]:
        """Return max(0, level - position), `(P, R)` units, and the components after the day."""
        renewed = self.learned(view, memory)
        expected = self.expected(view.day, renewed)
        return order_up_to(view, expected, self.safety_stock, self.whole_units), renewed

    def learned(self, view: View, memory: Components) -> Components:
        """Return the components after today's demand."""
        assert view.demand is not None
        known = namespace(view.demand).where(view.day == 1, view.demand, memory.level)
        base, slot = known + memory.trend, (view.day - 1) % self.season_days
        old, season = memory.season.swap(slot, view.demand)  # a place for the new one
        error = view.demand - base - old
        _, season = season.swap(slot, old + rounded(self.season_smoothing * error))
        slope = self.smoothing * self.trend_smoothing
        trend = memory.trend + rounded(slope * error)
        return Components(base + rounded(self.smoothing * error), trend, season)

    def expected(self, day: int, known: Components) -> Array:
        """Return the forecast of the next protection_days together, `(P, R)` units, >= 0."""
        days, length = self.protection_days, self.season_days
        library = namespace(known.level)
        ahead = (library.arange(length) - day) % length  # days from tomorrow to a slot's next day
        times = days // length + (ahead < days % length)
        seasons = fold(rounded(known.season.slots() * times[:, None, None]))
        steady = rounded(days * known.level) + rounded(days * (days + 1) / 2 * known.trend)
        return library.maximum(steady + seasons, 0.0)
