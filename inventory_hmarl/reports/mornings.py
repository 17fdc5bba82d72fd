"""What every morning of a run found: what there was, what was under way, and what was held up."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from inventory_hmarl.core.arrays import Array
from inventory_hmarl.core.model import Model
from inventory_hmarl.engines.outcome import Outcome
from inventory_hmarl.reports.stops import Stops


@dataclass(frozen=True)
class Morning:
    """What every morning of a run found at one level, `(days, P, R)` each."""

    model: Model
    outcome: Outcome
    number: int
    stops: Stops | None = None  # None: there are no disruptions

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
        return self._points(self._at_source(failures))

    def _at_source(self, causes: dict[int, Array]) -> Array:
        """Return what `causes` says of the point that each line comes from, `(days, L, R)`."""
        level = self.model.network.levels[self.number]
        found = np.zeros((self.model.days, len(level.lines), self._replications()))
        for higher, theirs in causes.items():
            mine, their = _sources(self.model, self.number, higher)
            found[:, mine] = np.broadcast_to(theirs, (*theirs.shape[:2], found.shape[2]))[:, their]
        return found

    def _lately(self, causes: dict[int, Array]) -> Array:
        """Return the most that each line's source lacked for a cause in the last lead time."""
        found, (_, lead) = self._at_source(causes), self._days()
        most = found
        for back in range(1, int(lead.max()) + 2) if found.any() else ():
            earlier = np.concatenate([np.zeros_like(found[:back]), found[:-back]])[: len(found)]
            most = np.maximum(most, earlier * (back <= lead + 1)[:, :, None])
        return most

    def stopped(self, above: dict[int, Array]) -> Array:
        """Return units that would have been here but for disruptions, `(days, P, R)`.

        `above` says the same of the points of higher levels.
        """
        if self.stops is None:
            return np.zeros(
                (self.model.days, len(self.model.network.levels[self.number].points), 1)
            )
        day, lead = self._days()
        held = _yesterday(self.stops.shipments)
        halts = np.concatenate([np.zeros_like(held[:1], int), self.stops.way.cumsum(axis=0)])
        hit = _between(halts, day - lead - 1, day - 1 + 0 * lead) > 0
        owed, moving = self._owed(), self._in_transit()
        here = owed * held + moving * hit
        behind = here + np.minimum(self._lately(above), owed + moving - here)
        late = self._points(np.minimum(self._late(), behind))
        return late + self._not_ordered(self.stops.orders)

    def kept_out(self, above: dict[int, Array]) -> Array:
        """Return units that want of space keeps at the door, here or at the sources."""
        level = self.model.network.levels[self.number]
        refused = self.of("refused")
        waiting = _yesterday(refused)
        if level.mornings is not None:
            waiting = np.where(level.mornings > 0, refused, waiting)
        lacking = self._lately(above)
        if lacking.any():
            behind = np.minimum(self._late(), self._owed() + self._in_transit())
            waiting = waiting + np.minimum(behind, lacking)
        return self._points(waiting + np.zeros((1, len(level.lines), 1)))

    def reasons(self, first: tuple[Array, Array, Array], above: Array) -> Array:
        """Return the units that were missing on measured days, by reason, `(reasons, P, R)`.

        `first` are failures, outages and refusals, each an upper bound; `above` failures at the
        sources, which explain what these owe.
        """
        unmet = self.of("demand") - self.of("filled")
        parts = []
        for most in first:
            parts.append(np.minimum(unmet, most))
            unmet = unmet - parts[-1]
        short = np.minimum(unmet, self._points(self._owed() + self._recent("dropped")))
        unmet = unmet - short
        theirs = np.minimum(short, above)
        parts[0] = parts[0] + theirs
        parts.append(short - theirs)
        coming = self._points(self._in_transit() + self._failing() + self._posted())
        for most in (self._spoiled(), self._above_forecast(), coming, self._since_review()):
            part = np.minimum(unmet, most)
            parts.append(part)
            unmet = unmet - part
        found = np.stack([*parts, unmet])
        return np.asarray(found[:, self.model.warmup_days :].sum(axis=1))

    def _late(self) -> Array:
        """Return units that have been ordered in time to be here, and are not, `(days, L, R)`."""
        level, start = self.model.network.levels[self.number], self.model.start[self.number]
        day, lead = self._days()[0], np.asarray(level.lines.lead_time)[None, :]  # the usual one
        begun = np.zeros((self.model.days + 1, len(level.lines), 1))
        for transit, arriving in zip(level.transits, start.arriving, strict=True):
            within = arriving[: self.model.days]
            begun[1 : len(within) + 1, transit.lines] += within
        begun = begun.cumsum(axis=0) + (0.0 if start.at_door is None else start.at_door)
        asked = self._before("ordered") - self._before("dropped")
        due = begun[:-1] + _between(asked, 1 + 0 * (day + lead), day - lead - 1)
        came = 0.0 if level.mornings is None else self.of("arrived") * level.mornings
        gone = self._before("arrived") + self._before("failed")
        return np.asarray(np.maximum(due - gone[:-1] - came, 0.0))

    def _not_ordered(self, closed: Array) -> Array:
        """Return what left since the last day on which an order for today could be placed."""
        plan = self.model.network.levels[self.number].lines_of_point
        days, lines, replications = closed.shape
        flat = np.moveaxis(~closed, 0, 1).reshape(lines, -1).astype(np.float64)
        opened = np.moveaxis(plan.sum(flat).reshape(-1, days, replications), 1, 0) > 0
        day, lead = self._point_days()
        last = np.maximum.accumulate(np.where(opened, day[:, :, None], 0), axis=0)
        sums = self._sums(self.of("sales") + self._shipped_on())
        since = sums[1:] - np.take_along_axis(sums, np.broadcast_to(last, sums[1:].shape), axis=0)
        place = np.broadcast_to((day - lead - 2)[:, :, None], since.shape)
        found = np.take_along_axis(since, np.maximum(place, 0), axis=0)
        return np.where(place >= 0, found, 0.0)

    def _shipped_on(self) -> Array:
        """Return what points shipped to lower levels, `(days, P, R)`."""
        shape = (len(self.model.network.levels[self.number].points), self._replications())
        found = np.zeros((self.model.days, *shape))
        for lower in range(self.number):
            lines, rows = _sources(self.model, lower, self.number)
            shipped = Morning(self.model, self.outcome, lower).of("shipped")
            for line, row in zip(lines.tolist(), rows.tolist(), strict=True):
                found[:, row] += shipped[:, line]
        return found

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
        return _between(self._sums(values), first, last)

    def _sums(self, values: Array) -> Array:
        """Return running sums of what points have, `(days + 1, P, R)`: entry t is days 1 to t."""
        points = len(self.model.network.levels[self.number].points)
        values = np.broadcast_to(values, (self.model.days, points, values.shape[2]))
        return np.concatenate([np.zeros_like(values[:1]), values.cumsum(axis=0)])

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
        level = self.model.network.levels[self.number]
        waits = level.lines.lead_time - level.moving_days  # a replacement may be ordered too late
        return self._between(name, day - lead - waits - 1, day - 1 + 0 * lead)

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

    def _posted(self) -> Array | float:
        """Return what was ordered yesterday, after the cut-off."""
        cutoff, (day, lead) = self.model.network.levels[self.number].cutoff, self._days()
        if cutoff is None:
            return 0.0
        late = np.stack([cutoff.today(number)[:, 0] for number in (day[:, 0] - 1).tolist()])
        ordered = self._between("ordered", day - 1 + 0 * lead, day - 1 + 0 * lead)
        return np.asarray(ordered * late[:, :, None])

    def _owed(self) -> Array:
        """Return what sources had been asked for and had not shipped, failed or dropped."""
        gone = self._before("shipped") + self._before("dropped") + self._before("failed")
        owed = (self._before("ordered") - gone)[:-1] - self._failing() - self._posted()
        owed[:, _never_short(self.model, self.number)] = 0.0
        return np.asarray(np.maximum(owed, 0.0))


def _yesterday(values: Array) -> Array:
    """Return what was so on the day before each day; before day 1 nothing was."""
    return np.concatenate([np.zeros_like(values[:1]), values[:-1]])


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
