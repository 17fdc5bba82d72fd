"""A case from a folder of CSV tables."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from inventory_hmarl.case.faults import ABSENT, CaseError, Fault, Finding, Verbatim
from inventory_hmarl.case.reading.files import LARGEST_RECORD, read_text
from inventory_hmarl.case.tables.cells import add_sheet, unknown_names
from inventory_hmarl.case.tables.sheets import Content, sheets

SUFFIX = ".csv"
LEAST = ("skus", "stores", "lanes")  # one of them at least makes a folder a case


def read_csv_folder(folder: Path) -> Content:
    """Return the tables of a folder; `CaseError` if there are none, or one cannot be read."""
    content = Content(lambda name: str(folder / f"{name}{SUFFIX}"))
    if not any((folder / f"{name}{SUFFIX}").exists() for name in LEAST):
        names = ", ".join(f"{name}{SUFFIX}" for name in sheets())
        rule = f"is a folder without the tables of a case; they are {names}"
        raise CaseError([Fault(str(folder)[:500], ABSENT, rule)])
    for name in sheets():
        path = folder / f"{name}{SUFFIX}"
        if not path.exists():
            continue
        reader = csv.reader(io.StringIO(read_text(path, LARGEST_RECORD), newline=""))
        try:
            rows = list(reader)
        except csv.Error as error:
            place = (Verbatim(f"{path}, after row {reader.line_num}"),)
            content.findings.append(Finding(place, ABSENT, f"cannot be read: {error}"))
            continue
        add_sheet(content, name, rows)
    unknown_names(content, sorted(path.stem for path in folder.glob(f"*{SUFFIX}")))
    return content
