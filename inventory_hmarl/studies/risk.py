"""`risk`: what an outage of each source and each lane does, worst first.

An outage here is a span of days on which nobody can order from a source, or on a lane. What has
left, or is owed, still arrives; stores go on selling what they have. It begins at another day in
each replication, so that no one moment of the order cycle decides, and meets the same customers as
the run without it.

Source: Simchi-Levi, Schmidt & Wei (2014), "From superstorms to factory fires", Harvard Business
Review 92; Simchi-Levi et al. (2015), "Identifying risks and mitigating disruptions in the
automotive supply chain", Interfaces 45(5): time to survive, time to recover, risk exposure index.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar  # settings of a case are of any type

import numpy as np

from inventory_hmarl.case import Case, as_case
from inventory_hmarl.case.compiling import compile_case
from inventory_hmarl.core.arrays import Array, fold, namespace, take
from inventory_hmarl.core.decide import ByPolicy, Policy
from inventory_hmarl.core.model import Model
from inventory_hmarl.core.state import Memory, View
from inventory_hmarl.engines import check_choice
from inventory_hmarl.engines.outcome import Keep, Outcome
from inventory_hmarl.engines.workers import Progress
from inventory_hmarl.studies.candidates import Method, has_chance, run_columns, width
from inventory_hmarl.studies.errors import StudyError
from inventory_hmarl.studies.intervals import Interval, interval

WEEK = 7  # days as good as without the outage, after which a chain has recovered
NONE = -1  # no outage
NEVER = 2**30  # days of an outage that does not end: no run has so many


@dataclass(frozen=True)
class Outage:
    """What stops: a source (no destination), or the lane between two locations."""

    source: str
    destination: str | None = None


@dataclass(frozen=True)
class Risk:
    """What an outage does. Days are counted from the outage's first day, or from after its last."""

    outage: Outage
    units_lost: Interval  # more than without it: not handed over on the day they were asked for
    value_lost: Interval  # at the selling price
    days_to_survive: Interval  # if it does not end: until service falls
    survived: int  # replications in which it had not fallen at the end of the days
    days_to_recover: Interval  # after its end: until a week is as good as without it
    unrecovered: int  # replications in which no such week came
    exposure: float | None  # value (without prices: units) lost, as a share of the worst


@dataclass(frozen=True)
class Risks:
    """All outages, worst first, and those that cannot be told."""

    rows: tuple[Risk, ...]
    left_out: tuple[Outage, ...]  # somebody there has another source for the same SKU
    unfinished: tuple[Outage, ...] = ()  # Ctrl-C came before


@dataclass(frozen=True)
class Paused:
    """A rule whose orders are not taken on some days."""

    rule_below: Policy
    closed: Array  # (P, R) bool: whether the point cannot order during the outage
    first_day: Array  # (R,)
    last_day: Array  # (R,)
    sees: frozenset[str]
    rule: ClassVar[str] = "paused"

    def init(self, points: int, replications: int) -> Memory:
        """Return the memory of the rule."""
        return self.rule_below.init(points, replications)

    def orders(self, view: View, memory: Memory) -> tuple[Array, Memory]:
        """Return the rule's orders, 0 where the way is closed today."""
        asked, memory = self.rule_below.orders(view, memory)
        within = (self.first_day <= view.day) & (view.day <= self.last_day)
        return namespace(asked).where(self.closed & within, 0.0, asked), memory


def risk(
    case: Case | Mapping[str, Any] | str | Path,
    *,
    outage_days: int = 14,
    replications: int = 50,
    days: int | None = None,
    engine: str = "numpy",
    precision: str = "exact",
    workers: int | None = None,
    progress: Progress | None = None,
) -> Risks:
    """Return what an outage of each source and lane does, worst first.

    `engine`, `precision` and `workers` are those of `simulate`; `progress(done, all)` counts
    outages. A `KeyboardInterrupt` after the first of them ends it with those that are finished.

    >>> from inventory_hmarl.case import default_case
    >>> found = risk(default_case(), outage_days=14, replications=4)
    >>> len(found.rows), found.rows[0].units_lost.mean > 0
    (6, True)
    """
    check_choice(engine, precision)
    case = as_case(case)
    model = compile_case(case if days is None else case.changed(days=days))
    room = model.days - model.warmup_days - outage_days
    if outage_days < 1 or room < WEEK:
        raise StudyError(
            f"outage_days = {outage_days}: must be at least 1, and leave a week of the "
            f"{model.days - model.warmup_days} measured days to recover in; ask for more days."
        )
    outages, left_out = _outages(model)
    count = replications if has_chance(model) else min(replications, room)
    begins = model.warmup_days + 1 + np.arange(count) * max(1, room // 2) // count
    runs = _Runs(model, outages, begins, outage_days, Method(engine, precision, workers))
    rows: list[Risk] = []
    try:
        for row in runs.risks():
            rows.append(row)
            if progress is not None:
                progress(len(rows), len(outages))
    except KeyboardInterrupt:
        if not rows:
            raise
    return Risks(_ranked(rows), left_out, outages[len(rows) :])


def _outages(model: Model) -> tuple[tuple[Outage, ...], tuple[Outage, ...]]:
    """Return the sources and lanes whose outage can be told, and the others."""
    found: dict[Outage, bool] = {}
    for level in model.network.levels:
        point = np.arange(len(level.points))[level.point_of_line]
        lanes = np.bincount(point, minlength=len(level.points))
        for line, mine in zip(level.lines, point.tolist(), strict=True):
            alone = bool(lanes[mine] == 1)
            for outage in (Outage(line.source), Outage(line.source, line.destination)):
                found[outage] = found.get(outage, True) and alone
    clear = tuple(outage for outage, alone in found.items() if alone)
    if not clear:
        raise StudyError("lanes: every SKU has several sources everywhere, which this cannot tell.")
    return clear, tuple(outage for outage, alone in found.items() if not alone)


@dataclass(frozen=True)
class _Runs:
    """Runs without an outage, with each outage, and with each one that does not end."""

    model: Model
    outages: tuple[Outage, ...]
    begins: Array  # (R,) first days
    outage_days: int
    method: Method

    def risks(self) -> Iterator[Risk]:
        """Yield what each outage does, some at a time: as many as fill a block."""
        none = self._missing(np.array([NONE]), np.array([NEVER]))
        pair = 2 * self.begins.size
        size = max(1, width(self.model, pair * len(self.outages), self.method) // pair)
        for first in range(0, len(self.outages), size):
            chosen = np.arange(first, min(first + size, len(self.outages)))
            both = np.tile(chosen, 2)
            lengths = np.repeat([self.outage_days, NEVER], chosen.size)
            more = self._missing(both, lengths) - none  # (2, C, days, R)
            for place, number in enumerate(chosen.tolist()):
                ended, endless = more[:, place], more[0, chosen.size + place]
                yield _risk(self.outages[number], ended, endless, self.begins, self.outage_days)

    def _missing(self, outages: Array, lengths: Array) -> Array:
        """Return units, and their value, that were not handed over on their day.

        Of candidates `(C,)`, each an outage of some days; the answer is `(2, C, days, R)`.
        """
        count = self.begins.size

        def policies(column: Array) -> ByPolicy:
            first = self.begins[column % count]
            candidate = column // count
            return self._paused(outages[candidate], first, first + lengths[candidate] - 1)

        keep = Keep(kpis=False, records=["demand", "filled", "lost"])  # filled: or what is not lost
        numbers = np.tile(np.arange(count, dtype=np.uint32), outages.size)
        found = run_columns(self.model, numbers, policies, keep, self.method)
        columns = np.concatenate([_not_handed_over(model, each) for model, _, each in found], -1)
        shape = (2, self.model.days, outages.size, count)
        answer: Array = columns[..., : numbers.size].reshape(shape).swapaxes(1, 2)
        return answer

    def _paused(self, outages: Array, first: Array, last: Array) -> ByPolicy:
        """Return the policies of some columns, each with its outage from its first to last day."""
        levels = []
        for number, level in enumerate(self.model.policies.levels):
            closed = self._closed(number)[:, outages]
            assignments = []
            for each in level.assignments:
                rows = take(closed, each.points)
                paused: Any = Paused(each.policy, rows, first, last, each.policy.sees)
                assignments.append(dataclasses.replace(each, policy=paused))
            levels.append(dataclasses.replace(level, assignments=tuple(assignments)))
        return ByPolicy(tuple(levels))

    def _closed(self, number: int) -> Array:
        """Return which points of a level each outage closes, `(P, outages + 1)`; the last: none."""
        level = self.model.network.levels[number]
        closed = np.zeros((len(level.points), len(self.outages) + 1), bool)
        place = {outage: column for column, outage in enumerate(self.outages)}
        point = np.arange(len(level.points))[level.point_of_line]
        for line, mine in zip(level.lines, point.tolist(), strict=True):
            for outage in (Outage(line.source), Outage(line.source, line.destination)):
                if outage in place:
                    closed[mine, place[outage]] = True
        return closed


def _not_handed_over(model: Model, outcome: Outcome) -> Array:
    """Return units not handed over on their day, and their value, `(2, days, R)`."""
    recorder, records = outcome.kept, outcome.records
    assert recorder is not None
    assert records is not None
    answer = np.zeros((2, records.shape[0], records.shape[2]))
    for number, level in enumerate(model.network.levels):
        if level.sells:
            demand = recorder.of(records, "demand", number)
            rows = (demand - recorder.of(records, "filled", number)).swapaxes(0, 1)
            answer[0] += fold(rows)
            answer[1] += fold(rows * model.rates[number].unit_price[:, None, None])
    return answer


def _risk(outage: Outage, ended: Array, endless: Array, begins: Array, outage_days: int) -> Risk:
    """Return what units and value `(2, days, R)`, and units without an end `(days, R)`, come to."""
    units, value = ended
    survive, survived = _days_to_survive(endless, begins)
    recover, unrecovered = _days_to_recover(units, begins + outage_days)
    return Risk(
        outage,
        interval(units.sum(axis=0)),
        interval(value.sum(axis=0)),
        interval(survive),
        survived,
        interval(recover),
        unrecovered,
        None,
    )


def _days_to_survive(more: Array, begins: Array) -> tuple[Array, int]:
    """Return days until more is missing than without the outage, `(R,)`, and how often it never is.

    Where service does not fall, it is the days that there were: a lower bound.
    """
    falls = more > 0
    known = falls.any(axis=0)
    first = np.where(known, np.argmax(falls, axis=0) + 1, more.shape[0] + 1)
    return (first - begins).astype(float), int((~known).sum())


def _days_to_recover(more: Array, first_days: Array) -> tuple[Array, int]:
    """Return days after the outage until a week misses no more than without it, `(R,)`.

    Where no such week came, it is the days that there were, and counted.
    """
    days = more.shape[0]
    sums = np.cumsum(np.concatenate([np.zeros((1, more.shape[1])), more]), axis=0)
    weeks = sums[WEEK:] - sums[:-WEEK]  # (days - 6, R) from each day on
    begins = first_days - 1
    good = (weeks <= 0) & (np.arange(weeks.shape[0])[:, None] >= begins)
    known = good.any(axis=0)
    found = np.where(known, np.argmax(good, axis=0), days) - begins
    return found.astype(float), int((~known).sum())


def _ranked(rows: list[Risk]) -> tuple[Risk, ...]:
    """Return outages by what they cost in sales, worst first; the worst has an exposure of 1."""
    priced = any((row.value_lost.mean or 0.0) != 0.0 for row in rows)
    lost = [(row.value_lost if priced else row.units_lost).mean or 0.0 for row in rows]
    worst = max(lost)
    order = sorted(range(len(rows)), key=lambda number: -lost[number])
    return tuple(
        dataclasses.replace(rows[n], exposure=max(lost[n], 0.0) / worst if worst > 0 else None)
        for n in order
    )
