"""One process at a time works on a folder; the lock goes with the process, however it ends."""

from __future__ import annotations

import contextlib
import importlib.util
import os
from collections.abc import Iterator
from pathlib import Path

from inventory_hmarl.studies.errors import StudyError

LOCK = ".lock"


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold a folder; raises `StudyError` where another process does.

    Where the system has no `flock` (Windows), nothing is held.
    """
    handle = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        if importlib.util.find_spec("fcntl") is not None:
            import fcntl

            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                rule = "another process is working on this study: wait for it, or stop it"
                raise StudyError([f"{folder}: {rule}"]) from None
        yield
    finally:
        os.close(handle)
