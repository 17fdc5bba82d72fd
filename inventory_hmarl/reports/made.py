"""A folder of tables, the case that they were made from, and the command that makes them again."""

from __future__ import annotations

import errno
import hashlib
import json
import platform
import shlex
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import numpy as np

from inventory_hmarl._version import __version__
from inventory_hmarl.case import Case, case_to_dict
from inventory_hmarl.reports.files import hashing
from inventory_hmarl.studies.hashes import hash_of_hashes
from inventory_hmarl.whole_files import Writer, text_writer, write_files

CASE_FILE, MANIFEST = "base.json", "manifest.json"

Manifest = Mapping[str, object]


@dataclass(frozen=True)
class Made:
    """What made some tables."""

    command: str  # of the command line, such as "risk"
    case: Case  # with the days and the seed that were asked for
    options: Mapping[str, object]  # by their long names, such as "outage-days"; None: left out
    interrupted: bool = False  # by Ctrl-C, so that the command makes more than this


def claim(folder: Path, names: Iterable[str], *, force: bool) -> None:
    """Make the folder; raises `FileExistsError` where it has one of some files, unless `force`."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in (*names, MANIFEST):
        if (folder / name).exists() and not force:
            raise FileExistsError(
                errno.EEXIST, "exists already; --force replaces it", str(folder / name)
            )


def write(folder: Path, writers: Mapping[str, Writer], made: Made) -> None:
    """Write tables, case and manifest: all or none."""
    content = case_to_dict(made.case, inline=True)
    case = json.dumps(content, ensure_ascii=False, allow_nan=False) + "\n"
    manifest = {
        "kind": made.command,
        "version": __version__,
        "case_sha256": hashlib.sha256(case.encode()).hexdigest(),
        "seed": made.case.seed,
        "days": made.case.days,
        "warmup_days": made.case.warmup_days,
        "options": dict(made.options),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "platform": platform.platform(),
        "command": shlex.join(_words(made)),
        "interrupted": made.interrupted,
    }
    write_said(folder, writers, {CASE_FILE: text_writer(case)}, manifest)


def write_said(
    folder: Path, tables: Mapping[str, Writer], others: Mapping[str, Writer], manifest: Manifest
) -> None:
    """Write tables and other files, all or none, and last a manifest with the tables' hashes."""
    hashes: dict[str, str] = {}
    writers = {name: hashing(writer, name, hashes) for name, writer in tables.items()}

    def say(stream: TextIO) -> None:
        found = {"results": hashes, "results_sha256": hash_of_hashes(hashes)}
        content = dict(manifest) | {"files": [*tables, *others, MANIFEST], **found}
        stream.write(json.dumps(content, ensure_ascii=False, indent=2) + "\n")

    write_files(folder, {**writers, **others, MANIFEST: say})


def _words(made: Made) -> Iterator[str]:
    """Yield the words of the command that writes the same into the folder that it stands in."""
    yield from ("inventory-hmarl", made.command, CASE_FILE)
    for name, value in made.options.items():
        if value is True:
            yield f"--{name}"
        elif value is not None and value is not False:
            yield from (f"--{name}", str(value))
    yield from ("--out", ".", "--force")
