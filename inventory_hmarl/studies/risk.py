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
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar  # settings of a case are of any type

import numpy as np

from inventory_hmarl.case import Case, as_case
from inventory_hmarl.case.compiling import compile_case
from inventory_hmarl.core.arrays import Array, fold, namespace, take
from inventory_hmarl.core.decide import ByPolicy, LevelPolicies, Policy
from inventory_hmarl.core.model import Model
from inventory_hmarl.core.state import Memory, View
from inventory_hmarl.engines import Request, engine
from inventory_hmarl.engines.numpy_engine import block_of_replications
from inventory_hmarl.engines.outcome import Keep, Outcome
from inventory_hmarl.studies.candidates import has_chance
from inventory_hmarl.studies.errors import StudyError
from inventory_hmarl.studies.intervals import Interval, interval

WEEK = 7  # days as good as without the outage, after which a chain has recovered
NEVER = 2**31


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
) -> Risks:
    """Return what an outage of each source and lane does, worst first.

    >>> from inventory_hmarl.case import default_case
    >>> found = risk(default_case(), outage_days=14, replications=4)
    >>> len(found.rows), found.rows[0].units_lost.mean > 0
    (6, True)
    """
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
    runs = _Runs(model, outages, begins, outage_days)
    missing, value = runs.missing()
    rows = [
        _risk(each, number, missing, value, begins, outage_days)
        for number, each in enumerate(outages)
    ]
    return Risks(_ranked(rows), left_out)


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

    def missing(self) -> tuple[Array, Array]:
        """Return units, and their value, that were not handed over on their day: `(C, days, R)`.

        Candidates are none, each outage, each endless outage.
        """
        count = self.begins.size
        columns = (1 + 2 * len(self.outages)) * count
        width = block_of_replications(self.model, columns)
        keep = Keep(kpis=False, records=["demand", "filled", "lost"])
        parts = []
        for first in range(0, columns, width):
            column = np.arange(first, min(first + width, columns))
            model = dataclasses.replace(self.model, policies=self._policies(column))
            numbers = (column % count).astype(np.uint32)
            parts.append(_missing(model, engine("numpy")(model, Request(numbers, keep, 1))))
        shape = (self.model.days, -1, count)
        units, value = (
            np.concatenate(each, axis=1).reshape(shape).swapaxes(0, 1)
            for each in zip(*parts, strict=True)
        )
        return units, value

    def _policies(self, column: Array) -> ByPolicy:
        """Return the policies of some columns, each with its candidate's outage."""
        count = self.begins.size
        candidate, begin = column // count, self.begins[column % count]
        endless = candidate > len(self.outages)
        which = np.where(endless, candidate - len(self.outages), candidate) - 1  # -1: none
        last = np.where(endless, NEVER, begin + self.outage_days - 1)
        levels = []
        for number, level in enumerate(self.model.policies.levels):
            closed = self._closed(number)[:, which]
            assignments = []
            for each in level.assignments:
                rows = take(closed, each.points)
                paused: Any = Paused(each.policy, rows, begin, last, each.policy.sees)
                assignments.append(dataclasses.replace(each, policy=paused))
            levels.append(LevelPolicies(tuple(assignments), level.order))
        return ByPolicy(tuple(levels))

    def _closed(self, number: int) -> Array:
        """Return which points of a level each outage closes, `(P, outages + 1)`; the last is none.

        An index of -1 is thus the run without an outage.
        """
        level = self.model.network.levels[number]
        closed = np.zeros((len(level.points), len(self.outages) + 1), bool)
        place = {outage: column for column, outage in enumerate(self.outages)}
        point = np.arange(len(level.points))[level.point_of_line]
        for line, mine in zip(level.lines, point.tolist(), strict=True):
            for outage in (Outage(line.source), Outage(line.source, line.destination)):
                if outage in place:
                    closed[mine, place[outage]] = True
        return closed


def _missing(model: Model, outcome: Outcome) -> tuple[Array, Array]:
    """Return units not handed over on their day, and their value, `(days, R)` each."""
    recorder, records = outcome.kept, outcome.records
    assert recorder is not None
    assert records is not None
    units = value = np.zeros((records.shape[0], records.shape[2]))
    for number, level in enumerate(model.network.levels):
        if level.sells:
            demand = recorder.of(records, "demand", number)
            rows = (demand - recorder.of(records, "filled", number)).swapaxes(0, 1)
            units = units + fold(rows)
            value = value + fold(rows * model.rates[number].unit_price[:, None, None])
    return units, value


def _risk(
    outage: Outage, number: int, missing: Array, value: Array, begins: Array, outage_days: int
) -> Risk:
    outages = (missing.shape[0] - 1) // 2
    ended, endless = missing[1 + number], missing[1 + outages + number]
    survive, survived = _days_to_survive(endless - missing[0], begins)
    recover, unrecovered = _days_to_recover(ended - missing[0], begins + outage_days)
    return Risk(
        outage,
        interval((ended - missing[0]).sum(axis=0)),
        interval((value[1 + number] - value[0]).sum(axis=0)),
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
    found, none = np.zeros(first_days.size), 0
    for column, first in enumerate(first_days.tolist()):
        weeks = sums[first - 1 + WEEK :, column] - sums[first - 1 : days + 1 - WEEK, column]
        good = np.flatnonzero(weeks <= 0)
        found[column] = good[0] if good.size else days + 1 - first
        none += not good.size
    return found, none


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
