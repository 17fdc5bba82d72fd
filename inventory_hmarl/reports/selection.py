"""The choice of the best case as a table, a sentence, a document and files."""

from __future__ import annotations

import platform
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import numpy as np
from rich import box
from rich.table import Table

from inventory_hmarl.case import Case
from inventory_hmarl.reports.catalogue import shown
from inventory_hmarl.reports.comparison import case_writers
from inventory_hmarl.reports.files import rows_writer
from inventory_hmarl.reports.made import write_said
from inventory_hmarl.reports.tables import printable, spread
from inventory_hmarl.studies.intervals import Interval
from inventory_hmarl.studies.selection import Selection
from inventory_hmarl.whole_files import Writer

KIND = "compare --best"
TABLE = "selection.csv"
HEAD = ("case", "figure", "mean", "half_width", "replications", "status")


def rows(found: Selection) -> Iterator[dict[str, object]]:
    """Yield a row of `HEAD` for each case."""
    for number, name in enumerate(found.names):
        status = "best" if name == found.best else "ruled out"
        if found.procedure == "OCBA" and name != found.best:
            status = "not chosen"
        elif name != found.best and name in found.remaining:
            status = "not told apart"
        values = (
            name,
            found.figure,
            float(found.mean[number]),
            float(found.half_width[number]),
            int(found.replications[number]),
            status,
        )
        yield dict(zip(HEAD, values, strict=True))


def document(found: Selection, about: Mapping[str, object]) -> dict[str, object]:
    """Return a choice ready for JSON."""
    return {
        **about,
        "best": found.best,
        "procedure": found.procedure,
        "indifference": found.indifference,
        "confidence": found.confidence,
        "interrupted": found.interrupted,
        "alternatives": list(rows(found)),
    }


def writer(found: Selection) -> Writer:
    """Return what writes the table."""
    return rows_writer(HEAD, [list(row.values()) for row in rows(found)])


def write_selection(
    folder: Path,
    found: Selection,
    about: Mapping[str, object],
    wanted: Mapping[str, object],
    cases: Iterable[Case],
) -> None:
    """Write the table, the cases and a manifest into a folder, all or none.

    `wanted` is what was asked of `select_best`.
    """
    table, written = {TABLE: writer(found)}, case_writers(cases)
    manifest = document(found, about) | {
        "kind": KIND,
        "wanted": dict(wanted),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "platform": platform.platform(),
    }
    write_said(folder, table, written, manifest)


def table(found: Selection) -> Table:
    """Return the table of all cases."""
    answer = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    answer.add_column("Case", overflow="fold")
    for head in (shown(found.figure).label, "Replications"):
        answer.add_column(head, justify="right", no_wrap=True)
    answer.add_column("", no_wrap=True)
    for number, row in enumerate(rows(found)):
        value = Interval(float(found.mean[number]), float(found.half_width[number]), 0)
        answer.add_row(
            printable(found.names[number]),
            spread(value, found.figure),
            f"{found.replications[number]:,}",
            str(row["status"]),
        )
    return answer


def conclusion(found: Selection) -> str:
    """Return what may be said of the choice."""
    name = printable(found.best)
    if found.procedure == "OCBA":
        return (
            f"Best: {name}; the chance that it is, is estimated at "
            f"{100 * (found.confidence or 0.0):.1f} % or more (OCBA)."
        )
    if found.confidence is None:
        return (
            f"Best so far: {name}; {len(found.remaining)} cases remain, and nothing is guaranteed: "
            "give more --replications, or a larger --indifference."
        )
    return (
        f"Best: {name}, with probability {100 * found.confidence:g} % or more wherever the best is "
        f"{found.indifference:g} better than all others (Kim and Nelson)."
    )
