"""Orders as people place them: a forecast, corrected for stock and, too little, for orders out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from inventory_hmarl.core.arrays import Array, namespace, rounded
from inventory_hmarl.core.state import Memory, View
from inventory_hmarl.policies import register
from inventory_hmarl.policies._parameters import fraction, level


@register
@dataclass(frozen=True)
class Anchoring:
    """Order forecast + adjustment x (desired stock - stock - supply_line x on order), if above 0.

    The forecast is smoothed demand; the first day's demand is the first forecast. Stock is what is
    on hand less what is waited for or owed. Players of the beer game had about smoothing 0.36,
    adjustment 0.26, supply_line 0.34 and a desired stock of 17; supply_line = 1 ignores no order,
    and people who ignore most of them make the bullwhip. In whole units the order is rounded.

    Source: Sterman (1989), "Modeling managerial behavior: misperceptions of feedback in a dynamic
    decision making experiment", Management Science 35(3), equations 4 to 11 and table 2.
    """

    smoothing: Array = fraction("theta: weight of the last day's demand in the forecast")
    adjustment: Array = fraction("alpha: share of the gap to the desired stock made up in a day")
    supply_line: Array = fraction("beta: share of what is on order that is taken into account")
    desired_stock: Array = level("S': units of stock, and of the supply line that counts, wanted")
    whole_units: bool = True
    rule: ClassVar[str] = "anchoring"
    sees: ClassVar[frozenset[str]] = frozenset({"demand"})

    def init(self, points: int, replications: int) -> Memory:
        """Return the forecast before the first day: 0, which the first demand replaces."""
        return np.zeros((points, replications))

    def orders(self, view: View, memory: Array) -> tuple[Array, Memory]:
        """Return what a person orders, `(P, R)` units, and the forecast."""
        assert view.demand is not None
        library = namespace(view.demand)
        before = library.where(view.day == 1, view.demand, memory)
        forecast = before + rounded(self.smoothing * (view.demand - before))
        stock = view.inventory_position - view.on_order
        gap = self.desired_stock - stock - rounded(self.supply_line * view.on_order)
        wanted = forecast + rounded(self.adjustment * gap)
        if self.whole_units:
            wanted = library.floor(wanted + 0.5)
        return library.maximum(wanted, 0.0), forecast
