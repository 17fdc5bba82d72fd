"""Events from a CSV file with the columns day (or date), factor and, if need be, others."""

from __future__ import annotations

import csv
import datetime
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from pydantic_core import PydanticCustomError

from inventory_hmarl.case.faults import CaseError, Fault, dotted, listed, nearest
from inventory_hmarl.case.faults import Path as Place
from inventory_hmarl.case.models import Event
from inventory_hmarl.case.models.values import FIRST_DATE, to_id
from inventory_hmarl.case.reading.files import LARGEST_RECORD, checked_size, unreadable

WHEN = ("day", "date")
COLUMNS = (*WHEN, *(name for name in Event.model_fields if name != "day"))
Words = Callable[[Place], str]


def with_events(data: object, folder: Path) -> tuple[object, Words, list[Fault]]:
    """Return the data of a case with its calendar's rows as events.

    With what names the places of faults, and the faults of the calendar itself.
    """
    name = data.get("events") if isinstance(data, Mapping) else None
    if not isinstance(data, Mapping) or not isinstance(name, str):
        return data, dotted, []
    try:
        to_id(name)
        numbers, events = _read(folder / name, name, _date(data.get("first_date") or FIRST_DATE))
    except PydanticCustomError as error:
        return {**data, "events": []}, dotted, [Fault("events", name, error.message())]
    except CaseError as error:
        return {**data, "events": []}, dotted, list(error.faults)

    def words(path: Place) -> str:
        if path[:1] != ("events",) or len(path) < 2 or not isinstance(path[1], int):
            return dotted(path)
        column = f", column '{path[2]}'" if len(path) > 2 else ""
        return f"{name}, row {numbers[path[1]]}{column}"

    return {**data, "events": events}, words, []


def _read(path: Path, name: str, first: datetime.date | None) -> tuple[list[int], list[object]]:
    """Return the numbers of the rows that are events, and these; `CaseError` if there is none."""
    numbers, events = [], []
    rows = _rows(path, name)
    for number, row in enumerate(rows, start=2):
        event = _event(row, first, f"{name}, row {number}")
        if event is not None:
            events.append(event)
            numbers.append(number)
    return numbers, events


def _rows(path: Path, name: str) -> list[dict[str, str]]:
    """Return the rows of a calendar that hold something, by column; blank cells are left out."""
    try:
        checked_size(path, LARGEST_RECORD)
        with path.open(encoding="utf-8-sig", newline="") as stream:
            lines = list(csv.reader(stream))
    except (csv.Error, UnicodeDecodeError) as error:
        raise CaseError([Fault(name, path, f"cannot be read: {error}")]) from error
    except (OSError, CaseError) as error:
        found = error if isinstance(error, CaseError) else unreadable(path, error)
        raise CaseError([Fault("events", name, found.faults[0].rule)]) from error
    header = [column.strip() for column in lines[0]] if lines else []
    faults = [*_header(name, header), *_widths(name, lines)]
    if faults:
        raise CaseError(faults)
    return [
        {column: cell.strip() for column, cell in zip(header, line, strict=False) if cell.strip()}
        for line in lines[1:]
    ]


def _header(name: str, header: list[str]) -> Iterator[Fault]:
    place = f"{name}, row 1"
    for column in header:
        if column not in COLUMNS:
            rule = f"is not a column of a calendar; known are {listed(COLUMNS)}"
            yield Fault(place, column, rule, nearest(column, COLUMNS))
        elif header.count(column) > 1:
            yield Fault(place, column, "is there twice")
    if "factor" not in header or sum(column in header for column in WHEN) != 1:
        yield Fault(place, header, "must have 'factor', and 'day' or 'date'")


def _widths(name: str, lines: list[list[str]]) -> Iterator[Fault]:
    for number, line in enumerate(lines[1:], start=2):
        if len(line) != len(lines[0]) and line:
            rule = f"has {len(line)} columns; the first row has {len(lines[0])}"
            yield Fault(f"{name}, row {number}", line, rule)


def _event(row: Mapping[str, str], first: datetime.date | None, place: str) -> object:
    """Return an event as plain data; None for an empty row, and for a date before day 1."""
    if not row:
        return None
    event: dict[str, object] = {name: cell for name, cell in row.items() if name != "date"}
    for name in ("day", "factor"):
        if name in event:
            event[name] = _number(row[name])
    if "date" in row and first is not None:
        date = _date(row["date"])
        if date is None:
            rule = "must be a date, as 2024-01-31"
            raise CaseError([Fault(f"{place}, column 'date'", row["date"], rule)])
        if date < first:
            return None
        event["day"] = (date - first).days + 1
    return event


def _number(text: str) -> float | str:
    """Return the number that a text stands for, or the text, which is then told to be none."""
    try:
        return float(text.replace("_", "?"))
    except ValueError:
        return text


def _date(value: object) -> datetime.date | None:
    """Return a date, or None for what is none."""
    try:
        return datetime.date.fromisoformat(str(value))
    except ValueError:
        return None
