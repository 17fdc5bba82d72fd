"""A delimited text file, read with bounded memory per line."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from itertools import count
from typing import IO, TYPE_CHECKING, TypeVar

import numpy as np
import numpy.typing as npt

from inventory_hmarl.calibration.errors import Faults, HistoryError, file_error, missing_name

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

Parsed = TypeVar("Parsed")
Number = TypeVar("Number", bound=np.generic)

LONGEST_LINE = 1_000_000  # bytes
SEPARATORS = (",", ";", "\t", "|")
UTF8_MARK = b"\xef\xbb\xbf"
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True)
class Table:
    """Named columns of text, and the file row (header = 1) that each entry stands in."""

    file: Path
    columns: dict[str, tuple[str, ...]]
    rows: tuple[int, ...]
    faults: Faults

    def parse(self, column: str, parse: Callable[[str], Parsed]) -> dict[str, Parsed]:
        """Parse each different text of a column once; a ``ValueError`` becomes a fault."""
        good: dict[str, Parsed] = {}
        bad: dict[str, str] = {}
        for text in dict.fromkeys(self.columns[column]):
            try:
                good[text] = parse(text)
            except ValueError as fault:
                bad[text] = str(fault)
        if bad:
            for row, text in zip(self.rows, self.columns[column], strict=True):
                if text in bad:
                    self.faults.add(row, column, text, bad[text])
        return good

    def array(
        self,
        column: str,
        values: dict[str, int] | dict[str, float],
        absent: float,
        dtype: type[Number],
    ) -> npt.NDArray[Number]:
        """One number per row, shape (rows,); ``absent`` where the text has no value."""
        texts = self.columns[column]
        return np.fromiter((values.get(text, absent) for text in texts), dtype, len(texts))

    def fault_at(self, positions: npt.NDArray[np.intp], column: str, rule: str) -> None:
        """Record a fault for each position (index into the rows, not a file row)."""
        for position in positions.tolist():
            self.faults.add(self.rows[position], column, self.columns[column][position], rule)


@dataclass(frozen=True)
class Header:
    """The columns of a file and the character that separates them."""

    file: Path
    columns: tuple[str, ...]
    separator: str

    def require(self, *names: str) -> None:
        """Raise ``HistoryError`` for columns that are not there, or are there twice."""
        faults = Faults(self.file)
        for name in dict.fromkeys(names):
            if name not in self.columns:
                faults.add(1, None, None, missing_name(name, self.columns))
            elif self.columns.count(name) > 1:
                faults.add(1, name, None, "appears more than once in the header")
        faults.raise_if_any()


def read_header(file: Path) -> Header:
    """Read the first line, and find the separator among comma, semicolon, tab and bar."""
    try:
        with file.open("rb") as stream:
            line = next(_lines(stream, Faults(file), strict=True), "")
    except OSError as fault:
        raise file_error(file, f"cannot be read: {fault.strerror or fault}") from fault
    if not line.strip():
        raise file_error(file, "is empty, or its first row is; it needs a header row", row=1)
    separator = max(SEPARATORS, key=lambda mark: len(_split(line, mark)))
    return Header(file, tuple(name.strip() for name in _split(line, separator)), separator)


def read_table(header: Header, names: Sequence[str]) -> Table:
    """Read the named columns; faults of single rows are kept in ``Table.faults``.

    Raises ``HistoryError`` at once where reading on makes no sense: an endless line, a quote that
    is never closed, a file without rows.
    """
    header.require(*names)
    faults = Faults(header.file)
    try:
        with header.file.open("rb") as stream:
            rows, records = _records(_lines(stream, faults), header, faults)
    except OSError as fault:
        raise file_error(header.file, f"cannot be read: {fault.strerror or fault}") from fault
    if not records:
        faults.raise_if_any()
        raise file_error(header.file, "has a header but no rows")
    texts = tuple(zip(*records, strict=True))
    columns = {name: texts[header.columns.index(name)] for name in names}
    return Table(header.file, columns, tuple(rows), faults)


def _records(
    lines: Iterator[str], header: Header, faults: Faults
) -> tuple[list[int], list[list[str]]]:
    reader = csv.reader(lines, delimiter=header.separator, strict=True)
    width = len(header.columns)
    rows: list[int] = []
    records: list[list[str]] = []
    try:
        next(reader)
        for record in reader:
            if len(record) == width:
                rows.append(reader.line_num)
                records.append(record)
            elif record:
                faults.add(reader.line_num, None, None, f"has {len(record)} fields, not {width}")
    except csv.Error as fault:
        faults.add(reader.line_num, None, None, f"cannot be split into fields: {fault}")
        raise faults.error() from fault
    return rows, records


def _lines(stream: IO[bytes], faults: Faults, *, strict: bool = False) -> Iterator[str]:
    """Decode line by line; never hold more than one line of LONGEST_LINE."""
    for row in count(1):
        raw = stream.readline(LONGEST_LINE + 1)
        if not raw:
            return
        if len(raw) > LONGEST_LINE:
            faults.add(row, None, None, f"is longer than {LONGEST_LINE:,} bytes")
            raise faults.error()
        yield _decoded(raw, row, faults, strict=strict)


def _decoded(raw: bytes, row: int, faults: Faults, *, strict: bool) -> str:
    if row == 1 and raw.startswith(UTF16_MARKS):
        raise file_error(faults.file, "is UTF-16 text; save it as UTF-8", row=1)
    if row == 1:
        raw = raw.removeprefix(UTF8_MARK)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as fault:
        faults.add(row, None, None, f"has a byte 0x{raw[fault.start]:02x} that is not UTF-8 text")
        if strict:
            raise faults.error() from fault
        return raw.decode("utf-8", "replace")


def _split(line: str, separator: str) -> list[str]:
    try:
        return next(csv.reader([line], delimiter=separator), [])
    except csv.Error:
        return []


__all__ = ["LONGEST_LINE", "Header", "HistoryError", "Table", "read_header", "read_table"]
