"""CSV tables, and single files that are not replaced unasked."""

from __future__ import annotations

import csv
import errno
import hashlib
import math
from collections.abc import Iterable
from pathlib import Path
from typing import TextIO, cast

from inventory_hmarl.whole_files import Writer, text_writer, write_files


def write_file(path: Path, text: str, *, force: bool = False) -> None:
    """Write one file; raises `FileExistsError` where there is one, unless `force`."""
    if path.exists() and not force:
        raise FileExistsError(errno.EEXIST, "exists already; --force replaces it", str(path))
    write_files(path.parent, {path.name: text_writer(text)})


class _Tee:
    """A stream that hashes what is written, and passes it on to another, if there is one."""

    def __init__(self, stream: TextIO | None) -> None:
        self.stream, self.digest = stream, hashlib.sha256()

    def write(self, text: str) -> int:
        self.digest.update(text.encode())
        return len(text) if self.stream is None else self.stream.write(text)


def hashing(writer: Writer, name: str, hashes: dict[str, str]) -> Writer:
    """Return a writer that puts the SHA-256 of what it writes into `hashes`."""

    def write(stream: TextIO) -> None:
        tee = _Tee(stream)
        writer(cast(TextIO, tee))
        hashes[name] = tee.digest.hexdigest()

    return write


def hash_of(writer: Writer) -> str:
    """Return the SHA-256 of what a writer would write."""
    tee = _Tee(None)
    writer(cast(TextIO, tee))
    return tee.digest.hexdigest()


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
