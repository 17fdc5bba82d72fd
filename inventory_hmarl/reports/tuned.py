"""What a tuning found: tables, one JSON document, a folder with the tuned case."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Sequence
from pathlib import Path

from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from inventory_hmarl.case import dump_toml
from inventory_hmarl.reports.catalogue import shown
from inventory_hmarl.reports.files import rows_writer
from inventory_hmarl.reports.made import Made, write
from inventory_hmarl.reports.tables import MOST_ROWS, printable
from inventory_hmarl.studies.holdout import Compared
from inventory_hmarl.studies.intervals import Interval
from inventory_hmarl.studies.objective import Target
from inventory_hmarl.studies.optimising import Optimised
from inventory_hmarl.studies.tunable import TunedLevel
from inventory_hmarl.studies.validation import Validation
from inventory_hmarl.whole_files import Writer, text_writer

CASE_FILE, LEVELS, FIGURES = "case.toml", "levels.csv", "figures.csv"
SHARES = frozenset({"unit_fill_rate", "alpha_period", "cycle_service_level", "ready_rate"})


def report(found: Optimised) -> Iterator[RenderableType]:
    """Yield the tables that a planner reads after a tuning."""
    yield levels_table(found.levels)
    yield _figures(found)
    yield _skus(found)
    if found.validation is not None and found.target is not None:
        yield _services(found, found.target, found.validation)
    yield from map(Text, sentences(found))


def sentences(found: Optimised) -> Iterator[str]:
    """Yield what the figures say, in words."""
    cost = found.holdout.network["total_cost"]
    gain = cost.difference.mean
    if gain is not None and cost.before.mean:
        better = "Beats" if gain < 0 else "Falls behind"
        width = cost.difference.half_width
        spread = "" if width is None else f" ± {width:,.2f}"
        share = abs(gain) / cost.before.mean
        sure = width is not None and abs(gain) > width
        yield (
            f"{better} the case's own levels by {abs(gain):,.2f}{spread} ({share:.1%}) on "
            f"{found.holdout.text}" + ("." if sure else "; less than the interval: not shown.")
        )
    if found.target is not None:
        yield from _reached(found, found.target)
    yield (
        f"{found.generations} generations, {found.chain_days:,} chain-days, {found.seconds:.0f} s; "
        f"ended: {found.ended}."
    )


def _reached(found: Optimised, target: Target) -> Iterator[str]:
    """Yield whether the service holds, and where that was looked at."""
    name = shown(target.figure).label
    served = _text(found.holdout.network[target.figure].after, share=True)
    yield f"{name}: {target.share:.1%} of every SKU was asked for; {served} on the holdout."
    short = ", ".join(found.short_of_target[:5])
    if found.validation is None:
        yield "Without chance there are no other customers: the service was made to hold in tuning."
        if short:
            yield printable(f"Not brought to the target: {short}; a cap or max_inventory may bind.")
    elif short:
        yield printable(
            f"Not shown to hold on {found.validation.text}: {short}; give more --replications or "
            "--generations, or see whether a cap or max_inventory binds."
        )
    else:
        yield f"It holds for every SKU on {found.validation.text}: each interval lies above."


def levels_document(levels: Sequence[TunedLevel]) -> list[dict[str, object]]:
    """Return levels as plain data for JSON."""
    return [dataclasses.asdict(level) for level in levels]


def levels_table(levels: Sequence[TunedLevel]) -> Table:
    """Return a table of levels before and after."""
    table = Table(box=box.SIMPLE_HEAD, title="Levels", title_justify="left")
    for head in ("Location", "SKU", "Parameter"):
        table.add_column(head)
    for head in ("Old", "New"):
        table.add_column(head, justify="right")
    for each in levels[:MOST_ROWS]:
        names = map(printable, (each.location, each.sku, each.parameter))
        table.add_row(*names, f"{each.before:g}", f"{each.after:g}")
    if len(levels) > MOST_ROWS:
        table.caption = f"{len(levels) - MOST_ROWS} more: --out or --json has all."
    return table


def _figures(found: Optimised) -> Table:
    title = f"Figures on {found.holdout.text}, mean ± half-width of the 95 % interval"
    table = Table(box=box.SIMPLE_HEAD, title=title, title_justify="left")
    table.add_column("Figure")
    for head in ("Before", "After", "Difference"):
        table.add_column(head, justify="right")
    for name, compared in found.holdout.network.items():
        table.add_row(shown(name).label, *_cells(name, compared))
    return table


def _skus(found: Optimised) -> Table:
    table = Table(box=box.SIMPLE_HEAD, title="Total cost by SKU", title_justify="left")
    table.add_column("SKU")
    for head in ("Before", "After", "Difference"):
        table.add_column(head, justify="right")
    for sku, compared in list(found.holdout.skus.items())[:MOST_ROWS]:
        table.add_row(printable(sku), *_cells("total_cost", compared["total_cost"]))
    return table


def _services(found: Optimised, target: Target, validation: Validation) -> Table:
    title = f"{shown(target.figure).label} by SKU, {target.share:.1%} asked for"
    table = Table(box=box.SIMPLE_HEAD, title=title, title_justify="left")
    table.add_column("SKU")
    held = found.holdout
    for head in ("Aimed at in tuning", f"On {validation.text}", f"On {held.text}"):
        table.add_column(head, justify="right")
    for sku, service in list(validation.service.items())[:MOST_ROWS]:
        cells = (_text(service, share=True), _text(held.skus[sku][target.figure].after, share=True))
        table.add_row(printable(sku), f"{validation.aims[sku]:.2%}", *cells)
    return table


def front_table(results: Sequence[Optimised]) -> Iterator[RenderableType]:
    """Yield the table of a cost-service front."""
    title = "Least holding and ordering cost at a service, on " + results[0].holdout.text
    table = Table(box=box.SIMPLE_HEAD, title=title, title_justify="left")
    for head in ("Asked for", "Reached", "Cost"):
        table.add_column(head, justify="right")
    for row in _front_rows(results):
        table.add_row(*row)
    yield table


def _front_rows(results: Sequence[Optimised]) -> Iterator[tuple[str, str, str]]:
    for number, found in enumerate(results):
        assert found.target is not None
        service = found.holdout.network[found.target.figure]
        cost = found.holdout.network["total_cost"]
        if number == 0:
            yield "own levels", _text(service.before, share=True), _text(cost.before)
        yield f"{found.target.share:.1%}", _text(service.after, share=True), _text(cost.after)


def _cells(name: str, compared: Compared) -> tuple[str, str, str]:
    share = name in SHARES
    return (
        _text(compared.before, share=share),
        _text(compared.after, share=share),
        _text(compared.difference, share=share, sign="+"),
    )


def _text(value: Interval, *, share: bool = False, sign: str = "") -> str:
    if value.mean is None:
        return "-"
    form = f"{sign},.2f"
    unit, scale = (" %", 100.0) if share else ("", 1.0)
    text = format(value.mean * scale, form)
    if value.half_width is not None:
        text += f" ± {value.half_width * scale:,.2f}"
    return text + unit


def document(found: Optimised) -> dict[str, object]:
    """Return a tuning as plain data for JSON."""
    return {
        "target": None if found.target is None else dataclasses.asdict(found.target),
        "ended": found.ended,
        "generations": found.generations,
        "chain_days": found.chain_days,
        "seconds": found.seconds,
        "short_of_target": list(found.short_of_target),
        "validation": None if found.validation is None else dataclasses.asdict(found.validation),
        "levels": levels_document(found.levels),
        "holdout": dataclasses.asdict(found.holdout),
    }


def write_tuned(folder: Path, results: Sequence[Optimised], by: Made) -> None:
    """Write the tuned case (of a front: one a share), its levels and figures; all or none."""
    write(folder, writers_of(results), by)


def writers_of(results: Sequence[Optimised]) -> dict[str, Writer]:
    """Return what writes each file of a tuning."""
    writers: dict[str, Writer] = {}
    for found in results:
        several = len(results) > 1 and found.target is not None
        share = f"_{found.target.share:g}" if several and found.target is not None else ""
        writers[CASE_FILE.replace(".", f"{share}.")] = text_writer(
            dump_toml(found.case, inline=True)
        )
    writers[LEVELS] = rows_writer(
        ("target", "location", "sku", "parameter", "before", "after"), _level_rows(results)
    )
    writers[FIGURES] = rows_writer(
        ("target", "sku", "figure", *(f"{n}{e}" for n in _KINDS for e in ("", "_half_width"))),
        _figure_rows(results),
    )
    return writers


_KINDS = ("before", "after", "difference")


def _level_rows(results: Sequence[Optimised]) -> Iterator[tuple[object, ...]]:
    for found in results:
        share = None if found.target is None else found.target.share
        for level in found.levels:
            yield (share, *dataclasses.astuple(level))


def _figure_rows(results: Sequence[Optimised]) -> Iterator[tuple[object, ...]]:
    for found in results:
        share = None if found.target is None else found.target.share
        groups = {"": found.holdout.network, **found.holdout.skus}
        for sku, figures in groups.items():
            for name, compared in figures.items():
                cells = [getattr(compared, kind) for kind in _KINDS]
                yield (share, sku, name, *(c for each in cells for c in _pair(each)))


def _pair(value: Interval) -> tuple[object, object]:
    return value.mean, value.half_width
