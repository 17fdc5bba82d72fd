"""Why customers went without: each unit that was not there at once gets one reason.

A unit that was missing on day t is explained by what the morning of that day looked like, upstream
causes first:

1. `supplier failed`: orders of this point, or of its sources above it, that a supplier failed to
   deliver, and whose replacement could not be here yet (reported within the last lead time);
2. `outage`: units that would be here but for a disruption, of this point's lanes or of those of its
   sources above it: not ordered, not shipped, standing still, late or not received;
3. `no space`: units at the door of this point, or of its sources, that were refused for want of
   space;
4. `source short`: units that the source owed to this point, or dropped within the last lead time;
5. `spoiled`: units of this point that expired or were destroyed, and whose replacement could not be
   here yet;
6. `demand above forecast`: what customers asked for in the last lead time + 1 days, today's among
   them, beyond the mean that the case gives for these days;
7. `on its way`: units in transit, ordered after yesterday's cut-off, or failing and not reported
   yet: ordered, but too late, or too few at a time, for mean demand;
8. `not yet reviewed`: what was sold since the last day on which the location ordered, where it does
   not order on every day;
9. `level too low`: the rest. What was in stock and on order covered less than mean demand.

What sources lacked counts up to what they owe, or what is late from them. A unit that was owed for
days and is in transit now counts as on its way: the reason is that of the day on which it was
missing. Nothing here is a counterfactual: to learn what a change would bring, compare runs.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any  # choices of several types

import numpy as np

from inventory_hmarl.case import Case
from inventory_hmarl.core.arrays import Array
from inventory_hmarl.core.model import Model
from inventory_hmarl.engines.outcome import Keep, Outcome
from inventory_hmarl.reports.mornings import Morning
from inventory_hmarl.reports.stops import Stops, stops_of
from inventory_hmarl.simulation import Run, simulate

REASONS = (
    "supplier failed",
    "outage",
    "no space",
    "source short",
    "spoiled",
    "demand above forecast",
    "on its way",
    "not yet reviewed",
    "level too low",
)
RECORDS = (
    *("demand", "lost", "filled", "ordered", "shipped", "arrived", "failed", "dropped"),
    *("sales", "expired", "destroyed", "refused"),
)
MOST_BYTES = 300 * 2**20  # of one batch's records


@dataclass(frozen=True)
class Missing:
    """Units that were missing, by reason: `(reasons, points, R)` a level that sells, else None."""

    levels: tuple[Array | None, ...]


def missing(case: Case, run: Run, **method: Any) -> Missing:
    """Return why units were missing in a run, from the records of its days.

    The case is simulated again, in batches of replications whose records fit into memory. `method`
    is `simulate`'s engine, precision and workers.
    """
    keep = Keep(kpis=False, records=RECORDS)
    kept = keep.kept(run.model.network)
    rows = 1 if kept is None else kept.size
    batch = max(1, MOST_BYTES // (8 * run.model.days * max(rows, 1)))
    parts: list[list[Array | None]] = []
    first, last = int(run.replications[0]), int(run.replications[-1]) + 1
    for start in range(first, last, batch):
        numbers = range(start, min(start + batch, last))
        part = simulate(case, replications=numbers, keep=keep, **method)
        parts.append(_explained(run.model, part.outcome, stops_of(run.model, numbers)))
    return Missing(tuple(_joined(list(level)) for level in zip(*parts, strict=True)))


def _joined(parts: list[Array | None]) -> Array | None:
    there = [part for part in parts if part is not None]
    return np.concatenate(there, axis=-1) if there else None


def _explained(model: Model, outcome: Outcome, stops: tuple[Stops, ...]) -> list[Array | None]:
    """Return the units of each level by reason, top level first computed, bottom up returned."""
    failures: dict[int, Array] = {}  # of each level, (days, P, R): its own and its sources'
    outages: dict[int, Array] = {}
    refusals: dict[int, Array] = {}
    answer: list[Array | None] = [None] * len(model.network.levels)
    for number in reversed(range(len(model.network.levels))):
        morning = Morning(model, outcome, number, stops[number] if stops else None)
        failed, above = morning.failed(), morning.of_sources(failures)
        failures[number] = failed + above
        outages[number] = morning.stopped(outages)
        refusals[number] = morning.kept_out(refusals)
        if model.network.levels[number].sells:
            first = (failed, outages[number], refusals[number])
            answer[number] = morning.reasons(first, above)
    return answer


def by_label(model: Model, found: Missing, part: str) -> Iterator[tuple[str, Array]]:
    """Yield each "location" or "sku" that lacked units, and its units by reason."""
    sums: dict[str, Array] = {}
    for level, units in zip(model.network.levels, found.levels, strict=True):
        if units is None:
            continue
        names = level.points.names
        known = names.locations if part == "location" else names.skus
        numbers = getattr(level.points, part)
        for number in np.unique(numbers).tolist():
            mine = units[:, numbers == number].sum(axis=1)
            label = known[number]
            sums[label] = sums[label] + mine if label in sums else mine
    yield from sums.items()


@dataclass(frozen=True)
class Worst:
    """A place that lacked units, and why most of them, in the mean over replications."""

    location: str
    sku: str
    units: float
    reason: str
    part: float  # of the units


def worst(model: Model, found: Missing, most: int = 3) -> list[Worst]:
    """Return the locations and SKUs that lacked most units, and what cost most of these."""
    rows = []
    for level, units in zip(model.network.levels, found.levels, strict=True):
        if units is None:
            continue
        mean = units.mean(axis=-1)
        for row in np.argsort(-mean.sum(axis=0), kind="stable")[:most].tolist():
            total, reason = float(mean[:, row].sum()), int(np.argmax(mean[:, row]))
            if total > 0:
                point = level.points[row]
                part = float(mean[reason, row]) / total
                rows.append(Worst(point.location, point.sku, total, REASONS[reason], part))
    return sorted(rows, key=lambda each: -each.units)[:most]
