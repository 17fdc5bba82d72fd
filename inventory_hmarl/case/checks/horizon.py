"""Days that must follow each other."""

from __future__ import annotations

from collections.abc import Iterator

from inventory_hmarl.case.faults import Finding, Path
from inventory_hmarl.case.models import Promotion, Store, Warehouse
from inventory_hmarl.case.parts import Parts


def findings(parts: Parts) -> Iterator[Finding]:
    """Yield faults of the horizon, of the spans of spikes and of calendars of reviews."""
    days, warmup = parts.values.get("days"), parts.values.get("warmup_days")
    if days is not None and warmup is not None and warmup >= days:
        yield Finding(("warmup_days",), warmup, f"must be below the days of the run, {days}")
    for name, number, span in parts.spans:
        if span.last_day is not None and span.last_day < span.first_day:
            path = (name, number, "last_day")
            yield Finding(path, span.last_day, f"must be at least first_day, {span.first_day}")
        if isinstance(span, Promotion) and span.dip > 0 and span.last_day is None:
            rule = "acts after the last day of a promotion, which has none"
            yield Finding((name, number, "dip"), span.dip, rule)
    for place, location in parts.locations:
        if parts.clear(place, "review_period", "review_days"):
            yield from _review(place, location)


def _review(path: Path, place: Store | Warehouse) -> Iterator[Finding]:
    """Yield faults of the days on which a location orders."""
    before = 0
    for number, day in enumerate(place.review_days):
        within = (*path, "review_days", number)
        if day > place.review_period:
            rule = f"must be at most review_period, {place.review_period} (day 1 begins a period)"
            yield Finding(within, day, rule)
        elif day <= before:
            yield Finding(within, day, f"must be above the day before it in the list, {before}")
        before = day
