"""Files that are written whole, or not at all."""

from __future__ import annotations

import contextlib
import csv
import errno
import math
import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TextIO

Writer = Callable[[TextIO], None]


def write_files(folder: Path, writers: Mapping[str, Writer]) -> None:
    """Write several files into a folder: all of them, in their order, or none.

    Each is written beside its place, down to the disk, and renamed when all are complete. Raises
    `OSError`, which names the file, on a full or read-only disk.
    """
    complete: dict[str, Path] = {}
    try:
        for name, writer in writers.items():
            complete[name] = folder / f".{name}.{os.getpid()}.tmp"
            _write(complete[name], folder / name, writer)
        for name, path in complete.items():
            path.replace(folder / name)
        _keep_names(folder)
    finally:
        for path in complete.values():
            with contextlib.suppress(OSError):  # what went wrong is told already
                path.unlink(missing_ok=True)


def write_file(path: Path, text: str, *, force: bool = False) -> None:
    """Write one file; raises `FileExistsError` where there is one, unless `force`."""
    if path.exists() and not force:
        raise FileExistsError(errno.EEXIST, "exists already; --force replaces it", str(path))
    write_files(path.parent, {path.name: text_writer(text)})


def text_writer(text: str) -> Writer:
    """Return what writes a text."""

    def write(stream: TextIO) -> None:
        stream.write(text)

    return write


def rows_writer(head: Iterable[str], rows: Iterable[Iterable[object]]) -> Writer:
    """Return what writes a CSV table; None and NaN become empty cells."""

    def write(stream: TextIO) -> None:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(head)
        writer.writerows([cell(value) for value in row] for row in rows)

    return write


def cell(value: object) -> object:
    """Return a number in the shortest form that reads back as the same one; nothing for NaN.

    >>> [cell(value) for value in (2.0, 0.1, float("nan"), None, "milk")]
    [2, 0.1, None, None, 'milk']
    """
    if isinstance(value, float):
        if math.isnan(value):
            return None
        return int(value) if value.is_integer() else value
    return value


def _write(path: Path, place: Path, writer: Writer) -> None:
    try:
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer(stream)
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as error:
        raise OSError(error.errno, f"cannot be written: {error.strerror}", str(place)) from error


def _keep_names(folder: Path) -> None:
    """Bring the folder's list of names to the disk, on systems that open folders."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
