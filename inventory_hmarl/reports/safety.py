"""Safety stocks as a table, a document and a CSV file."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence

from rich import box
from rich.table import Table

from inventory_hmarl.reports.files import rows_writer
from inventory_hmarl.reports.tables import printable
from inventory_hmarl.studies.intervals import Interval
from inventory_hmarl.studies.safety_stock import SafetyStock
from inventory_hmarl.whole_files import Writer

SAFETY = "safety_stock.csv"
NOTE = "The formulas: one store, a source that is never short, customers who wait."
WORDS = {
    "cycle_service_level": "cycle (type 1)",
    "unit_fill_rate": "fill rate (type 2)",
    "alpha_period": "alpha a day",
    "ready_rate": "ready rate",
}


def table(rows: Sequence[SafetyStock], target: float) -> Table:
    """Return the table of all stores, SKUs and kinds of service."""
    title = f"Safety stocks for a service of {target:.1%}, units"
    answer = Table(box=box.SIMPLE_HEAD, title=title, title_justify="left")
    for head in ("Store", "SKU", "Service"):
        answer.add_column(head)
    for head in ("Formula", "level", "gives", "Simulated", "level", "gives"):
        answer.add_column(head, justify="right")
    before = ("", "")
    for row in rows:
        names = (row.location, row.sku)
        answer.add_row(
            *(("", "") if names == before else map(printable, names)),
            WORDS[row.kind],
            *_cells(row.formula_stock, row.formula_level, row.formula_service),
            *_cells(row.stock, row.level, row.service),
        )
        before = names
    return answer


def _cells(stock: float | None, level: float | None, service: Interval | None) -> tuple[str, ...]:
    if stock is None or level is None or service is None:
        return ("-", "-", "-")
    return (f"{stock:,.1f}", f"{level:,.6g}", _share(service))


def _share(value: Interval) -> str:
    if value.mean is None:
        return "-"
    width = "" if value.half_width is None else f" ± {100 * value.half_width:.1f}"
    return f"{100 * value.mean:.1f}{width} %"


def document(rows: Sequence[SafetyStock], target: float) -> dict[str, object]:
    """Return the safety stocks ready for JSON."""
    return {"service": target, "rows": [dataclasses.asdict(row) for row in rows]}


def writer(rows: Sequence[SafetyStock]) -> Writer:
    """Return what writes a row a store, SKU and kind of service as CSV."""
    names = [field.name for field in dataclasses.fields(SafetyStock)]
    head = [cell for name in names for cell in _heads(name)]
    return rows_writer(head, map(_row, rows))


def _heads(name: str) -> tuple[str, ...]:
    return (name, f"{name}_half_width") if name.endswith("service") else (name,)


def _row(row: SafetyStock) -> Iterator[object]:
    for field in dataclasses.fields(row):
        value = getattr(row, field.name)
        if not field.name.endswith("service"):
            yield value
        elif value is None:
            yield from (None, None)
        else:
            yield from (value.mean, value.half_width)
