"""Recorded demand from a CSV file with the columns day, store, sku, units."""

from __future__ import annotations

import csv
import math
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from inventory_hmarl.case.checks.names import unknown
from inventory_hmarl.case.faults import ABSENT, Finding, Verbatim, listed, nearest
from inventory_hmarl.case.faults import Path as Place
from inventory_hmarl.case.models import Recorded
from inventory_hmarl.case.models.values import LARGEST, LONGEST_DAYS
from inventory_hmarl.case.reading.files import LARGEST_RECORD, checked_size, unreadable

COLUMNS = ("day", "store", "sku", "units")
MOST_SHOWN = 20  # rows of one file; a column of text would else make a message of its own size
Rows = list[list[str]]


def read_record(
    path: Path, name: str, carried: Mapping[str, Collection[str]], *, whole: bool
) -> tuple[Recorded | None, list[Finding]]:
    """Return what a file records, or what is wrong with it, by row and column.

    `carried` has the SKUs of each store. `CaseError` if the file cannot be opened.
    """
    checked_size(path, LARGEST_RECORD)
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.reader(stream)
            try:
                rows = [row for row in reader if row or reader.line_num == 1]
            except (csv.Error, UnicodeDecodeError) as error:
                place = Verbatim(f"{name}, after row {reader.line_num}")
                return None, [Finding((place,), ABSENT, f"cannot be read: {error}")]
    except OSError as error:
        raise unreadable(path, error) from error
    return _record(rows, name, carried, whole=whole)


def _record(
    rows: Rows, name: str, carried: Mapping[str, Collection[str]], *, whole: bool
) -> tuple[Recorded | None, list[Finding]]:
    if not rows or not rows[0]:
        return None, [Finding((Verbatim(name),), ABSENT, "is empty")]
    header = [column.strip() for column in rows[0]]
    faults = [*_header(name, header)]
    if faults:
        return None, faults
    faults += _widths(name, rows)
    if not faults:
        columns = [column for column in zip(*rows[1:], strict=True)] or [()] * len(header)
        day, store, sku, units = (columns[header.index(each)] for each in COLUMNS)
        faults += _pairs(name, store, sku, carried)
        days = _days(day)
        numbers = _numbers(units, whole=whole)
        if isinstance(days, list):
            faults += _rows(name, "day", day, days)
        if isinstance(numbers, list):
            faults += _rows(name, "units", units, numbers)
        if isinstance(days, np.ndarray) and isinstance(numbers, np.ndarray):
            keys = list(zip(store, sku, strict=True))
            twice = _twice(name, days, keys)
            if not faults and not twice:
                return _gathered(days, keys, numbers), []
            faults += twice
    return None, _few(name, faults)


def _few(name: str, faults: list[Finding]) -> list[Finding]:
    if len(faults) <= MOST_SHOWN:
        return faults
    rule = f"has {len(faults) - MOST_SHOWN:,} more faults like these"
    return [*faults[:MOST_SHOWN], Finding((Verbatim(name),), ABSENT, rule)]


def _header(name: str, header: list[str]) -> Iterator[Finding]:
    for column in COLUMNS:
        count = header.count(column)
        if count == 1:
            continue
        place = Verbatim(f"{name}, row 1")
        rule = (
            f"column '{column}' is missing" if count == 0 else f"column '{column}' is there twice"
        )
        near = nearest(column, set(header) - set(COLUMNS)) if count == 0 else None
        if near is not None:
            rule += f"; '{near}' may be meant by it"
        yield Finding((place,), header, rule)


def _widths(name: str, rows: Rows) -> Iterator[Finding]:
    width = len(rows[0])
    for number, row in enumerate(rows, start=1):
        if len(row) != width:
            rule = f"has {len(row)} columns; the first row has {width}"
            yield Finding((Verbatim(f"{name}, row {number}"),), row, rule)


def _place(name: str, row: int, column: str) -> Place:
    """Return the place of a cell; `row` counts data from 0, the header is row 1 of the file."""
    return (Verbatim(f"{name}, row {row + 2}, column '{column}'"),)


def _pairs(
    name: str, stores: Sequence[str], skus: Sequence[str], carried: Mapping[str, Collection[str]]
) -> Iterator[Finding]:
    every = {sku for each in carried.values() for sku in each}
    pairs = dict.fromkeys(zip(stores, skus, strict=True))
    wrong = {pair for pair in pairs if pair[0] not in carried or pair[1] not in carried[pair[0]]}
    if not wrong:
        return
    for row, (store, sku) in enumerate(zip(stores, skus, strict=True)):
        if (store, sku) not in wrong:
            continue
        wrong.discard((store, sku))
        if store not in carried:
            yield unknown(_place(name, row, "store"), store, list(carried), "store")
        if sku not in every:
            yield unknown(_place(name, row, "sku"), sku, sorted(every), "SKU")
        elif store in carried:
            yield Finding(_place(name, row, "sku"), sku, f"is not carried by store '{store}'")


def _days(texts: Sequence[str]) -> NDArray[np.int64] | list[tuple[int, str]]:
    """Return days as numbers, or the rows that hold none, each with the rule that it breaks."""
    wrong: list[tuple[int, str]] = []
    days = np.zeros(len(texts), dtype=np.int64)
    known: dict[str, int] = {}
    for row, text in enumerate(texts):
        if text not in known:
            plain = text.strip()
            good = plain.isascii() and plain.isdigit() and len(plain) <= 12
            if not good or not 1 <= int(plain) <= LONGEST_DAYS:
                wrong.append((row, "must be a whole number from 1, the day"))
                continue
            known[text] = int(plain)
        days[row] = known[text]
    return wrong or days


def _numbers(texts: Sequence[str], *, whole: bool) -> NDArray[np.float64] | list[tuple[int, str]]:
    """Return units as numbers, or the rows that hold none, each with the rule that it breaks."""
    wrong: list[tuple[int, str]] = []
    numbers = np.zeros(len(texts))
    known: dict[str, float] = {}
    for row, text in enumerate(texts):
        if text not in known:
            number, rule = _number(text, whole=whole)
            if rule:
                wrong.append((row, rule))
                continue
            known[text] = number
        numbers[row] = known[text]
    return wrong or numbers


def _number(text: str, *, whole: bool) -> tuple[float, str]:
    try:
        number = float(text.replace("_", "?"))  # Python takes 1_000 for a number; a file should not
    except ValueError:
        return 0.0, "must be a number"
    if not math.isfinite(number):
        return 0.0, "must be a finite number"
    if number < 0:
        return 0.0, "must be at least 0"
    if number > LARGEST:
        return 0.0, f"must be at most {LARGEST:g}"
    if whole and not number.is_integer():
        return 0.0, "must be a whole number, because units are whole"
    return number, ""


def _rows(
    name: str, column: str, texts: Sequence[str], wrong: list[tuple[int, str]]
) -> Iterator[Finding]:
    for row, rule in wrong:
        yield Finding(_place(name, row, column), texts[row], rule)


def _twice(name: str, days: NDArray[np.int64], keys: list[tuple[str, str]]) -> list[Finding]:
    cells = list(zip(days.tolist(), keys, strict=True))
    if len(set(cells)) == len(cells):
        return []
    repeated = {cell for cell, count in Counter(cells).items() if count > 1}
    first: dict[tuple[int, tuple[str, str]], int] = {}
    found: list[Finding] = []
    for row, cell in enumerate(cells):
        if cell in repeated and first.setdefault(cell, row) != row:
            day, (store, sku) = cell
            rule = f"has day {day} of {listed([store, sku])} again, as row {first[cell] + 2}"
            found.append(Finding((Verbatim(f"{name}, row {row + 2}"),), ABSENT, rule))
    return found


def _gathered(
    days: NDArray[np.int64], keys: list[tuple[str, str]], units: NDArray[np.float64]
) -> Recorded:
    last_day = int(days.max(initial=0))
    numbers = {key: number for number, key in enumerate(dict.fromkeys(keys))}
    group = np.fromiter((numbers[key] for key in keys), dtype=np.intp, count=len(keys))
    order = np.argsort(group, kind="stable")
    ends = np.cumsum(np.bincount(group, minlength=len(numbers)))
    series = {}
    for number, key in enumerate(numbers):
        rows = order[ends[number - 1] if number else 0 : ends[number]]
        series[key] = _series(days[rows], units[rows])
    return Recorded(last_day, series)


def _series(days: NDArray[np.int64], units: NDArray[np.float64]) -> NDArray[np.generic]:
    """Return units by day, to the last day with any, in the smallest type that holds them."""
    whole = bool((units == np.floor(units)).all())
    kind = np.min_scalar_type(int(units.max(initial=0))) if whole else np.dtype(np.float64)
    series = np.zeros(int(days.max(initial=0)), dtype=kind)
    series[days - 1] = units.astype(kind)
    return series
