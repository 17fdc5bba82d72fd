"""Bytes of a file as text, or a fault that says why not."""

from __future__ import annotations

from pathlib import Path

from inventory_hmarl.case.faults import ABSENT, CaseError, Fault

LARGEST_CASE = 64 * 2**20  # bytes
LARGEST_RECORD = 2**31


def checked_size(path: Path, largest: int) -> None:
    """Raise `CaseError` unless a path is a file of a size that can be read."""
    try:
        size = path.stat().st_size
        regular = path.is_file()
    except (OSError, ValueError) as error:
        raise unreadable(path, error) from error
    if not regular:
        raise fault(path, "is not a file")
    if size > largest:
        raise fault(path, f"has {size:,} bytes; at most {largest:,} are read")


def read_text(path: Path, largest: int = LARGEST_CASE) -> str:
    """Return the text of a file; `CaseError` if it is missing, too large or not UTF-8."""
    checked_size(path, largest)
    try:
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise unreadable(path, error) from error
    except UnicodeDecodeError as error:
        raise fault(path, f"is not text in UTF-8: {error.reason} at byte {error.start}") from error


def unreadable(path: Path, error: Exception) -> CaseError:
    """Return the error for a file that cannot be opened."""
    if isinstance(error, FileNotFoundError):
        return fault(path, "there is no such file")
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return fault(path, f"cannot be read: {reason}")


def fault(path: Path, rule: str) -> CaseError:
    """Return an error about a file as a whole."""
    return CaseError([Fault(str(path)[:500], ABSENT, rule)])
