"""Tables as an Excel workbook, or as a folder of CSV files."""

from __future__ import annotations

import errno
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from inventory_hmarl.case import Case
from inventory_hmarl.case.tables import WORKBOOK, tables_of
from inventory_hmarl.case.tables.sheets import parameters, sheets
from inventory_hmarl.extras import Untyped, needed
from inventory_hmarl.reports.files import cell, rows_writer
from inventory_hmarl.whole_files import bytes_writer, write_files

MOST_ROWS = 1_048_576  # of a sheet
WIDEST = 40  # characters
HELP = "help"
OTHER_FILES = frozenset({".xls", ".xlsm", ".xlsb", ".ods", ".csv", ".toml", ".json"})

Table = Iterable[Sequence[object]]


def write_case(case: Case, path: Path, *, force: bool = False) -> None:
    """Write a case as a workbook (`.xlsx`) or as a folder of CSV tables; recorded demand is in it.

    Raises `FileExistsError` where there is one, unless `force`; `MissingExtra` without the extra
    `excel`, for a workbook.
    """
    if path.suffix.lower() in OTHER_FILES:
        rule = f"is written as {path.stem}{WORKBOOK} (a workbook), or as a folder of CSV tables"
        raise OSError(errno.EINVAL, rule, str(path))
    tables = tables_of(case)
    if path.suffix.lower() == WORKBOOK:
        write_workbook(path, {**tables, HELP: _help()}, force=force)
        return
    names = [f"{name}.csv" for name in tables]
    if not force and any((path / name).exists() for name in names):
        raise FileExistsError(
            errno.EEXIST, "holds tables already; --force replaces them", str(path)
        )
    path.mkdir(parents=True, exist_ok=True)
    write_files(
        path, {f"{n}.csv": rows_writer(map(str, rows[0]), rows[1:]) for n, rows in tables.items()}
    )


def _help() -> list[list[str]]:
    """Return what each column of each sheet means."""
    rows = [["sheet", "column", "meaning"]]
    for name, sheet in sheets().items():
        rows.append([name, "", sheet.about])
        rows += [[name, n, about.about] for n, about in sheet.columns.items() if about.about]
    return rows


def write_workbook(path: Path, tables: Mapping[str, Table], *, force: bool = False) -> None:
    """Write tables, the head first in each, as the sheets of a workbook; whole or not at all."""
    if path.exists() and not force:
        raise FileExistsError(errno.EEXIST, "exists already; --force replaces it", str(path))
    openpyxl = needed("openpyxl", "excel", f"Writing {path.name}")
    book = openpyxl.Workbook(write_only=True)
    for name, rows in tables.items():
        _sheet(openpyxl, book.create_sheet(name), [list(row) for row in rows], path)
    stream = io.BytesIO()
    book.save(stream)
    write_files(path.parent, {path.name: bytes_writer(stream.getvalue())})


def _sheet(openpyxl: Untyped, sheet: Untyped, rows: Sequence[Sequence[object]], path: Path) -> None:
    """Write one sheet: a bold head that stays in sight, columns as wide as their content."""
    if len(rows) > MOST_ROWS:
        raise OSError(
            errno.EFBIG,
            f"would have {len(rows):,} rows in sheet '{sheet.title}', and Excel holds "
            f"{MOST_ROWS:,}: write a folder instead (a name without .xlsx)",
            path.name,
        )
    sheet.freeze_panes = "A2"
    letter = openpyxl.utils.get_column_letter
    for place, head in enumerate(rows[0]):
        shown = [len(str(row[place])) for row in rows[:200] if row[place] is not None]
        wanted = max([len(str(head)) + 2, *shown])
        sheet.column_dimensions[letter(place + 1)].width = min(wanted + 1, WIDEST)
        sheet.column_dimensions[letter(place + 1)].hidden = _idle(
            sheet.title, str(head), rows, place
        )
    sheet.auto_filter.ref = f"A1:{letter(len(rows[0]))}{len(rows)}"
    sheet.append([_head(openpyxl, sheet, str(each)) for each in rows[0]])
    for row in rows[1:]:
        sheet.append([_typed(openpyxl, sheet, cell(value)) for value in row])


def _idle(sheet: str, head: str, rows: Sequence[Sequence[object]], place: int) -> bool:
    """Whether nobody uses a parameter of a rule."""
    return sheet in sheets() and head in parameters() and all(r[place] is None for r in rows[1:])


def _head(openpyxl: Untyped, sheet: Untyped, text: str) -> Untyped:
    made = openpyxl.cell.WriteOnlyCell(sheet, value=text)
    made.font = openpyxl.styles.Font(bold=True)
    return made


def _typed(openpyxl: Untyped, sheet: Untyped, value: object) -> Untyped:
    """Return a cell; text that looks like a formula stays text, and a number keeps every digit."""
    if isinstance(value, float) and float(f"{value:.16g}") != value:  # openpyxl writes 16 digits
        made = openpyxl.cell.WriteOnlyCell(sheet, value=value)
        made._value = repr(value)  # noqa: SLF001  # no public way to its 17th
        return made
    if not isinstance(value, str) or not value.startswith(("=", "#")):
        return value
    made = openpyxl.cell.WriteOnlyCell(sheet, value=value)
    made.data_type = "s"
    return made
