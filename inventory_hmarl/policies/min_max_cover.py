"""Min-max in days of cover: levels that follow the mean demand of the last days."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from inventory_hmarl.core.arrays import Array, Ring, namespace, only_where, rounded
from inventory_hmarl.core.state import Memory, View
from inventory_hmarl.policies import register
from inventory_hmarl.policies._forecasts import no_window, window_mean
from inventory_hmarl.policies._parameters import number, whole


@register
@dataclass(frozen=True)
class MinMaxCover:
    """Order up to max_days of demand when the position is at or below min_days of it.

    A day of demand is the mean of the last `periods` days, in the first days of the days seen so
    far. In whole units both levels are rounded. It is the min-max rule of retail planning systems.

    Source: Silver, Pyke & Thomas, "Inventory and Production Management in Supply Chains", 4th ed.
    (2017), section 6.2 (time supply as a decision rule).
    """

    periods: int = whole("days that the mean reaches back", maximum=3660)
    min_days: Array = number("days of cover at or below which to order")
    max_days: Array = number("days of cover after an order")
    whole_units: bool = True
    rule: ClassVar[str] = "min_max_cover"
    sees: ClassVar[frozenset[str]] = frozenset({"demand"})
    jumps: ClassVar[bool] = True

    def init(self, points: int, replications: int) -> Memory:
        """Return the demand of the last `periods` days: none yet."""
        return no_window(self.periods, points, replications)

    def orders(self, view: View, memory: Ring) -> tuple[Array, Memory]:
        """Return the upper level - position where it is at or below the lower, `(P, R)` units."""
        mean, window = window_mean(view, memory, self.periods)
        lower, upper = self._level(self.min_days, mean), self._level(self.max_days, mean)
        missing = namespace(mean).maximum(upper - view.inventory_position, 0.0)
        return only_where(view.inventory_position <= lower, missing), window

    def _level(self, days: Array, mean: Array) -> Array:
        units = rounded(days * mean)
        return namespace(units).floor(units + 0.5) if self.whole_units else units

    @staticmethod
    def faults(parameters: dict[str, float]) -> list[str]:
        """Return what is wrong with one SKU's parameters."""
        least, most = parameters["min_days"], parameters["max_days"]
        return [f"min_days {least:g} exceeds max_days {most:g}; min-max needs min <= max"] * (
            least > most
        )
