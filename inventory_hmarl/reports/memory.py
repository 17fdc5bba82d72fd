"""How much a run will keep, told before it begins instead of after a machine is full."""

from __future__ import annotations

import os

from inventory_hmarl.case import Case
from inventory_hmarl.case.compiling import compile_case
from inventory_hmarl.core.horizon import DAILY
from inventory_hmarl.core.record import recorder

NUMBER = 8  # bytes
COPIES = 3  # of the counts: as they are counted, side by side, and as figures
SURELY_FITS = 2_000_000  # days x replications


def bytes_needed(case: Case, replications: int, *, records: bool) -> int:
    """Return about how many bytes the results of a run take."""
    if not records and case.days * replications <= SURELY_FITS:
        return 0
    model = compile_case(case)
    rows = recorder(model.network).size
    daily = case.days * len(DAILY) * len(model.network.levels)
    kept = 2 * case.days * rows if records else 0  # twice: replications are put side by side
    return NUMBER * replications * (COPIES * (rows + daily) + kept)


def bytes_there() -> int | None:
    """Return the bytes of this machine's memory, or None where it does not say."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):
        return None
