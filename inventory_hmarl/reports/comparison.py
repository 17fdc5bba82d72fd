"""A comparison as tables, as a document and as files."""

from __future__ import annotations

import errno
import json
import math
import platform
import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from inventory_hmarl.case import Case, case_to_dict
from inventory_hmarl.reports.catalogue import shown, written
from inventory_hmarl.reports.files import rows_writer
from inventory_hmarl.reports.made import write_said
from inventory_hmarl.reports.tables import printable, spread
from inventory_hmarl.studies.comparing import Comparison
from inventory_hmarl.studies.intervals import Interval
from inventory_hmarl.whole_files import Writer, text_writer

REAL, NOT_TOLD_APART = "real", "not told apart"
TABLE, MANIFEST = "comparison.csv", "manifest.json"
HEAD = (
    "alternative",
    "figure",
    "unit",
    "base_mean",
    "base_half_width",
    "mean",
    "half_width",
    "difference",
    "difference_half_width",
    "p_value",
    "adjusted_p_value",
    "verdict",
    "variance_removed",
)

Value = float | str | None


def verdict(comparison: Comparison, alternative: int, figure: int) -> str | None:
    """Return what is known of a difference; None where it is undefined."""
    if math.isnan(comparison.adjusted[alternative, figure]):
        return None
    return REAL if comparison.real[alternative, figure] else NOT_TOLD_APART


def rows(comparison: Comparison) -> Iterator[dict[str, Value]]:
    """Yield a row of `HEAD` for each alternative and figure; None where it is undefined."""
    of_base = (comparison.base_mean, comparison.base_half_width)
    of_pair = (
        comparison.mean,
        comparison.half_width,
        comparison.difference,
        comparison.difference_half_width,
        comparison.p_value,
        comparison.adjusted,
    )
    for alternative, name in enumerate(comparison.names):
        for number, figure in enumerate(comparison.figures):
            values = [_known(array[number]) for array in of_base]
            values += [_known(array[alternative, number]) for array in of_pair]
            unit = shown(figure).unit.replace("%", "share")
            told = verdict(comparison, alternative, number)
            removed = _known(comparison.variance_removed[alternative, number])
            line: tuple[Value, ...] = (name, figure, unit, *values, told, removed)
            yield dict(zip(HEAD, line, strict=True))


def _known(value: float) -> float | None:
    return None if math.isnan(value) else float(value)


def document(comparison: Comparison, about: Mapping[str, object]) -> dict[str, object]:
    """Return a comparison ready for JSON."""
    return {**about, "level": comparison.level, "comparisons": list(rows(comparison))}


def claim(folder: Path, hashes: Sequence[str], *, force: bool = False) -> None:
    """Make the folder, or see that what it holds is of the same cases.

    Raises `FileExistsError` for other results, unless `force`; `OSError` where no folder can be.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / MANIFEST
    if force or not path.exists():
        return
    if _hashes_in(path) != list(hashes):
        raise FileExistsError(
            errno.EEXIST, "holds results of other cases; --force replaces them", str(folder)
        )


def _hashes_in(path: Path) -> list[str] | None:
    try:
        return list(json.loads(path.read_text(encoding="utf-8"))["cases"].values())
    except (ValueError, KeyError, TypeError, AttributeError):
        return None  # some other file's


def write_comparison(
    folder: Path, comparison: Comparison, about: Mapping[str, object], cases: Iterable[Case]
) -> list[str]:
    """Write the table, each case and a manifest into a folder, all or none; return their names."""
    table, written = {TABLE: writer(comparison)}, case_writers(cases)
    manifest = dict(about) | {
        "level": comparison.level,
        "figures": list(comparison.figures),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "platform": platform.platform(),
        "command": _command(comparison, about, written),
    }
    write_said(folder, table, written, manifest)
    return [*table, *written, MANIFEST]


def writer(comparison: Comparison) -> Writer:
    """Return what writes the table."""
    return rows_writer(HEAD, [list(row.values()) for row in rows(comparison)])


def case_writers(cases: Iterable[Case]) -> dict[str, Writer]:
    """Return what writes each case, the base first, by its file."""
    writers = {}
    for number, case in enumerate(cases):
        content = case_to_dict(case, inline=True)
        text = json.dumps(content, ensure_ascii=False, allow_nan=False) + "\n"
        writers[case_file(number)] = text_writer(text)
    return writers


def case_file(number: int) -> str:
    """Return the name of a case's file: 0 is the base."""
    return f"alternative_{number}.json" if number else "base.json"


def _command(comparison: Comparison, about: Mapping[str, object], cases: Iterable[str]) -> str:
    """Return the command that makes the table again, in its folder."""
    words = ["inventory-hmarl", "compare", *cases]
    words += ["--replications", str(comparison.replications)]
    words += ["--confidence", str(comparison.level)]
    for figure in comparison.figures:
        words += ["--figure", figure]
    for name, usual in (("engine", "numpy"), ("precision", "exact")):
        words += [f"--{name}", str(about[name])] if about[name] != usual else []
    return shlex.join([*words, "--out", "."])


def tables(comparison: Comparison) -> Iterator[RenderableType]:
    """Yield a title and a table for each alternative."""
    for alternative, name in enumerate(comparison.names):
        yield Text(printable(f"{name} against {comparison.base}"), style="bold")
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
        table.add_column("Figure")
        for head in ("Base", "Alternative", "Difference", "p", "p, Holm"):
            table.add_column(head, justify="right", no_wrap=True)
        table.add_column("Verdict", no_wrap=True)
        table.add_column("Variance removed", justify="right")
        for number in range(len(comparison.figures)):
            table.add_row(*_cells(comparison, alternative, number))
        yield table


def _cells(comparison: Comparison, alternative: int, number: int) -> Iterator[str]:
    figure = comparison.figures[number]
    at = alternative, number
    yield shown(figure).label
    yield _spread(comparison.base_mean[number], comparison.base_half_width[number], figure)
    yield _spread(comparison.mean[at], comparison.half_width[at], figure)
    change = _spread(comparison.difference[at], comparison.difference_half_width[at], figure)
    yield f"+{change}" if comparison.difference[at] > 0 else change
    yield probability(_known(comparison.p_value[at]))
    yield probability(_known(comparison.adjusted[at]))
    yield verdict(comparison, *at) or "-"
    yield written(_known(comparison.variance_removed[at]), "share")


def _spread(mean: float, half_width: float, figure: str) -> str:
    return spread(Interval(_known(mean), _known(half_width), 0), figure)


def probability(value: float | None) -> str:
    """Return a p-value to four digits.

    >>> [probability(value) for value in (None, 0.04321, 1e-9)]
    ['-', '0.0432', '< 0.0001']
    """
    if value is None:
        return "-"
    return "< 0.0001" if value < 0.0001 else f"{value:.4f}"
