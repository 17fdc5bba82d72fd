"""`risk`: what an outage of each location and each lane does, worst first.

An outage is a disruption of the day (`core.disruptions`). Of a location nothing leaves and nothing
is received; on a lane nothing leaves, and what is on its way stands still; or what else is asked
for stops. It begins on another day in each replication, so that no one moment of the order cycle
decides, and meets the same customers as the run without it.

Source: Simchi-Levi, Schmidt & Wei (2014), "From superstorms to factory fires", Harvard Business
Review 92; Simchi-Levi et al. (2015), "Identifying risks and mitigating disruptions in the
automotive supply chain", Interfaces 45(5): time to survive, time to recover, risk exposure index.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any  # settings of a case are of any type

import numpy as np

from inventory_hmarl.case import Case, as_case
from inventory_hmarl.case.compiling import compile_case
from inventory_hmarl.case.models import Disruption, LaneEnds
from inventory_hmarl.case.models.disruptions import STOPS
from inventory_hmarl.core.arrays import Array, fold
from inventory_hmarl.core.model import Model
from inventory_hmarl.engines import check_choice
from inventory_hmarl.engines.outcome import Keep, Outcome
from inventory_hmarl.engines.workers import Progress
from inventory_hmarl.studies.candidates import Method, has_chance, run_models, width
from inventory_hmarl.studies.errors import StudyError
from inventory_hmarl.studies.intervals import Interval, interval

WEEK = 7  # days as good as without the outage, after which a chain has recovered
NEVER = 2**30  # days of an outage that does not end: no run has so many
OF_LOCATION = ("shipments", "receipts")  # what stops, if nothing else is asked for
OF_LANE = ("shipments", "transit")


@dataclass(frozen=True)
class Outage:
    """What stops: a location (no destination), or the lane between two locations."""

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
    """All outages, worst first, and those of which nothing can stop."""

    rows: tuple[Risk, ...]
    left_out: tuple[Outage, ...]  # what is to stop is not there: a supplier receives nothing
    unfinished: tuple[Outage, ...] = ()  # Ctrl-C came before


def risk(  # noqa: PLR0913 - one name for each choice, all but the case by name
    case: Case | Mapping[str, Any] | str | Path,
    *,
    outage_days: int = 14,
    replications: int = 50,
    stops: Collection[str] = (),
    days: int | None = None,
    engine: str = "numpy",
    precision: str = "exact",
    workers: int | None = None,
    progress: Progress | None = None,
) -> Risks:
    """Return what an outage of each location and lane does, worst first.

    `stops` are orders, shipments, transit or receipts, as in a case's disruptions; by default
    shipments and receipts of a location, shipments and transit of a lane. `engine`, `precision` and
    `workers` are those of `simulate`; `progress(done, all)` counts outages. A `KeyboardInterrupt`
    after the first of them ends it with those that are finished.

    >>> from inventory_hmarl.case import default_case
    >>> found = risk(default_case(), outage_days=14, replications=4)
    >>> len(found.rows), found.rows[0].units_lost.mean > 0
    (9, True)
    """
    check_choice(engine, precision)
    _check_stops(stops)
    case = as_case(case) if days is None else as_case(case).changed(days=days)
    model = compile_case(case)
    room = model.days - model.warmup_days - outage_days
    if outage_days < 1 or room < WEEK:
        raise StudyError(
            f"outage_days = {outage_days}: must be at least 1, and leave a week of the "
            f"{model.days - model.warmup_days} measured days to recover in; ask for more days."
        )
    troubles = _troubles(case, stops)
    left_out = tuple(outage for outage, trouble in troubles.items() if trouble is None)
    hit = {outage: trouble for outage, trouble in troubles.items() if trouble is not None}
    if not hit:
        raise StudyError(f"stops = {', '.join(stops)}: hits nothing anywhere in this case.")
    count = replications if has_chance(model) else min(replications, room)
    begins = model.warmup_days + 1 + np.arange(count) * max(1, room // 2) // count
    method = Method(engine, precision, workers)
    runs = _Runs(case, model, hit, begins, outage_days, method)
    rows: list[Risk] = []
    try:
        for row in runs.risks():
            rows.append(row)
            if progress is not None:
                progress(len(rows), len(hit))
    except KeyboardInterrupt:
        if not rows:
            raise
    return Risks(_ranked(rows), left_out, tuple(hit)[len(rows) :])


def _check_stops(stops: Collection[str]) -> None:
    for stop in stops:
        if stop not in STOPS:
            raise StudyError(f"stops = {stop!r:.40}: must be among {', '.join(STOPS)}.")


def _troubles(case: Case, stops: Collection[str]) -> dict[Outage, Disruption | None]:
    """Return the disruption of each outage: sources, lanes, then stores; None: nothing can stop."""
    found: dict[Outage, Disruption | None] = {}
    for lane in case.lanes:
        found.setdefault(Outage(lane.source), None)
        found.setdefault(Outage(lane.source, lane.destination), None)
    found |= {Outage(store): None for store in case.stores if Outage(store) not in found}
    return {outage: _trouble(case, outage, stops) for outage in found}


def _trouble(case: Case, outage: Outage, stops: Collection[str]) -> Disruption | None:
    """Return the disruption that an outage is, with what there is to stop."""
    place: dict[str, Any] = {"locations": (outage.source,)}
    usual = OF_LOCATION
    if outage.destination is not None:
        ends = LaneEnds(source=outage.source, destination=outage.destination)
        place, usual = {"lanes": (ends,)}, OF_LANE
    wanted = [stop for stop in STOPS if stop in (stops or usual)]
    every = Disruption(**place, stops=tuple(wanted), first_day=1)
    there = [stop for stop in wanted if any(every.hits(lane, stop) for lane in case.lanes)]
    return every.model_copy(update={"stops": tuple(there)}) if there else None


@dataclass(frozen=True)
class _Runs:
    """Runs without an outage, with each outage, and with each one that does not end."""

    case: Case
    model: Model
    troubles: Mapping[Outage, Disruption]
    begins: Array  # (R,) first days
    outage_days: int
    method: Method

    def risks(self) -> Iterator[Risk]:
        """Yield what each outage does, some at a time: as many as fill a block."""
        count, outages = self.begins.size, tuple(self.troubles)
        none = self._missing(self.model, np.arange(count), lambda _: self.model)
        size = max(1, width(self.model, 2 * count * len(outages), self.method) // (2 * count))
        for first in range(0, len(outages), size):
            chosen = outages[first : first + size]
            more = self._with(chosen) - none  # (2, candidates, days, R)
            for place, outage in enumerate(chosen):
                ended, endless = more[:, place], more[0, len(chosen) + place]
                yield _risk(outage, ended, endless, self.begins, self.outage_days)

    def _with(self, outages: tuple[Outage, ...]) -> Array:
        """Return what is missing with each of some outages, then with each that does not end."""
        count, number = self.begins.size, len(outages)
        given = self.case.disruptions
        ids = _free_ids(given, number)
        hit = {name: self.troubles[outage] for name, outage in zip(ids, outages, strict=True)}
        model = compile_case(self.case.changed(disruptions={**given, **hit}))
        lengths = np.repeat([self.outage_days, NEVER], number)
        columns = np.arange(2 * number * count)

        def of_columns(column: Array) -> Model:
            candidate = column // count
            first = np.full((len(given) + number, column.size), float(NEVER))
            first[len(given) + candidate % number, np.arange(column.size)] = self.begins[
                column % count
            ]
            return _on_days(model, len(given), first, first + lengths[candidate] - 1)

        return self._missing(model, columns, of_columns)

    def _missing(self, model: Model, columns: Array, of_columns: Callable[[Array], Model]) -> Array:
        """Return units, and their value, that were not handed over on their day.

        Columns are the replications of each candidate in turn; `(2, candidates, days, R)`.
        """
        count = self.begins.size
        keep = Keep(kpis=False, records=["demand", "filled", "lost"])  # filled: or what is not lost
        numbers = (columns % count).astype(np.uint32)
        found = run_models(model, numbers, of_columns, keep, self.method)
        parts = np.concatenate([_not_handed_over(each, out) for each, _, out in found], -1)
        shape = (2, model.days, columns.size // count, count)
        answer: Array = parts[..., : columns.size].reshape(shape).swapaxes(1, 2)
        return answer


def _free_ids(given: Collection[str], count: int) -> list[str]:
    """Return ids for some more disruptions."""
    free = (f"outage {number}" for number in itertools.count(1))
    return list(itertools.islice((name for name in free if name not in given), count))


def _on_days(model: Model, given: int, first: Array, last: Array) -> Model:
    """Return a model whose disruptions, but for the first ones, come on days of each replication.

    `first` and `last` are `(C, R)`.
    """
    troubles = model.network.disruptions
    assert troubles is not None
    assert troubles.planned is not None  # an outage has a day, for which another one stands here
    planned = troubles.planned.copy()
    planned[:, given:] = 0.0
    troubles = dataclasses.replace(
        troubles, planned=planned if planned.any() else None, spans=(first, last)
    )
    network = dataclasses.replace(model.network, disruptions=troubles)
    return dataclasses.replace(model, network=network)


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
