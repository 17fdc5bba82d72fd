"""From raw sheets to rows: which columns there are, and what each cell stands for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from inventory_hmarl.case.faults import ABSENT, Finding, Verbatim, listed, nearest
from inventory_hmarl.case.tables.sheets import Cell, Content, Kind, Row, sheets
from inventory_hmarl.case.tables.together import as_number

ALIKE = 0.75  # a sheet whose name is this much like one of ours is a slip of the pen


def add_sheet(content: Content, name: str, raw: Iterable[Sequence[object]]) -> None:
    """Read one sheet: its head is the first row; empty rows are passed over."""
    rows = iter(raw)
    head = [_text(cell) for cell in next(rows, ())]
    known = sheets()[name].columns
    content.findings.extend(_head_faults(content.label(name), head, list(known)))
    places = [(place, each) for place, each in enumerate(head) if each and each in known]
    found = content.rows.setdefault(name, [])
    for number, row in enumerate(rows, start=2):
        cells = {}
        for place, column in places:
            value = _cell(row[place], known[column].kind) if place < len(row) else None
            if value is not None:
                cells[column] = value
        if cells:
            found.append(Row(number, cells))
        _beside(content, name, number, row, head)


def _head_faults(label: str, head: Sequence[str | None], known: Sequence[str]) -> Iterator[Finding]:
    place = (Verbatim(f"{label}, row 1"),)
    for column in dict.fromkeys(each for each in head if each is not None):
        if column not in known:
            near = nearest(column, known)
            rule = "is not a known column"
            if near is None:
                rule += f"; known are {listed(known, 30)}"
            yield Finding(place, column, rule, near)
        elif head.count(column) > 1:
            yield Finding(place, column, "is there twice")


def _beside(
    content: Content, name: str, number: int, row: Sequence[object], head: Sequence[str | None]
) -> None:
    """Note a cell that stands in no column: it would be passed over unseen."""
    for place, cell in enumerate(row):
        if (place >= len(head) or head[place] is None) and _text(cell) is not None:
            where = (Verbatim(f"{content.label(name)}, row {number}"),)
            rule = "stands in a column without a name in row 1"
            content.findings.append(Finding(where, _text(cell), rule))
            return


def unknown_names(content: Content, names: Iterable[str]) -> None:
    """Note sheets whose names are nearly ours; others are a planner's own, and passed over."""
    for name in names:
        near = nearest(name, set(sheets()) - set(content.rows), cutoff=ALIKE)
        if name not in sheets() and near is not None:
            place = (Verbatim(content.label(name)),)
            content.findings.append(Finding(place, ABSENT, "is not a known table", near))


def _cell(value: object, kind: Kind) -> Cell:
    """Return what a cell stands for in a column of some kind; None for an empty one."""
    text = _text(value)
    if text is None:
        return None
    if kind == "text":
        return text
    if isinstance(value, bool | int | float):
        return value
    if kind == "switch":
        return {"true": True, "false": False}.get(text.lower(), text)
    number = as_number(text)
    return number if isinstance(number, int | float) else text


def _text(value: object) -> str | None:
    """Return a cell as text, a whole number without a point; None for an empty one."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = "" if value is None else str(value).strip()
    return text or None
