"""Days that must follow each other."""

from __future__ import annotations

from collections.abc import Iterator

from inventory_hmarl.case.faults import Finding
from inventory_hmarl.case.parts import Parts


def findings(parts: Parts) -> Iterator[Finding]:
    """Yield faults of the horizon and of the spans of spikes."""
    days, warmup = parts.values.get("days"), parts.values.get("warmup_days")
    if days is not None and warmup is not None and warmup >= days:
        yield Finding(("warmup_days",), warmup, f"must be below the days of the run, {days}")
    for number, spike in parts.spikes:
        if spike.last_day < spike.first_day:
            path = ("spikes", number, "last_day")
            yield Finding(path, spike.last_day, f"must be at least first_day, {spike.first_day}")
