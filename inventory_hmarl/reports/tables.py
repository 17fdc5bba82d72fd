"""The tables that a planner reads after a run."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from rich import box
from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from inventory_hmarl.reports.catalogue import SECTIONS, shown, written
from inventory_hmarl.reports.figures import Figures, Section
from inventory_hmarl.studies.intervals import Interval

MOST_ROWS = 60
WORST_ROWS = 20
WIDE = 110  # columns of a screen that has room for the parts of the cost
WIDE_WITH_INTERVALS = 180
PLAIN_WIDTH = 132  # columns, where the output is no screen

HEADS = {"location": "Location", "sku": "SKU"}
COLUMNS = {
    "total_demand": "Demand",
    "total_lost_sales": "Lost",
    "unit_fill_rate": "Service",
    "order_fill_rate": "Orders filled",
    "avg_inventory": "Avg stock",
    "total_holding_cost": "Holding",
    "total_stockout_penalty": "Penalty",
    "total_ordering_cost": "Ordering",
    "total_cost": "Total cost",
}
NARROW = ("total_demand", "total_lost_sales", "unit_fill_rate", "avg_inventory", "total_cost")
ONLY_WITH_A_VALUE = ("backorder_days", "gamma_service", "units_failed", "units_destroyed")
KEY_FIGURES = ("unit_fill_rate", "total_lost_sales", "total_cost")


def console(*, stderr: bool = False) -> Console:
    """Return a console that prints names as they are, without marking anything up."""
    made = Console(stderr=stderr, markup=False, highlight=False, emoji=False)
    if not made.is_terminal:
        made.width = PLAIN_WIDTH
    return made


def key_figures(figures: Figures) -> str:
    """Return the figures that matter most, on one line."""
    parts = (f"{shown(name).label} {spread(figures.network[name], name)}" for name in KEY_FIGURES)
    return "; ".join(parts)


def report(figures: Figures, title: str, width: int = PLAIN_WIDTH) -> Iterator[RenderableType]:
    """Yield a title and the tables of the network, its locations, SKUs and points."""
    yield Text(printable(title), style="bold")
    if figures.replications > 1:
        yield Text(
            f"Mean ± half-width of the 95 % interval over {figures.replications:,} replications."
        )
    yield network_table(figures)
    for section in (figures.locations, figures.skus):
        yield from section_tables(section, figures.replications, width)
    if len(figures.skus.keys) > 1 and len(figures.locations.keys) > 1:
        yield from section_tables(figures.points, figures.replications, width)


def network_table(figures: Figures) -> Table:
    """Return the figures of the whole network, with their units."""
    table = _table()
    table.add_column("Network")
    table.add_column("", justify="right")
    table.add_column("Unit")
    for name, value in figures.network.items():
        if name in SECTIONS:
            table.add_section()
        if name not in ONLY_WITH_A_VALUE or _says_something(figures, name):
            unit = shown(name).unit
            table.add_row(shown(name).label, spread(value, name), "" if unit == "%" else unit)
    return table


def _says_something(figures: Figures, name: str) -> bool:
    if name == "gamma_service":
        name = "backorder_days"
    return bool(figures.network[name].mean)


def section_tables(
    section: Section, replications: int, width: int = PLAIN_WIDTH
) -> Iterator[RenderableType]:
    """Yield the table of some groups: all of them, or those that lose most, and a line on that."""
    chosen = worst(section)
    room = width >= (WIDE if replications == 1 else WIDE_WITH_INTERVALS)
    names = [name for name in (COLUMNS if room else NARROW) if name in section.columns]
    table = _table()
    for head in section.heads:
        table.add_column(HEADS[head], overflow="fold")
    for name in names:
        table.add_column(COLUMNS[name], justify="right", no_wrap=True)
    for group in chosen:
        cells = (spread(section.columns[name].at(group), name) for name in names)
        table.add_row(*(printable(part) for part in section.keys[group]), *cells)
    yield table
    if len(chosen) < len(section.keys):
        what = " and ".join(HEADS[head] for head in section.heads)
        yield Text(
            f"{what}: the {len(chosen)} of {len(section.keys):,} that lose most units; "
            "--out DIR writes all of them."
        )


def worst(section: Section) -> list[int]:
    """Return all groups if they are few, else those with the most lost sales, worst first."""
    if len(section.keys) <= MOST_ROWS:
        return list(range(len(section.keys)))
    lost = section.columns["total_lost_sales"].mean
    return [int(group) for group in np.argsort(-lost, kind="stable")[:WORST_ROWS]]


def spread(value: Interval, name: str) -> str:
    """Return a mean, its half-width where there is one, and how often it was undefined.

    >>> spread(Interval(0.5, 0.01, 3), "unit_fill_rate")
    '50.00 ± 1.00 % (3 undefined)'
    """
    kind = shown(name).kind
    text = written(value.mean, kind, rounded=value.half_width is None)
    if value.half_width is not None:
        text = f"{text.removesuffix(' %')} ± {written(value.half_width, kind, rounded=False)}"
    several = value.undefined > (0 if value.mean is not None else 1)
    return f"{text} ({value.undefined} undefined)" if several else text


def printable(text: str) -> str:
    """Return a name without what would move a terminal's cursor."""
    return "".join(letter if letter.isprintable() else "?" for letter in text)


def _table() -> Table:
    return Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
