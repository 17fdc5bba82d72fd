"""A case as tables: a workbook for a planner, or a folder of CSV files with the same names.

What is a mapping of SKUs in a case file is rows here, and every list is rows too, so that a cell
holds one value. `docs/excel.md` shows the sheets; `sheets` defines them.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from inventory_hmarl.case.build import built
from inventory_hmarl.case.models import Case
from inventory_hmarl.case.parts import read_parts
from inventory_hmarl.case.plain import case_to_dict
from inventory_hmarl.case.tables.apart import rows_of
from inventory_hmarl.case.tables.csv_folder import read_csv_folder
from inventory_hmarl.case.tables.sheets import Cell, Content
from inventory_hmarl.case.tables.together import assemble
from inventory_hmarl.case.tables.workbook import read_workbook

__all__ = ["case_from_tables", "is_tables", "load_tables", "tables_of"]

WORKBOOK = ".xlsx"
FILES = (".toml", ".json")


def is_tables(path: Path) -> bool:
    """Whether a path is that of a workbook or of a folder of tables."""
    suffix = path.suffix.lower()
    return suffix == WORKBOOK or (suffix not in FILES and path.is_dir())


def load_tables(path: Path) -> Case:
    """Return the case of a workbook or a folder; `CaseError` has all faults, by sheet and row."""
    if path.suffix.lower() == WORKBOOK and not path.is_dir():
        return case_from_tables(read_workbook(path), path.parent)
    return case_from_tables(read_csv_folder(path), path)


def case_from_tables(content: Content, folder: Path) -> Case:
    """Return the case that tables describe; demand files are looked for in `folder`."""
    assembly = assemble(content)
    parts = read_parts(assembly.data)
    parts.findings[:0] = assembly.findings
    return built(parts, folder, assembly.words)


def tables_of(case: Case) -> Mapping[str, list[list[Cell]]]:
    """Return the tables of a case, each with its head as first row; recorded demand is in them.

    >>> from inventory_hmarl.case import default_case
    >>> tables_of(default_case())["lanes"][1][:3]
    ['supplier_1 > warehouse_1', 'supplier_1', 'warehouse_1']
    """
    return rows_of(case_to_dict(case, inline=True))
