"""A table of orders by state, such as an exact method finds for a small system."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from inventory_hmarl.core.arrays import Array, namespace
from inventory_hmarl.core.state import Memory, View
from inventory_hmarl.policies import register
from inventory_hmarl.policies._parameters import table, whole


@register
@dataclass(frozen=True)
class LookupTable:
    """Order what the table has for the state: stock after tonight's arrivals, and later arrivals.

    A state is the units in stock once what is due tonight has arrived, from 0 to largest_stock, and
    the units due on each of the next later_days evenings, from 0 to largest_order; more counts as
    the largest. Entries stand with the last evening varying fastest. `studies.lost_sales` makes
    tables that are optimal.

    Source: Zipkin (2008), "On the structure of lost-sales inventory models", Operations Research
    56(4), for the state.
    """

    orders_by_state: Array = table("units to order in each state")
    largest_stock: int = whole("largest stock that the table tells apart", minimum=0, maximum=10**6)
    largest_order: int = whole("largest arrival that it tells apart", minimum=0, maximum=10**6)
    later_days: int = whole("evenings after tonight whose arrivals it knows", minimum=0, maximum=9)
    rule: ClassVar[str] = "lookup_table"
    sees: ClassVar[frozenset[str]] = frozenset({"arriving"})
    jumps: ClassVar[bool] = True

    def init(self, points: int, replications: int) -> Memory:
        """Return no memory."""
        return ()

    def orders(self, view: View, memory: Memory) -> tuple[Array, Memory]:
        """Return the table's entry for each state, `(P, R)` units."""
        assert view.arriving is not None
        library, due = namespace(view.on_hand), view.arriving
        state = library.minimum(view.on_hand + due[:, 0], self.largest_stock)
        for evening in range(1, self.later_days + 1):
            state = state * (self.largest_order + 1)
            if evening < due.shape[1]:
                state = state + library.minimum(due[:, evening], self.largest_order)
        row = library.floor(state + 0.5).astype(library.int32)
        points = self.orders_by_state.shape[1]
        place = row * points + library.arange(points)[:, None]
        found: Array = library.asarray(self.orders_by_state).reshape(-1).take(place)
        return found, memory

    @staticmethod
    def faults(parameters: dict[str, float]) -> list[str]:
        """Return what is wrong with one SKU's parameters; of the table, its length is given."""
        entries = parameters["orders_by_state"]
        stock, order, days = (
            int(parameters[name]) for name in ("largest_stock", "largest_order", "later_days")
        )
        states = (stock + 1) * (order + 1) ** days
        text = "is not the number of entries; (largest_stock + 1) x (largest_order + 1)^later_days"
        return [f"orders_by_state {entries:g} {text} = {states} states"] * (entries != states)
