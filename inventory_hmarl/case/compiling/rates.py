"""Money, opening stock and the keys of failures."""

from __future__ import annotations

import numpy as np

from inventory_hmarl.case.compiling.layout import Layout, LineOrigin, location
from inventory_hmarl.case.models import Case, level_of
from inventory_hmarl.core.arrays import Array, take
from inventory_hmarl.core.chance import keys
from inventory_hmarl.core.model import LevelRates, LevelStart
from inventory_hmarl.core.network import Network, column


def compile_rates(case: Case, layout: Layout) -> tuple[LevelRates, ...]:
    """Return the rates of each level, the case's cost weights applied."""
    weights = case.cost_weights
    rates = []
    for points, origins in zip(layout.points, layout.lines, strict=True):
        lines = [origin.line for origin in origins]
        rates.append(
            LevelRates(
                holding=weights.holding
                * np.array([case.rate(p.location, p.sku, "holding_cost") for p in points]),
                stockout=weights.stockout
                * np.array([case.rate(p.location, p.sku, "stockout_penalty") for p in points]),
                ordering=weights.ordering
                * np.array([case.rate(x.destination, x.sku, "ordering_cost") for x in lines]),
                unit_cost=np.array(
                    [case.skus[x.sku].unit_cost * (x.source in case.suppliers) for x in lines]
                ),
                unit_price=np.array([case.skus[p.sku].unit_price for p in points]),
            )
        )
    return tuple(rates)


def compile_start(case: Case, layout: Layout, network: Network) -> tuple[LevelStart, ...]:
    """Return the stock of each level before day 1."""
    starts = []
    for level, points, origins in zip(network.levels, layout.points, layout.lines, strict=True):
        on_hand = [level_of(location(case, p.location).initial_inventory, p.sku) for p in points]
        longest = max((t.lead_time for t in level.transits), default=0)
        due = np.zeros((longest, len(origins), 1))
        for row, origin in enumerate(origins):
            for day, units in _coming(origin):
                due[day - 1, row, 0] += units
        arriving = tuple(
            np.stack([take(due[day], t.lines) for day in range(t.lead_time)])
            if t.lead_time
            else np.zeros(
                (0, take(due[0] if longest else np.zeros((len(origins), 1)), t.lines).shape[0], 1)
            )
            for t in level.transits
        )
        starts.append(LevelStart(column(on_hand), arriving))
    return tuple(starts)


def _coming(origin: LineOrigin) -> list[tuple[int, float]]:
    return [
        (order.due_day, order.units)
        for order in origin.lane.initial_on_order
        if order.sku == origin.line.sku
    ]


def fail_keys(case: Case, layout: Layout) -> tuple[Array | None, ...]:
    """Return the keys of each level's lines, where some supplier of the level may fail."""
    found: list[Array | None] = []
    for origins in layout.lines:
        sources = {origin.line.source for origin in origins} & set(case.suppliers)
        if all(case.suppliers[name].reliability == 1 for name in sources):
            found.append(None)
            continue
        names = [("failure", o.line.source, o.line.destination, o.line.sku) for o in origins]
        found.append(keys(names, case.seed))
    return tuple(found)
