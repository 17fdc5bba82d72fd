"""What a verification case may measure: each a function of a run and of locations.

A measure gives the two parts of a ratio in each replication. To add one, write a function here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from inventory_hmarl.core.arrays import Array
from inventory_hmarl.simulate import Run
from inventory_hmarl.verification.estimates import Sample

Places = tuple[str, ...]  # locations; none of them stands for the whole network
Compute = Callable[[Run, Places], Sample]


@dataclass(frozen=True)
class Measure:
    """A quantity to measure, and whether each day's record must be kept for it."""

    compute: Compute
    needs_records: bool = False


def figure(run: Run, at: Places, name: str) -> Array:
    """Return a figure of the network, or its sum over locations, `(R,)`."""
    if not at:
        return run.figures()[name][0]
    rows = [run.labels("location").index(place) for place in at]
    return np.asarray(run.figures("location")[name][rows].sum(axis=0))


def per_day(name: str) -> Compute:
    """Return a measure: a total of `Run.figures`, divided by days."""

    def compute(run: Run, at: Places) -> Sample:
        return _over_days(run, figure(run, at, name))

    return compute


def daily_mean(name: str) -> Compute:
    """Return a measure: a figure that is a mean over days, or a ratio over equal spans, already."""

    def compute(run: Run, at: Places) -> Sample:
        mean = figure(run, at, name)
        return Sample(mean, np.ones_like(mean))

    return compute


def share_of_demand(name: str) -> Compute:
    """Return a measure: a share of the units that customers of the network ask for."""

    def compute(run: Run, at: Places) -> Sample:
        assert not at
        demand = figure(run, at, "total_demand")
        return Sample(figure(run, at, name) * demand, demand)

    return compute


def days_nobody_waits(run: Run, at: Places) -> Sample:
    """Measure the share of days at whose end no customer of a store waits: D <= S, exactly.

    (`alpha_period` counts days on which that day's demand was not met in full, so a day without
    demand is no stock-out day to it even where earlier customers still wait.)
    """
    waiting = _store_rows(run, at, "waiting")
    return _over_days(run, (waiting == 0).sum(axis=(0, 1)).astype(float))


def units_owed(run: Run, at: Places) -> Sample:
    """Measure units that a location owes to other locations at the end of a day's shipping.

    Read off the records: all that was ordered from it less all that it shipped or dropped.
    """
    owed = sum(
        sign * np.cumsum(_lines_from(run, at, name), axis=0)
        for name, sign in (("ordered", 1.0), ("shipped", -1.0), ("dropped", -1.0))
    )
    assert isinstance(owed, np.ndarray)
    return _over_days(run, owed[run.model.warmup_days :].sum(axis=(0, 1)))


def units_shipped(run: Run, at: Places) -> Sample:
    """Measure units that leave a location for others."""
    shipped = _lines_from(run, at, "shipped")[run.model.warmup_days :]
    return _over_days(run, shipped.sum(axis=(0, 1)))


def _over_days(run: Run, total: Array) -> Sample:
    days = run.model.days - run.model.warmup_days
    return Sample(total, np.full(total.shape, float(days)))


def _records(run: Run) -> Array:
    records = run.outcome.records
    assert records is not None
    return records


def _store_rows(run: Run, at: Places, name: str) -> Array:
    """Return a quantity of a location's points after the warm-up, `(days, P, R)`."""
    parts = []
    for number, level in enumerate(run.model.network.levels):
        mine = [row for row, point in enumerate(level.points) if point.location in at]
        if mine:
            rows = run.outcome.recorder.of(_records(run), name, number)
            parts.append(rows[run.model.warmup_days :, mine])
    return np.concatenate(parts, axis=1)


def _lines_from(run: Run, at: Places, name: str) -> Array:
    """Return a quantity of the lines that start at a location, `(days, L, R)`."""
    parts = []
    for number, level in enumerate(run.model.network.levels):
        mine = [row for row, line in enumerate(level.lines) if line.source in at]
        if mine and (name, number) in run.outcome.recorder.rows:
            parts.append(run.outcome.recorder.of(_records(run), name, number)[:, mine])
    if not parts:
        return np.zeros((run.model.days, 1, run.replications.size))
    return np.concatenate(parts, axis=1)


MEASURES: Mapping[str, Measure] = {
    "cost_per_day": Measure(per_day("total_cost")),
    "total_cost": Measure(daily_mean("total_cost")),
    "on_hand": Measure(daily_mean("avg_inventory")),
    "customers_waiting": Measure(per_day("backorder_days")),
    "demand_per_day": Measure(per_day("total_demand")),
    "sold_per_day": Measure(per_day("total_sales")),
    "lost_per_day": Measure(per_day("total_lost_sales")),
    "ordered_per_day": Measure(per_day("units_ordered")),
    "unit_fill_rate": Measure(share_of_demand("unit_fill_rate")),
    "alpha_period": Measure(daily_mean("alpha_period")),
    "bullwhip": Measure(daily_mean("bullwhip_var_level_0")),
    "days_nobody_waits": Measure(days_nobody_waits, needs_records=True),
    "units_owed": Measure(units_owed, needs_records=True),
    "units_shipped": Measure(units_shipped, needs_records=True),
}
