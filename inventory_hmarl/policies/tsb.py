"""Order up to a forecast of intermittent demand that also falls while nobody buys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np

from inventory_hmarl.core.arrays import Array, namespace, rounded
from inventory_hmarl.core.state import Memory, View
from inventory_hmarl.policies import register
from inventory_hmarl.policies._forecasts import order_up_to
from inventory_hmarl.policies._parameters import fraction, level, whole


class Chances(NamedTuple):
    """What the method remembers."""

    size: Array  # (P, R) smoothed units of a demand; 0 until there was one
    probability: Array  # (P, R) smoothed share of days with demand


@register
@dataclass(frozen=True)
class TeunterSyntetosBabai:
    """Order up to protection_days x (smoothed size x smoothed probability) + safety stock.

    The probability of demand is updated every day, so that stock of a SKU that nobody wants any
    more is run down; the size is updated on days with demand. The forecast has no bias.

    Source: Teunter, Syntetos & Babai (2011), "Intermittent demand: linking forecasting to inventory
    obsolescence", European Journal of Operational Research 214(3).
    """

    smoothing: Array = fraction("weight of the last demand in its size")
    probability_smoothing: Array = fraction("weight of the last day in the probability of demand")
    protection_days: int = whole("days of mean demand to cover: lead time + 1", minimum=0)
    safety_stock: Array = level("units added to the forecast")
    whole_units: bool = True
    rule: ClassVar[str] = "tsb"
    sees: ClassVar[frozenset[str]] = frozenset({"demand"})

    def init(self, points: int, replications: int) -> Memory:
        """Return the memory before the first day, on which both become what is seen."""
        return Chances(*(np.zeros((points, replications)) for _ in Chances._fields))

    def orders(self, view: View, memory: Chances) -> tuple[Array, Memory]:
        """Return max(0, level - position), `(P, R)` units, and what is remembered."""
        demand = view.demand
        assert demand is not None
        library = namespace(demand)
        size, probability = memory
        comes = demand > 0
        seen = comes.astype(demand.dtype)
        probability = library.where(view.day == 1, seen, probability)
        probability = probability + rounded(self.probability_smoothing * (seen - probability))
        nearer = size + rounded(self.smoothing * (demand - size))
        size = library.where(comes, library.where(size == 0, demand, nearer), size)
        expected = self.protection_days * rounded(size * probability)
        renewed = Chances(size, probability)
        return order_up_to(view, expected, self.safety_stock, self.whole_units), renewed
