"""The results folder: tables of every figure, the case, and how to make them again."""

from __future__ import annotations

import errno
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TextIO

import numpy as np

from inventory_hmarl.case.tables import WORKBOOK
from inventory_hmarl.case.tables.apart import LARGEST_EXACT
from inventory_hmarl.core.horizon import DAILY
from inventory_hmarl.extras import needed
from inventory_hmarl.reports.catalogue import shown
from inventory_hmarl.reports.events import COLUMNS, events
from inventory_hmarl.reports.figures import Figures, Section
from inventory_hmarl.reports.files import hashing, rows_writer
from inventory_hmarl.reports.manifest import CASE_FILE, Request, about, manifest
from inventory_hmarl.reports.workbook import Table, write_workbook
from inventory_hmarl.simulation import Run
from inventory_hmarl.whole_files import Writer, text_writer, write_files

MANIFEST = "manifest.json"
KIND = "run"
EVENTS = "events.csv"
FILES = ("kpis.csv", "locations.csv", "skus.csv", "points.csv", "daily.csv", CASE_FILE, EVENTS)


def claim(folder: Path, request: Request, *, force: bool = False) -> None:
    """Make the folder, or see that its results are of the same case.

    Raises `FileExistsError` for results of another case, unless `force`; `OSError` where a folder
    cannot be.
    """
    if folder.suffix == WORKBOOK:
        needed("openpyxl", "excel", f"Writing {folder.name}")
        if folder.exists() and not force:
            raise FileExistsError(errno.EEXIST, "exists already; --force replaces it", str(folder))
        return
    folder.mkdir(parents=True, exist_ok=True)
    found = _manifest_in(folder)
    if found.get("kind", KIND) != KIND:
        raise FileExistsError(
            errno.EEXIST, "holds a study, not a run: choose another folder", str(folder)
        )
    if force or not any((folder / name).exists() for name in (*FILES, MANIFEST)):
        return
    if found.get("case_sha256") != request.case_hash:
        raise FileExistsError(
            errno.EEXIST, "holds results of another case; --force replaces them", str(folder)
        )


def _manifest_in(folder: Path) -> dict[str, object]:
    try:
        content = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}


def write_results(
    place: Path, run: Run, figures: Figures, request: Request, *, force: bool = False
) -> None:
    """Write the results of a run into a folder or, if its name says so, a workbook."""
    if place.suffix == WORKBOOK:
        write_workbook(place, _sheets(run, figures, request), force=force)
    else:
        write_folder(place, run, figures, request)


def _sheets(run: Run, figures: Figures, request: Request) -> dict[str, Table]:
    """Return the sheets of a workbook of results: what the folder holds, but for the case."""
    told = [(name, _text(value)) for name, value in about(request).items()]
    sections = {"locations": figures.locations, "skus": figures.skus, "points": figures.points}
    return {
        "about": [("what", "value"), *told],
        "kpis": [("figure", "unit", *_STATISTICS), *_kpis(figures)],
        **{name: _rows(section, figures.replications) for name, section in sections.items()},
        "daily": [("day", "level", *DAILY), *_daily(run)],
    }


def write_folder(folder: Path, run: Run, figures: Figures, request: Request) -> list[str]:
    """Write the results of a run, all files or none; return their names. `claim` comes first."""
    hashes: dict[str, str] = {}
    writers = {
        name: hashing(writer, name, hashes) for name, writer in tables(run, figures, request)
    }
    writers[CASE_FILE] = text_writer(request.case_text)
    names = [*writers, MANIFEST]

    def write_manifest(stream: TextIO) -> None:  # written last, when the hashes are known
        stream.write(manifest(request, names, hashes))

    writers[MANIFEST] = write_manifest
    write_files(folder, writers)
    if not request.events:
        (folder / EVENTS).unlink(missing_ok=True)  # of an earlier run
    return names


def tables(run: Run, figures: Figures, request: Request) -> Iterator[tuple[str, Writer]]:
    """Yield the name of each table of a run, and what writes it."""
    writers: dict[str, Writer] = {
        "kpis.csv": rows_writer(("figure", "unit", *_STATISTICS), _kpis(figures)),
        "locations.csv": _section(figures.locations, figures.replications),
        "skus.csv": _section(figures.skus, figures.replications),
        "points.csv": _section(figures.points, figures.replications),
        "daily.csv": rows_writer(("day", "level", *DAILY), _daily(run)),
    }
    yield from writers.items()
    if request.events:
        yield EVENTS, rows_writer(COLUMNS, events(run))


def _text(value: object) -> object:
    """Return a value as a cell: a list as text, and a seed too, of which Excel keeps 15 digits."""
    if isinstance(value, list):
        return " + ".join(value)
    return str(value) if isinstance(value, int) and value > LARGEST_EXACT else value


_STATISTICS = ("mean", "half_width", "undefined")


def _kpis(figures: Figures) -> Iterator[tuple[object, ...]]:
    for name, value in figures.network.items():
        unit = shown(name).unit.replace("%", "share")
        yield name, unit, value.mean, value.half_width, value.undefined


def _section(section: Section, replications: int) -> Writer:
    """Return what writes a row a group; with replications, half-widths stand beside the means."""
    rows = _rows(section, replications)
    return rows_writer(map(str, rows[0]), rows[1:])


def _rows(section: Section, replications: int) -> list[Sequence[object]]:
    head, columns = list(section.heads), []
    for name, values in section.columns.items():
        head.append(name)
        columns.append(values.mean.tolist())
        if replications > 1:
            head.append(f"{name}_half_width")
            columns.append(values.half_width.tolist())
    return [head, *map(_joined, section.keys, zip(*columns, strict=True))]


def _joined(key: tuple[str, ...], values: tuple[float, ...]) -> tuple[object, ...]:
    return (*key, *values)


def _daily(run: Run) -> Iterator[tuple[object, ...]]:
    """Yield the units of each day and level, means over the replications, warm-up included."""
    assert run.outcome.daily is not None
    means = np.asarray(run.outcome.daily.mean(axis=-1))  # (days, quantities, levels)
    for day, levels in enumerate(means.swapaxes(1, 2).tolist(), start=1):
        for level, values in enumerate(levels):
            yield day, level, *values
