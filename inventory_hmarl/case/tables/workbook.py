"""A case from an Excel workbook. Needs the extra `excel`."""

from __future__ import annotations

import io
import warnings
import zipfile
from pathlib import Path

from inventory_hmarl.case.reading.files import LARGEST_CASE, checked_size, fault, unreadable
from inventory_hmarl.case.tables.cells import add_sheet, unknown_names
from inventory_hmarl.case.tables.sheets import Content, sheets
from inventory_hmarl.extras import needed

MOST_UNPACKED = 2 * 2**30  # bytes: a workbook is compressed, and may be made to burst


def read_workbook(path: Path) -> Content:
    """Return the tables of a workbook; `CaseError` if it cannot be read.

    Of a formula, the value that was saved with it counts.
    """
    openpyxl = needed("openpyxl", "excel", f"Reading {path.name}")
    checked_size(path, LARGEST_CASE)
    content = Content(lambda name: f"{path.name}, sheet '{name}'")
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise unreadable(path, error) from error
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as packed:
            size = sum(each.file_size for each in packed.infolist())
        if size > MOST_UNPACKED:
            raise fault(path, f"holds {size:,} bytes; at most {MOST_UNPACKED:,} are read")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about parts of Excel's own that hold no cell
            book = openpyxl.load_workbook(io.BytesIO(raw), read_only=True, data_only=True)
            try:
                for sheet in book.worksheets:
                    if sheet.title in sheets():
                        sheet.reset_dimensions()
                        add_sheet(content, sheet.title, sheet.iter_rows(values_only=True))
                unknown_names(content, book.sheetnames)
            finally:
                book.close()
    except (zipfile.BadZipFile, KeyError, ValueError, SyntaxError, EOFError) as error:
        if type(error).__module__.startswith("inventory_hmarl"):
            raise
        raise fault(path, "cannot be understood: it is no Excel workbook (.xlsx)") from error
    return content
