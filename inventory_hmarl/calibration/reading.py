"""From a long sales file to a ``History``, with every fault at its row and column."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date as Date
from functools import partial
from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from inventory_hmarl.calibration.calendars import Calendar, read_calendar
from inventory_hmarl.calibration.cells import parse_day, parse_id, parse_number
from inventory_hmarl.calibration.history import History, Prices, Repairs, Series, natural_key
from inventory_hmarl.calibration.prices import PriceFile, open_prices, read_prices
from inventory_hmarl.calibration.table import Table, read_header, read_table

if TYPE_CHECKING:
    from pathlib import Path

LONGEST_HISTORY = 36_600  # days, about a century: a date beyond it is a slip of the pen


@dataclass(frozen=True)
class ReadOptions:
    """What to do with rows that are faults unless the reader says otherwise.

    negative: ``"error"``, or ``"zero"`` (a return counts as no sale).
    missing: an empty cell, NA, NaN or null is an ``"error"``, or ``"zero"``.
    duplicates: two rows for one day, store and SKU are an ``"error"``, or ``"sum"``.
    unknown_prices: a price of a store, SKU or period that the sales do not know is an
    ``"error"``, or ``"ignore"``.
    date_format: a ``strptime`` format such as ``"%d.%m.%Y"``; ``None`` means 2013-01-31.
    """

    negative: Literal["error", "zero"] = "error"
    missing: Literal["error", "zero"] = "error"
    duplicates: Literal["error", "sum"] = "error"
    unknown_prices: Literal["error", "ignore"] = "error"
    date_format: str | None = None


class _Columns(NamedTuple):
    """The names of the four columns of a sales file."""

    day: str
    store: str
    sku: str
    units: str


@dataclass(frozen=True)
class _Rows:
    """Numbers in the order of the file; shape (n,) each."""

    series: tuple[Series, ...]
    series_of_row: npt.NDArray[np.int64]
    ordinal: npt.NDArray[np.int64]
    units: npt.NDArray[np.float64]


def read_history(  # noqa: PLR0913 - one name for each column and each file of the command line
    path: Path,
    *,
    date: str,
    store: str,
    sku: str,
    units: str,
    calendar: Path | None = None,
    calendar_key: str | None = None,
    prices: Path | None = None,
    options: ReadOptions | None = None,
) -> History:
    """Read a long sales file, one row per day, store and SKU; the names are those of its columns.

    With a ``calendar`` file, ``calendar_key`` is the column by which sales and calendar find each
    other, and ``date`` the calendar's column of dates, or the sales file's name for the key. The
    separator (comma, semicolon, tab or bar) is found from the header.

    Raises ``HistoryError``, which names file, row, column and value of the first faults.
    """
    options = options or ReadOptions()
    header = read_header(path)
    keys = (
        read_calendar(calendar, calendar_key, date, header, options.date_format)
        if calendar
        else None
    )
    columns = _Columns(keys.sales_key if keys else date, store, sku, units)
    header.require(*columns)
    price_file = open_prices(prices, store, sku, header, keys) if prices else None
    period = [price_file.sales_column] if price_file and price_file.sales_column else []
    table = read_table(header, list(dict.fromkeys([*columns, *period])))
    rows, repairs = _numbers(table, columns, keys, options)
    priced = _prices(price_file, table, columns, rows, options) if price_file else None
    return _history(path, rows, repairs, priced)


def _numbers(
    table: Table, columns: _Columns, calendar: Calendar | None, options: ReadOptions
) -> tuple[_Rows, Repairs]:
    """Parse every cell, check the rows against each other, and repair what the options allow."""
    day_of = calendar.day_of if calendar else partial(parse_day, date_format=options.date_format)
    ordinal = table.array(columns.day, table.parse(columns.day, day_of), -1, np.int64)
    series, series_of_row = _series(table, columns)
    values = table.parse(columns.units, parse_number)
    units = table.array(columns.units, values, 0.0, np.float64)
    missing = _repaired(table, columns.units, np.isnan(units), options.missing, "is missing")
    negative = _repaired(table, columns.units, units < 0, options.negative, "is below 0")
    units = np.where(units > 0, units, 0.0)
    _check_span(table, columns.day, ordinal)
    rows = _Rows(series, series_of_row, ordinal, units)
    doubles = _doubles(table, columns, rows, options)
    table.faults.raise_if_any()
    return rows, Repairs(negative, missing, doubles)


def _series(table: Table, columns: _Columns) -> tuple[tuple[Series, ...], npt.NDArray[np.int64]]:
    """Number the (store, SKU) pairs in natural order; -1 where an id is bad."""
    stores = table.parse(columns.store, parse_id)
    skus = table.parse(columns.sku, parse_id)
    pairs = list(zip(table.columns[columns.store], table.columns[columns.sku], strict=True))
    good = {
        (store, sku): Series(stores[store], skus[sku])
        for store, sku in dict.fromkeys(pairs)
        if store in stores and sku in skus
    }
    ordered = sorted(
        set(good.values()), key=lambda one: (natural_key(one.store), natural_key(one.sku))
    )
    number = {series: index for index, series in enumerate(ordered)}
    index_of = {pair: number[series] for pair, series in good.items()}
    return tuple(ordered), np.fromiter(
        (index_of.get(pair, -1) for pair in pairs), np.int64, len(pairs)
    )


def _repaired(table: Table, column: str, bad: npt.NDArray[np.bool_], choice: str, rule: str) -> int:
    """Count bad cells; they are faults unless the choice is "zero"."""
    if choice == "error":
        table.fault_at(np.flatnonzero(bad), column, rule)
    return int(bad.sum())


def _check_span(table: Table, column: str, ordinal: npt.NDArray[np.int64]) -> None:
    """Record dates a century away from the others as faults: they are slips of the pen."""
    good = ordinal[ordinal >= 0]
    if len(good) and good.max() - good.min() > LONGEST_HISTORY:
        far = (ordinal >= 0) & (np.abs(ordinal - np.median(good)) > LONGEST_HISTORY / 2)
        table.fault_at(
            np.flatnonzero(far), column, f"makes the history longer than {LONGEST_HISTORY:,} days"
        )


def _doubles(table: Table, columns: _Columns, rows: _Rows, options: ReadOptions) -> int:
    """Count rows that repeat an earlier row's day, store and SKU; they are faults unless summed."""
    good = np.flatnonzero((rows.series_of_row >= 0) & (rows.ordinal >= 0))
    key = rows.series_of_row[good] * (Date.max.toordinal() + 1) + rows.ordinal[good]
    order = np.argsort(key, kind="stable")
    same = np.flatnonzero(np.diff(key[order]) == 0)
    if options.duplicates == "error":
        firsts = {int(key[place]): table.rows[good[place]] for place in order[same][::-1].tolist()}
        for place in np.sort(order[same + 1]).tolist():
            series = rows.series[rows.series_of_row[good[place]]]
            rule = f"has a row for store {series.store!r} and SKU {series.sku!r} already"
            text = table.columns[columns.day][good[place]]
            row = table.rows[good[place]]
            table.faults.add(row, columns.day, text, f"{rule}: row {firsts[int(key[place])]}")
    return len(same)


def _prices(
    file: PriceFile, table: Table, columns: _Columns, rows: _Rows, options: ReadOptions
) -> Prices:
    """Read the price file, and count the sales rows that it covers."""
    pairs = (rows.series[index] for index in rows.series_of_row.tolist())
    texts = table.columns[file.sales_column or columns.day]
    sales = ((pair.store, pair.sku, text.strip()) for pair, text in zip(pairs, texts, strict=True))
    return read_prices(file, rows.series, sales, options.unknown_prices)


def _history(path: Path, rows: _Rows, repairs: Repairs, prices: Prices | None) -> History:
    """Sort by series and day, and add up the rows of one day."""
    first = int(rows.ordinal.min())
    days = int(rows.ordinal.max()) - first + 1
    key = rows.series_of_row * days + (rows.ordinal - first)
    distinct, position = np.unique(key, return_inverse=True)
    units = np.bincount(position, weights=rows.units).astype(np.float64)
    series_of_row, day_of_row = np.divmod(distinct, days)
    return History(
        path,
        Date.fromordinal(first),
        days,
        rows.series,
        series_of_row,
        day_of_row,
        units,
        repairs,
        prices,
    )
