"""The calendar file, which turns the sales file's day numbers into dates."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from inventory_hmarl.calibration.cells import parse_day
from inventory_hmarl.calibration.errors import file_error, listed
from inventory_hmarl.calibration.table import Header, Table, read_header, read_table

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Calendar:
    """Dates, and the other columns of a calendar file, by key."""

    header: Header
    key: str  # the calendar's column of keys
    sales_key: str  # the sales file's column of keys
    days: dict[str, int]  # ordinal of each key's date

    def day_of(self, text: str) -> int:
        """Ordinal of the date of a key; ``ValueError`` when the calendar does not have it."""
        try:
            return self.days[text.strip()]
        except KeyError:
            raise ValueError(f"is not in column {self.key!r} of {self.header.file.name}") from None

    def column(self, name: str) -> dict[str, str]:
        """Another column of the calendar, by key."""
        table = read_table(self.header, list(dict.fromkeys([self.key, name])))
        keys = (text.strip() for text in table.columns[self.key])
        return dict(zip(keys, (text.strip() for text in table.columns[name]), strict=True))


def read_calendar(
    path: Path, calendar_key: str | None, date: str, sales: Header, date_format: str | None
) -> Calendar:
    """Read the calendar at ``path`` for the sales file with header ``sales``."""
    header = read_header(path)
    if calendar_key is None:
        both = [name for name in header.columns if name in sales.columns]
        hint = f" (in both files: {listed(both)})" if both else ""
        raise file_error(
            path, f"needs a calendar key: its column that the sales file refers to{hint}"
        )
    header.require(calendar_key)
    sales_key = calendar_key if calendar_key in sales.columns else date
    sales.require(sales_key)
    date_column = _date_column(header, calendar_key, date)
    table = read_table(header, list(dict.fromkeys([calendar_key, date_column])))
    return Calendar(
        header, calendar_key, sales_key, _days(table, calendar_key, date_column, date_format)
    )


def _date_column(header: Header, key: str, date: str) -> str:
    """Find the column that the user calls ``date``, else the one whose name is 'date'."""
    if date in header.columns and date != key:
        return date
    named = [name for name in header.columns if name.lower() == "date"]
    name = named[0] if named else date
    header.require(name)
    return name


def _days(table: Table, key: str, date: str, date_format: str | None) -> dict[str, int]:
    ordinals = table.parse(date, partial(parse_day, date_format=date_format))
    days: dict[str, int] = {}
    key_of_day: dict[int, str] = {}
    for row, text, day_text in zip(
        table.rows, table.columns[key], table.columns[date], strict=True
    ):
        name = text.strip()
        if day_text not in ordinals:
            continue
        if name in days:
            table.faults.add(row, key, text, "stands in an earlier row already")
        elif ordinals[day_text] in key_of_day:
            table.faults.add(
                row, date, day_text, f"is the date of key {key_of_day[ordinals[day_text]]!r} too"
            )
        else:
            days[name] = ordinals[day_text]
            key_of_day[ordinals[day_text]] = name
    table.faults.raise_if_any()
    return days
