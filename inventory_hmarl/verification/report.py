"""The rows of a verification as text: JSON, and the table of `docs/verification.md`."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path

from inventory_hmarl.verification.case_files import verification_cases
from inventory_hmarl.verification.engine_cases import EngineRow
from inventory_hmarl.verification.runner import Row
from inventory_hmarl.verification.statistics import MAPPING

BEGIN = "<!-- written by `inventory-hmarl verify --markdown`: do not edit -->"
BEGIN_ENGINES = "<!-- written by `inventory-hmarl verify --engines --markdown`: do not edit -->"
END = "<!-- end -->"
MISSING = "its table is written between the lines {begin!r} and {end!r}, which it must have once"


def as_document(rows: Sequence[Row]) -> dict[str, object]:
    """Return all there is to say, ready for JSON."""
    return {
        "passed": all(row.passed for row in rows),
        "rows": [dataclasses.asdict(row) for row in rows],
    }


def number(value: float) -> str:
    """Return a number with the digits that matter.

    >>> [number(x) for x in (7.123, 0.0, 1380.0, 0.00021)]
    ['7.123', '0', '1380', '0.00021']
    """
    return f"{value:.7g}"


def error(value: float) -> str:
    """Return a standard error: two digits are plenty."""
    return f"{value:.2g}"


def deviation(row: Row) -> str:
    """Return by how many standard errors a figure is off."""
    return "exact" if row.z is None else f"{row.z:+.2f}"


def markdown(rows: Sequence[Row]) -> str:
    """Return the table of the documentation, in Markdown."""
    lines = [
        "| case | figure | expected | measured | standard error | z | verdict | measured days |",
        "|---|---|---:|---:|---:|---:|---|---:|",
    ]
    lines += [
        f"| {row.case} | {row.figure} | {number(row.expected)} | {number(row.measured)} "
        f"| {error(row.standard_error)} | {deviation(row)} | {row.verdict} "
        f"| {row.replications:,} x {row.days:,} |"
        for row in rows
    ]
    shown = {row.case: row for row in rows}
    lines += ["", "| case | what | who says so | their convention, and ours |", "|---|---|---|---|"]
    for name, row in shown.items():
        case = verification_cases().get(name)
        mapping = MAPPING if case is None else case.mapping
        source = row.source if case is None else case.source
        lines.append(f"| {name} | {row.title} | {source} | {mapping} |")
    return "\n".join(lines)


def engines_document(rows: Sequence[EngineRow]) -> dict[str, object]:
    """Return what there is to say about the engines, ready for JSON."""
    return {
        "passed": not any(row.differing for row in rows),
        "rows": [dataclasses.asdict(row) for row in rows],
    }


def engines_markdown(rows: Sequence[EngineRow]) -> str:
    """Return the table of the engines' agreement, in Markdown."""
    lines = ["| what | cases | numbers compared | cases that differ |", "|---|---:|---:|---:|"]
    lines += [f"| {r.what} | {r.cases:,} | {r.numbers:,} | {len(r.differing):,} |" for r in rows]
    return "\n".join(lines)


def write_markdown(table: str, path: Path, begin_marker: str = BEGIN) -> None:
    """Replace what stands between two markers of a Markdown file.

    Raises
    ------
    ValueError
        The file does not have each marker once.
    """
    text = path.read_text(encoding="utf-8")
    before, begin, rest = text.partition(begin_marker)
    _, end, after = rest.partition(END)
    if not begin or not end or begin_marker in after:
        raise ValueError(f"{path}: {MISSING.format(begin=begin_marker, end=END)}")
    text = f"{before}{begin}\n\n{table}\n\n{end}{after}"
    path.write_text(text, encoding="utf-8", newline="\n")
