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

import numpy as np

from inventory_hmarl._version import __version__
from inventory_hmarl.case import Case, case_to_dict
from inventory_hmarl.whole_files import Writer, text_writer, write_files

CASE_FILE, MANIFEST = "base.json", "manifest.json"


@dataclass(frozen=True)
class Made:
    """What made some tables."""

    command: str  # of the command line, such as "risk"
    case: Case  # with the days and the seed that were asked for
    options: Mapping[str, object]  # by their long names, such as "outage-days"; None: left out


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
    files = [*writers, CASE_FILE, MANIFEST]
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
        "files": files,
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=2) + "\n"
    named = {CASE_FILE: text_writer(case), MANIFEST: text_writer(text)}
    write_files(folder, {**writers, **named})


def _words(made: Made) -> Iterator[str]:
    """Yield the words of the command that writes the same into the folder that it stands in."""
    yield from ("inventory-hmarl", made.command, CASE_FILE)
    for name, value in made.options.items():
        if value is True:
            yield f"--{name}"
        elif value is not None and value is not False:
            yield from (f"--{name}", str(value))
    yield from ("--out", ".", "--force")
