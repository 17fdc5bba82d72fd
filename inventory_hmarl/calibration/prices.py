"""The price file: one price per store, SKU and (where it has such a column) period."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from inventory_hmarl.calibration.cells import parse_price
from inventory_hmarl.calibration.errors import file_error, listed, shown
from inventory_hmarl.calibration.history import Prices
from inventory_hmarl.calibration.table import Header, Table, read_header, read_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from inventory_hmarl.calibration.calendars import Calendar
    from inventory_hmarl.calibration.history import Series


@dataclass(frozen=True)
class PriceFile:
    """The columns of a price file, and where a sales row finds its period."""

    header: Header
    store: str
    sku: str
    price: str
    period: str | None  # None: one price per store and SKU
    sales_column: str | None  # the sales file's column that leads to the period
    period_of: dict[str, str] | None  # from that column's text to the period, by the calendar


def open_prices(
    path: Path, store: str, sku: str, sales: Header, calendar: Calendar | None
) -> PriceFile:
    """Find out which column of a price file is the price, and which the period.

    The period is a column that the calendar, or the sales file, has as well.
    """
    header = read_header(path)
    header.require(store, sku)
    others = [name for name in header.columns if name not in (store, sku)]
    known = calendar.header.columns if calendar else ()
    period = next((name for name in others if name in known), None)
    if calendar and period:
        price = _price_column(header, [name for name in others if name != period])
        return PriceFile(
            header, store, sku, price, period, calendar.sales_key, calendar.column(period)
        )
    period = next((name for name in others if name in sales.columns), None)
    price = _price_column(header, [name for name in others if name != period])
    return PriceFile(header, store, sku, price, period, period, None)


def read_prices(
    file: PriceFile,
    series: Sequence[Series],
    sales: Iterable[tuple[str, str, str]],
    unknown: Literal["error", "ignore"],
) -> Prices:
    """Read the prices; ``sales`` has store, SKU and the period's key of each sales row."""
    names = [file.store, file.sku, *([file.period] if file.period else []), file.price]
    table = read_table(file.header, names)
    values = table.parse(file.price, parse_price)
    keys = _keys(table, file)
    if unknown == "error":
        _check_known(table, file, keys, series)
    _check_unique(table, file, keys)
    table.faults.raise_if_any()
    wanted = set(series)
    by_sku: dict[str, list[float]] = {}
    for (store, sku, _), text in zip(keys, table.columns[file.price], strict=True):
        if (store, sku) in wanted:
            by_sku.setdefault(sku, []).append(values[text])
    mean = {sku: sum(found) / len(found) for sku, found in by_sku.items()}
    return Prices(file.header.file, len(keys), mean, _covered(file, set(keys), sales))


def _price_column(header: Header, candidates: list[str]) -> str:
    priced = candidates
    if len(candidates) > 1:
        priced = [name for name in candidates if "price" in name.lower()]
    if len(priced) == 1:
        return priced[0]
    rule = "needs one column of prices beside store, SKU and a period known to calendar or sales"
    columns = listed(shown(header.columns))
    raise file_error(header.file, f"{rule}; its columns are: {columns}", row=1)


def _keys(table: Table, file: PriceFile) -> list[tuple[str, str, str]]:
    stores, skus = table.columns[file.store], table.columns[file.sku]
    periods = table.columns[file.period] if file.period else ("",) * len(stores)
    return [
        (store.strip(), sku.strip(), period.strip())
        for store, sku, period in zip(stores, skus, periods, strict=True)
    ]


def _check_known(
    table: Table, file: PriceFile, keys: list[tuple[str, str, str]], series: Sequence[Series]
) -> None:
    stores = {store for store, _ in series}
    skus = {sku for _, sku in series}
    pairs = set(series)
    periods = set(file.period_of.values()) if file.period_of else None
    for row, (store, sku, period) in zip(table.rows, keys, strict=True):
        if store not in stores:
            table.faults.add(row, file.store, store, "is a store that the sales do not have")
        elif sku not in skus:
            table.faults.add(row, file.sku, sku, "is a SKU that the sales do not have")
        elif (store, sku) not in pairs:
            table.faults.add(row, file.sku, sku, f"is a SKU that store {store!r} does not sell")
        elif periods is not None and period not in periods:
            table.faults.add(
                row, file.period, period, "is a period that the calendar does not have"
            )


def _check_unique(table: Table, file: PriceFile, keys: list[tuple[str, str, str]]) -> None:
    rows: dict[tuple[str, str, str], int] = {}
    for row, key in zip(table.rows, keys, strict=True):
        if key in rows:
            rule = f"is a second price of SKU {key[1]!r} in store {key[0]!r}, after row {rows[key]}"
            table.faults.add(row, file.period or file.sku, key[2] or key[1], rule)
        else:
            rows[key] = row


def _covered(
    file: PriceFile, keys: set[tuple[str, str, str]], sales: Iterable[tuple[str, str, str]]
) -> int:
    if file.period_of is None:
        return sum((store, sku, text if file.period else "") in keys for store, sku, text in sales)
    return sum((store, sku, file.period_of.get(text, "")) in keys for store, sku, text in sales)
