"""Files that are written whole, or not at all. Standard library only; any layer may use it."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TextIO

Writer = Callable[[TextIO], None]


def write_files(
    folder: Path, writers: Mapping[str, Writer], *, remove_first: Iterable[str] = ()
) -> None:
    """Write several files into a folder: all of them, in their order, or none.

    Each is written beside its place, down to the disk, and renamed when all are complete; older
    files named in `remove_first` go just before that. Raises `OSError`, which names the file, on a
    full or read-only disk.
    """
    complete: dict[str, Path] = {}
    try:
        for name, writer in writers.items():
            complete[name] = folder / f".{name}.{os.getpid()}.tmp"
            _write(complete[name], folder / name, writer)
        for name in remove_first:
            (folder / name).unlink(missing_ok=True)
        for name, path in complete.items():
            path.replace(folder / name)
        _keep_names(folder)
    finally:
        for path in complete.values():
            with contextlib.suppress(OSError):  # what went wrong is told already
                path.unlink(missing_ok=True)


def write_bytes(path: Path, content: bytes) -> None:
    """Write one file whole, down to the disk, or not at all; raises `OSError`, which names it."""
    beside = path.parent / f".{path.name}.{os.getpid()}.tmp"
    try:
        try:
            with beside.open("wb") as stream:
                stream.write(content)
                stream.flush()
                os.fsync(stream.fileno())
            beside.replace(path)
        except OSError as error:
            raise _named(error, path) from error
        _keep_names(path.parent)
    finally:
        with contextlib.suppress(OSError):  # what went wrong is told already
            beside.unlink(missing_ok=True)


def text_writer(text: str) -> Writer:
    """Return what writes a text."""

    def write(stream: TextIO) -> None:
        stream.write(text)

    return write


def bytes_writer(content: bytes) -> Writer:
    """Return what writes bytes, such as a workbook's."""

    def write(stream: TextIO) -> None:
        stream.buffer.write(content)

    return write


def _write(path: Path, place: Path, writer: Writer) -> None:
    try:
        with path.open("w", encoding="utf-8", newline="") as stream:
            writer(stream)
            stream.flush()
            os.fsync(stream.fileno())
    except OSError as error:
        raise _named(error, place) from error


def _named(error: OSError, place: Path) -> OSError:
    return OSError(error.errno, f"cannot be written: {error.strerror or error}", str(place))


def _keep_names(folder: Path) -> None:
    """Bring the folder's list of names to the disk, on systems that open folders."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
