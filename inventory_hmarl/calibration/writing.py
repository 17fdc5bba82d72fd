"""Write a planned case: ``case.toml`` and ``demand.csv``, whole or not at all."""

from __future__ import annotations

import csv
import os
from contextlib import suppress
from io import StringIO
from typing import TYPE_CHECKING

from inventory_hmarl.calibration.case_text import case_text
from inventory_hmarl.calibration.plan import plan_case

if TYPE_CHECKING:
    from pathlib import Path

    from inventory_hmarl.calibration.assumptions import Assumptions
    from inventory_hmarl.calibration.history import History
    from inventory_hmarl.calibration.plan import CasePlan

CASE_FILE = "case.toml"
DEMAND_FILE = "demand.csv"


def case_from_history(
    history: History,
    out_dir: Path,
    assumptions: Assumptions | None = None,
    *,
    force: bool = False,
) -> Path:
    """Write a runnable case into ``out_dir`` and return the path of its ``case.toml``.

    The levels come from the start of the history, the rest is replayed. Raises ``HistoryError`` for
    a history that is too short, and ``FileExistsError`` where a case is already, unless ``force``.
    """
    return write_case(plan_case(history, assumptions), out_dir, force=force)


def write_case(plan: CasePlan, out_dir: Path, *, force: bool = False) -> Path:
    """Write the two files of a planned case; a failure leaves no half of a case behind."""
    texts = {DEMAND_FILE: demand_text(plan), CASE_FILE: case_text(plan, DEMAND_FILE)}
    existing = [name for name in texts if (out_dir / name).exists()]
    if existing and not force:
        raise FileExistsError(f"{out_dir / existing[-1]} exists already; force replaces it.")
    out_dir.mkdir(parents=True, exist_ok=True)
    written: dict[str, Path] = {}
    try:
        for name, text in texts.items():
            written[name] = _write_temporary(out_dir, name, text)
        _put_in_place(out_dir, written)
    finally:
        for temporary in written.values():
            temporary.unlink(missing_ok=True)
    return out_dir / CASE_FILE


def demand_text(plan: CasePlan) -> str:
    """Put the replayed demand as CSV: day (from 1), store, sku, units; no rows of zero."""
    history = plan.history
    kept = {index: one for index, one in enumerate(history.series) if one in plan.store_levels}
    replayed = (history.day_of_row >= plan.calibration_days) & (history.units > 0)
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(["day", "store", "sku", "units"])
    days = (history.day_of_row[replayed] - plan.calibration_days + 1).tolist()
    units = history.units[replayed].tolist()
    for index, day, sold in zip(history.series_of_row[replayed].tolist(), days, units, strict=True):
        if index in kept:
            writer.writerow([day, *kept[index], int(sold) if plan.whole_units else sold])
    return text.getvalue()


def _write_temporary(folder: Path, name: str, text: str) -> Path:
    """Write a file beside its final place, down to the disk."""
    path = folder / f".{name}.{os.getpid()}.tmp"
    try:
        with path.open("w", encoding="utf-8", newline="") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return path


def _put_in_place(folder: Path, written: dict[str, Path]) -> None:
    """Rename both files; the old case goes first, so that no case ever names the other's demand."""
    (folder / CASE_FILE).unlink(missing_ok=True)
    for name in (DEMAND_FILE, CASE_FILE):
        written[name].replace(folder / name)
    with suppress(OSError):  # some systems cannot open a folder; the files themselves are safe
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
