"""Money, and opening stock."""

from __future__ import annotations

import numpy as np

from inventory_hmarl.case.compiling.columns import attribute, matches, numbers
from inventory_hmarl.case.compiling.layout import Layout, LevelLayout
from inventory_hmarl.case.compiling.pools import transfer_cost
from inventory_hmarl.case.compiling.sourcing import purchase
from inventory_hmarl.case.models import Case
from inventory_hmarl.core.arrays import Array
from inventory_hmarl.core.model import LevelRates, LevelStart
from inventory_hmarl.core.network import Level, Network, column
from inventory_hmarl.core.rows import Lines, Points


def compile_rates(case: Case, layout: Layout) -> tuple[LevelRates, ...]:
    """Return the rates of each level, the case's cost weights applied."""
    weights = case.cost_weights
    unit_price = attribute(case.skus.values(), "unit_price")

    def rate(name: str, location: Array, rows: Points | Lines) -> Array:
        """Return a rate of each row: its location's own, or else its SKU's."""
        of_sku = attribute(case.skus.values(), name)[rows.sku]
        return numbers(layout.setting(name, None), location, rows, of_sku)

    rates = []
    for level in layout.levels:
        points, lines = level.points, level.lines
        rates.append(
            LevelRates(
                holding=weights.holding * rate("holding_cost", points.location, points),
                stockout=weights.stockout * rate("stockout_penalty", points.location, points),
                ordering=weights.ordering * rate("ordering_cost", lines.destination, lines),
                expiry=weights.expiry * rate("expiry_cost", points.location, points),
                overflow=weights.overflow
                * np.array(layout.setting("overflow_cost", 0.0))[points.location],
                transfer=transfer_cost(case, layout, points),
                unit_cost=purchase(case, layout, level),
                unit_price=unit_price[points.sku],
                **_by_lane(case, level),
                in_transit=weights.holding * _in_transit(case, layout, level),
            )
        )
    return tuple(rates)


def _by_lane(case: Case, level: LevelLayout) -> dict[str, Array]:
    """Return the rates of what is counted by lane, `(L,)` each."""
    joint = case.cost_weights.ordering * attribute(case.lanes, "order_cost")
    rates = {
        "joint": joint,
        "trip": attribute(case.lanes, "trip_cost"),
        "carried": attribute(case.lanes, "unit_transport_cost"),
        "trip_co2": attribute(case.lanes, "trip_co2"),
        "carried_co2": attribute(case.lanes, "unit_co2"),
    }
    return {name: values[level.lane] for name, values in rates.items()}


def _in_transit(case: Case, layout: Layout, level: LevelLayout) -> Array:
    """Return what a day on its way costs a unit of each line: the holding cost of who owns it."""
    lines = level.lines
    owners = np.array([lane.in_transit_owner or "" for lane in case.lanes])[level.lane]
    owner = np.where(owners == "source", lines.source, lines.destination)
    of_sku = attribute(case.skus.values(), "holding_cost")[lines.sku]
    rate = numbers(layout.setting("holding_cost", None), owner, lines, of_sku)
    # A supplier's stock is not the chain's: it costs nothing here.
    return np.where((owners == "") | layout.supplies(owner), 0.0, rate)


def compile_start(case: Case, layout: Layout, network: Network) -> tuple[LevelStart, ...]:
    """Return the stock of each level before day 1."""
    stock = layout.setting("initial_inventory", None)
    return tuple(
        LevelStart(
            column(numbers(stock, here.points.location, here.points)),
            *_arriving(case, here, level),
        )
        for here, level in zip(layout.levels, network.levels, strict=True)
    )


def _arriving(
    case: Case, here: LevelLayout, level: Level
) -> tuple[tuple[Array, ...], Array | None]:
    """Return what is due on day 1, 2, ... on the lines of each transit, and what is at the door."""
    row, day, units = _on_order(case, here)
    at_door = None
    if level.mornings is not None:
        day = day - level.nights[row]
        at_door = np.zeros((len(here.lines), 1))
        np.add.at(at_door[:, 0], row[day == 0], units[day == 0])
        row, day, units = row[day > 0], day[day > 0], units[day > 0]
    arriving = []
    for transit in level.transits:
        lines = np.arange(len(here.lines))[transit.lines]
        due = np.zeros((transit.lead_time, lines.size, 1))
        mine = np.flatnonzero(np.isin(row, lines))
        np.add.at(due[:, :, 0], (day[mine] - 1, np.searchsorted(lines, row[mine])), units[mine])
        arriving.append(due)
    return tuple(arriving), at_door


def _on_order(case: Case, here: LevelLayout) -> tuple[Array, Array, Array]:
    """Return line, day and units of what is on its way to a level when day 1 begins."""
    names = here.lines.names
    number = {sku: place for place, sku in enumerate(names.skus)}
    orders = [
        (lane * len(number) + number[order.sku], order.due_day, order.units)
        for lane, each in enumerate(case.lanes)
        for order in each.initial_on_order
    ]
    if not orders:
        return np.zeros(0, dtype=np.intp), np.zeros(0, dtype=np.intp), np.zeros(0)
    wanted, day, units = (np.array(each) for each in zip(*orders, strict=True))
    code = here.lane * len(number) + here.lines.sku
    standing = np.argsort(code)
    which, found = matches(code[standing], wanted)
    return standing[found], day[which], units[which]
