"""A study as a table on a screen, and as one JSON document."""

from __future__ import annotations

from collections.abc import Iterator

from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from inventory_hmarl.reports.catalogue import ordered
from inventory_hmarl.reports.document import Document
from inventory_hmarl.reports.tables import COLUMNS, NARROW, printable, spread
from inventory_hmarl.studies.hashes import hash_of_hashes
from inventory_hmarl.studies.sweeping import Sweep

MOST_ROWS = 60


def document(found: Sweep) -> Document:
    """Return what was varied, and the figures of each point: null where one is undefined.

    Its `points` is the list of those that are finished.
    """
    points = [
        {
            "point": row.point,
            "settings": row.settings,
            "figures": {name: dict(vars(row.figures[name])) for name in ordered(list(row.figures))},
        }
        for row in found.results.rows
    ]
    about = found.plan.identity() | {"results_sha256": hash_of_hashes(found.results.hashes())}
    return about | {"interrupted": found.interrupted, "points": points}


def table(found: Sweep) -> Iterator[RenderableType]:
    """Yield a title and the table of the points: what was varied, and the key figures."""
    results = found.results
    of_all = f" of {len(found.plan.study.points):,}" if found.interrupted else ""
    title = f"{found.plan.title or 'Case'}: {len(results.rows):,}{of_all} points"
    yield Text(printable(title), style="bold")
    if results.replications > 1:
        yield Text(
            f"Mean ± half-width of the 95 % interval over {results.replications:,} replications, "
            "the same customers at every point."
        )
    else:
        yield Text("One replication, the same customers at every point: no mean, and no interval.")
    made = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    made.add_column("Point", justify="right")
    for name in results.parameters:
        made.add_column(Text(printable(name)), justify="right", overflow="fold")
    for name in NARROW:
        made.add_column(COLUMNS[name], justify="right", no_wrap=True)
    for row in results.rows[:MOST_ROWS]:
        settings = (printable(str(value)) for value in row.settings.values())
        figures = (spread(row.figures[name], name) for name in NARROW)
        made.add_row(f"{row.point:,}", *settings, *figures)
    yield made
    if len(results.rows) > MOST_ROWS:
        yield Text(f"The first {MOST_ROWS} points; table.csv of --out DIR has all of them.")
