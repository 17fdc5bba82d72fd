"""What a verification case may measure: each a function of a run and of locations.

A measure gives the two parts of a ratio in each replication. To add one, write a function here.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from inventory_hmarl.core.arrays import Array
from inventory_hmarl.simulation import Run
from inventory_hmarl.verification.estimates import Sample

Places = tuple[str, ...]  # locations; none of them stands for the whole network
Compute = Callable[["Observed", Places], Sample]


class Observed:
    """A run whose figures are computed once, for all that is measured on it."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.days = run.model.days - run.model.warmup_days
        self._figures = functools.cache(run.figures)

    def figure(self, at: Places, name: str) -> Array:
        """Return a figure of the network, or its sum over locations, `(R,)`."""
        if not at:
            return self._figures()[name][0]
        rows = [self.run.labels("location").index(place) for place in at]
        return np.asarray(self._figures("location")[name][rows].sum(axis=0))

    def over_days(self, total: Array) -> Sample:
        """Return a total of the measured days as a mean per day."""
        return Sample(total, np.full(total.shape, float(self.days)))


@dataclass(frozen=True)
class Measure:
    """A quantity to measure, and whether each day's record must be kept for it."""

    compute: Compute
    needs_records: bool = False


def per_day(name: str) -> Compute:
    """Return a measure: a total of `Run.figures`, divided by days."""

    def compute(seen: Observed, at: Places) -> Sample:
        return seen.over_days(seen.figure(at, name))

    return compute


def cost_and_purchases(seen: Observed, at: Places) -> Sample:
    """Measure the total cost and what was paid for the units bought, a day."""
    return seen.over_days(seen.figure(at, "total_cost") + seen.figure(at, "purchase_cost"))


def daily_mean(name: str) -> Compute:
    """Return a measure: a figure that is a mean over days, or a ratio over equal spans, already."""

    def compute(seen: Observed, at: Places) -> Sample:
        mean = seen.figure(at, name)
        return Sample(mean, np.ones_like(mean))

    return compute


def share_of_demand(name: str) -> Compute:
    """Return a measure: a share of the units that customers of the network ask for."""

    def compute(seen: Observed, at: Places) -> Sample:
        assert not at
        demand = seen.figure(at, "total_demand")
        return Sample(seen.figure(at, name) * demand, demand)

    return compute


def days_nobody_waits(seen: Observed, at: Places) -> Sample:
    """Measure the share of days at whose end no customer of a store waits: D <= S, exactly.

    (`alpha_period` counts days on which that day's demand was not met in full, so a day without
    demand is no stock-out day to it even where earlier customers still wait.)
    """
    waiting = _store_rows(seen.run, at, "waiting")
    return seen.over_days((waiting == 0).sum(axis=(0, 1)).astype(float))


def units_owed(seen: Observed, at: Places) -> Sample:
    """Measure units that a location owes to other locations at the end of a day's shipping.

    Read off the records: all that was ordered from it less all that it shipped or dropped.
    """
    owed = sum(
        sign * np.cumsum(_lines_from(seen.run, at, name), axis=0)
        for name, sign in (("ordered", 1.0), ("shipped", -1.0), ("dropped", -1.0))
    )
    assert isinstance(owed, np.ndarray)
    return seen.over_days(owed[seen.run.model.warmup_days :].sum(axis=(0, 1)))


def units_shipped(seen: Observed, at: Places) -> Sample:
    """Measure units that leave a location for others."""
    shipped = _lines_from(seen.run, at, "shipped")[seen.run.model.warmup_days :]
    return seen.over_days(shipped.sum(axis=(0, 1)))


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
    "cost_and_purchases_per_day": Measure(cost_and_purchases),
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
