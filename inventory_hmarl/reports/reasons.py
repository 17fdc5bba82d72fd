"""Why customers went without: each unit that was not there at once gets one reason.

A unit that was missing on day t is explained by what the morning of that day looked like, upstream
causes first:

1. `supplier failed`: orders of this point, or of its sources above it, that a supplier failed to
   deliver, and whose replacement could not be here yet (reported within the last lead time);
2. `source short`: units that the source owed to this point, or dropped within the last lead time;
3. `spoiled`: units of this point that expired or were destroyed, and whose replacement could not be
   here yet;
4. `demand above forecast`: what customers asked for in the last lead time + 1 days, today's among
   them, beyond the mean that the case gives for these days;
5. `on its way`: units in transit, or failing and not reported yet: ordered, but too late, or too
   few at a time, for mean demand;
6. `not yet reviewed`: what was sold since the last day on which the location ordered, where it does
   not order on every day;
7. `level too low`: the rest. What was in stock and on order covered less than mean demand.

A unit that was owed for days and is in transit now counts as on its way: the reason is that of the
day on which it was missing. Nothing here is a counterfactual: to learn what a change would bring,
compare runs.
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
from inventory_hmarl.simulation import Run, simulate

REASONS = (
    "supplier failed",
    "source short",
    "spoiled",
    "demand above forecast",
    "on its way",
    "not yet reviewed",
    "level too low",
)
RECORDS = (
    *("demand", "lost", "filled", "ordered", "shipped", "arrived", "failed", "dropped"),
    *("sales", "expired", "destroyed"),
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
        parts.append(_explained(run.model, part.outcome))
    return Missing(tuple(_joined(list(level)) for level in zip(*parts, strict=True)))


def _joined(parts: list[Array | None]) -> Array | None:
    there = [part for part in parts if part is not None]
    return np.concatenate(there, axis=-1) if there else None


def _explained(model: Model, outcome: Outcome) -> list[Array | None]:
    """Return the units of each level by reason, top level first computed, bottom up returned."""
    failures: dict[int, Array] = {}  # of each level, (days, P, R): its own and its sources'
    answer: list[Array | None] = [None] * len(model.network.levels)
    for number in reversed(range(len(model.network.levels))):
        morning = _Morning(model, outcome, number)
        failed = morning.failed()
        above = morning.of_sources(failures)
        failures[number] = failed + above
        if model.network.levels[number].sells:
            answer[number] = morning.reasons(failed, above)
    return answer


@dataclass(frozen=True)
class _Morning:
    """What every morning of a run found at one level, `(days, P, R)` each."""

    model: Model
    outcome: Outcome
    number: int

    def of(self, name: str) -> Array:
        """Return a recorded quantity, `(days, rows, R)`; one row of zeros where there is none."""
        assert self.outcome.kept is not None
        assert self.outcome.records is not None
        return np.asarray(self.outcome.kept.of(self.outcome.records, name, self.number))

    def failed(self) -> Array:
        """Return units of orders that were reported failed within the last lead time."""
        return self._points(self._recent("failed"))

    def of_sources(self, failures: dict[int, Array]) -> Array:
        """Return what `failures` says of the points that supply each point, summed."""
        level = self.model.network.levels[self.number]
        shape = (self.model.days, len(level.lines), self._replications())
        found = np.zeros(shape)
        for higher, theirs in failures.items():
            mine, their = _sources(self.model, self.number, higher)
            found[:, mine] = theirs[:, their]
        return self._points(found)

    def reasons(self, failed: Array, above: Array) -> Array:
        """Return the units that were missing on measured days, by reason, `(reasons, P, R)`."""
        unmet = self.of("demand") - self.of("filled")
        short = self._points(self._owed() + self._recent("dropped"))
        coming = self._points(self._in_transit() + self._failing())
        own = np.minimum(unmet, failed)
        unmet = unmet - own
        late = np.minimum(unmet, short)
        theirs = np.minimum(late, above)
        unmet = unmet - late
        parts = [own + theirs, late - theirs]
        for most in (self._spoiled(), self._above_forecast(), coming, self._since_review()):
            part = np.minimum(unmet, most)
            parts.append(part)
            unmet = unmet - part
        found = np.stack([*parts, unmet])
        return np.asarray(found[:, self.model.warmup_days :].sum(axis=1))

    def _spoiled(self) -> Array:
        """Return units that expired or were destroyed within the last lead time, `(days, P, R)`."""
        day, lead = self._point_days()
        spoiled = self.of("expired") + self.of("destroyed")
        return self._within(spoiled, day - lead - 1, day - 1 + 0 * lead)

    def _since_review(self) -> Array:
        """Return what was sold since the last day on which each point could order."""
        review = self.model.network.levels[self.number].review
        day, lead = self._point_days()
        if review is None:
            return np.zeros((1, 1, 1))
        opened = np.stack([review.today(number)[:, 0] for number in day[:, 0].tolist()])
        last = np.maximum.accumulate(np.where(opened > 0, day, 0), axis=0)
        before = np.concatenate([np.zeros_like(last[:1]), last[:-1]])  # as of yesterday evening
        return self._within(self.of("sales"), before + 1, day - 1 + 0 * lead)

    def _above_forecast(self) -> Array:
        """Return demand of the last lead time + 1 days beyond the mean that the case gives."""
        day, lead = self._point_days()
        rows = self.model.demand.levels[self.number]
        mean = self.model.demand.expected(1, self.model.days)[:, rows, None]
        above = self._within(self.of("demand") - mean, day - lead, day + 0 * lead)
        return np.maximum(above, 0.0)

    def _point_days(self) -> tuple[Array, Array]:
        """Return days `(days, 1)` and the longest lead time of each point, `(1, P)`."""
        level = self.model.network.levels[self.number]
        longest = np.zeros(len(level.points), dtype=np.intp)
        point = np.arange(longest.size)[level.point_of_line]
        np.maximum.at(longest, point, np.asarray(level.lines.lead_time))
        return np.arange(1, self.model.days + 1)[:, None], longest[None, :]

    def _within(self, values: Array, first: Array, last: Array) -> Array:
        """Return sums of what points have, over days first to last, both included."""
        points = len(self.model.network.levels[self.number].points)
        values = np.broadcast_to(values, (self.model.days, points, values.shape[2]))
        sums = np.concatenate([np.zeros_like(values[:1]), values.cumsum(axis=0)])
        return _between(sums, first, last)

    def _replications(self) -> int:
        assert self.outcome.records is not None
        return int(self.outcome.records.shape[-1])

    def _points(self, lines: Array) -> Array:
        """Sum lines over the point that each supplies, `(days, L, R) -> (days, P, R)`."""
        plan = self.model.network.levels[self.number].lines_of_point
        days, rows, replications = lines.shape
        flat = np.moveaxis(lines, 0, 1).reshape(rows, days * replications)
        return np.moveaxis(plan.sum(flat).reshape(-1, days, replications), 1, 0)

    def _before(self, name: str) -> Array:
        """Return running sums over the days, `(days + 1, L, R)`: entry t is days 1 to t."""
        values = self.of(name)
        lines = len(self.model.network.levels[self.number].lines)
        values = np.broadcast_to(values, (values.shape[0], lines, values.shape[2]))
        return np.asarray(np.concatenate([np.zeros_like(values[:1]), values.cumsum(axis=0)]))

    def _between(self, name: str, first: Array, last: Array) -> Array:
        """Return sums over days first to last, both included, `(days, L)` each."""
        return _between(self._before(name), first, last)

    def _days(self) -> tuple[Array, Array]:
        """Return days `(days, 1)` and the most days that each line may take, `(1, L)`."""
        level = self.model.network.levels[self.number]
        longest = np.zeros(len(level.lines), np.intp)
        for transit in level.transits:
            longest[transit.lines] = transit.lead_time
        return np.arange(1, self.model.days + 1)[:, None], longest[None, :]

    def _recent(self, name: str) -> Array:
        """Return units of the last lead time, until a replacement could have been sold."""
        day, lead = self._days()
        return self._between(name, day - lead - 1, day - 1 + 0 * lead)

    def _failing(self) -> Array:
        """Return units of orders that have failed and are not reported yet."""
        day, lead = self._days()
        return self._between("failed", day + 0 * lead, day + lead - 1)

    def _in_transit(self) -> Array:
        """Return what was on its way once the morning's deliveries were in."""
        opening = np.zeros((len(self.model.network.levels[self.number].lines), 1))
        level, start = self.model.network.levels[self.number], self.model.start[self.number]
        for transit, arriving in zip(level.transits, start.arriving, strict=True):
            opening[transit.lines] += arriving.sum(axis=0)
        if start.at_door is not None:
            opening += start.at_door
        sums = self._before("shipped") - self._before("arrived")
        came = 0.0 if level.mornings is None else self.of("arrived") * level.mornings
        return np.asarray(opening[None] + sums[:-1] - came)

    def _owed(self) -> Array:
        """Return what sources had been asked for and had not shipped, failed or dropped."""
        gone = self._before("shipped") + self._before("dropped") + self._before("failed")
        owed = (self._before("ordered") - gone)[:-1] - self._failing()
        owed[:, _never_short(self.model, self.number)] = 0.0
        return np.asarray(np.maximum(owed, 0.0))


def _between(sums: Array, first: Array, last: Array) -> Array:
    """Return sums over days first to last, `(days, rows)` each, from running ones."""
    top = sums.shape[0] - 1
    upper = np.take_along_axis(sums, np.clip(last, 0, top)[:, :, None], axis=0)
    lower = np.take_along_axis(sums, np.clip(first - 1, 0, top)[:, :, None], axis=0)
    return np.asarray(upper - lower)


def _never_short(model: Model, number: int) -> Array:
    """Return the lines of a level that come from suppliers without a limit, bool `(L,)`."""
    found = np.zeros(len(model.network.levels[number].lines), bool)
    troubles = model.network.disruptions
    if troubles is not None and troubles.levels[number].shipments is not None:
        return found  # without a limit, but not on every day
    for stage in model.network.supplier_stages:
        for part in stage.parts:
            if stage.capacity is None and part.level == number:
                found[part.lines] = True
    return found


def _sources(model: Model, number: int, higher: int) -> tuple[Array, Array]:
    """Return the lines of a level whose source is a point of a higher one, and its row."""
    lines, points = model.network.levels[number].lines, model.network.levels[higher].points
    rows = {
        key: row
        for row, key in enumerate(zip(points.location.tolist(), points.sku.tolist(), strict=True))
    }
    keys = zip(lines.source.tolist(), lines.sku.tolist(), strict=True)
    found = [(line, rows[key]) for line, key in enumerate(keys) if key in rows]
    pairs = np.array(found, dtype=np.intp).reshape(-1, 2)
    return pairs[:, 0], pairs[:, 1]


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
