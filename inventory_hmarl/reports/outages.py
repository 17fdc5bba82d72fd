"""What outages do, as a table, sentences, a document and a CSV file."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence

from rich import box
from rich.table import Table

from inventory_hmarl.reports.files import rows_writer
from inventory_hmarl.reports.tables import printable
from inventory_hmarl.studies.intervals import Interval
from inventory_hmarl.studies.risk import Outage, Risks
from inventory_hmarl.whole_files import Writer

RISK = "risk.csv"
VALUES = ("units_lost", "value_lost", "days_to_survive", "days_to_recover")


def table(found: Risks, outage_days: int) -> Table:
    """Return the table of all outages."""
    title = f"Outages of {outage_days} days, worst first"
    answer = Table(box=box.SIMPLE_HEAD, title=title, title_justify="left")
    answer.add_column("Location or lane")
    for head in ("Units lost", "Value lost", "Exposure", "Days to survive", "Days to recover"):
        answer.add_column(head, justify="right")
    for row in found.rows:
        answer.add_row(
            printable(_name(row.outage)),
            _text(row.units_lost),
            _text(row.value_lost),
            "-" if row.exposure is None else f"{row.exposure:.2f}",
            _text(row.days_to_survive, bound=row.survived > 0),
            _text(row.days_to_recover, bound=row.unrecovered > 0),
        )
    return answer


def sentences(found: Risks, stops: Sequence[str] = ()) -> Iterator[str]:
    """Yield what is left out, and how to read the table."""
    if found.left_out:
        names = printable(", ".join(map(_name, found.left_out)))
        yield f"Left out, as nothing there can stop: {names}."
    if found.unfinished:
        names = printable(", ".join(map(_name, found.unfinished)))
        yield f"Not finished: {names}."
    what = (
        f"{', '.join(stops)} stop"
        if stops
        else "nothing leaves a location or is received there; on a lane nothing moves"
    )
    yield f"An outage: {what}. > : not reached within the days in some replications."


def document(found: Risks, outage_days: int) -> dict[str, object]:
    """Return the outages ready for JSON."""
    return {"outage_days": outage_days, **dataclasses.asdict(found)}


def writer(found: Risks) -> Writer:
    """Return what writes a row an outage as CSV."""
    head = ["source", "destination"]
    head += [name for value in VALUES for name in (value, f"{value}_half_width")]
    return rows_writer([*head, "survived", "unrecovered", "exposure"], _rows(found))


def _rows(found: Risks) -> Iterator[tuple[object, ...]]:
    for row in found.rows:
        values: list[Interval] = [getattr(row, name) for name in VALUES]
        cells = [cell for value in values for cell in (value.mean, value.half_width)]
        counts = (row.survived, row.unrecovered, row.exposure)
        yield (row.outage.source, row.outage.destination, *cells, *counts)


def _name(outage: Outage) -> str:
    if outage.destination is None:
        return outage.source
    return f"{outage.source} -> {outage.destination}"


def _text(value: Interval, *, bound: bool = False) -> str:
    if value.mean is None:
        return "-"
    width = "" if value.half_width is None else f" ± {value.half_width:,.1f}"
    return f"{'> ' if bound else ''}{value.mean:,.1f}{width}"
