"""Write a planned case: ``case.toml`` and ``demand.csv``, whole or not at all."""

from __future__ import annotations

import csv
from io import StringIO
from typing import TYPE_CHECKING

from inventory_hmarl.calibration.case_text import case_text
from inventory_hmarl.calibration.plan import plan_case
from inventory_hmarl.whole_files import text_writer, write_files

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
    writers = {name: text_writer(text) for name, text in texts.items()}
    # The old case goes first, so that no case ever names the other's demand.
    write_files(out_dir, writers, remove_first=[CASE_FILE])
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
