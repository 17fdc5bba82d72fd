"""Traces: each column of each day, held against a source's table, exactly.

A source's row is a morning and the day after it. Our evening of day t is its morning of day t + 1,
so its row `t` (from 0) shows what arrived, was ordered and is on its way at the end of our day t,
and the demand, sales, stock and cost of our day t + 1.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from inventory_hmarl.core.arrays import Array, join
from inventory_hmarl.simulation import Run
from inventory_hmarl.verification.case_files import Trace


class StoreDays:
    """The days of one store with one SKU in one replication: a quantity a day, `(days,)`."""

    def __init__(self, run: Run, store: str) -> None:
        records = run.outcome.records
        assert records is not None
        self._recorder, self._records = run.outcome.recorder, records
        points = run.model.network.levels[0].points
        self._row = next(row for row, point in enumerate(points) if point.location == store)
        self._rates = run.model.rates[0]
        start = run.model.start[0].arriving
        level = run.model.network.levels[0]
        coming = level.lines_of_point.sum(
            join([arriving.sum(axis=0) for arriving in start], level.transit_order)
        )
        self.coming = float(coming[self._row, 0])  # units on their way before day 1

    def of(self, name: str) -> Array:
        """Return a recorded quantity; 0 where it cannot occur."""
        rows = self._recorder.of(self._records, name, 0)
        return np.asarray(rows[:, self._row if rows.shape[1] > 1 else 0, 0])

    def unmet(self) -> Array:
        """Return units of the day's demand that were not handed over on the day."""
        return self.of("demand") - self.of("filled")

    def on_the_way(self) -> Array:
        """Return units in transit at the end of each day."""
        return self.coming + np.cumsum(self.of("shipped") - self.of("arrived"))

    def charged(self) -> Array:
        """Return units that the penalty is charged on: lost today, or waiting."""
        return self.of("waiting") + self.of("lost")

    def cost(self) -> Array:
        """Return holding cost and penalty; a trace's fixed cost would belong to another row."""
        return (
            self.of("stock") * self._rates.holding[self._row]
            + self.charged() * self._rates.stockout[self._row]
        )


Column = Callable[[StoreDays], Array]

EVENING: Mapping[str, Column] = {
    "arrived": lambda days: days.of("arrived"),
    "ordered": lambda days: days.of("ordered"),
    "pipeline_end": lambda days: days.on_the_way(),
}
DAY: Mapping[str, Column] = {
    "demand": lambda days: days.of("demand"),
    "sold": lambda days: days.of("filled"),
    "unmet": lambda days: days.unmet(),
    "on_hand_end": lambda days: days.of("stock"),
    "backorder_end": lambda days: days.of("waiting"),
    "cost": lambda days: days.cost(),
}
# What the first row shows of the evening before day 1.
BEFORE: Mapping[str, Callable[[StoreDays], float]] = {"pipeline_end": lambda days: days.coming}


def nothing(_days: StoreDays) -> float:
    """Return 0: nothing arrived or was ordered on the evening before day 1."""
    return 0.0


COLUMNS = frozenset({*EVENING, *DAY})


def measured_columns(run: Run, trace: Trace) -> dict[str, Array]:
    """Return each column of a trace as the simulator has it, a number a row."""
    days = StoreDays(run, trace.at)
    evening = {
        name: np.concatenate([[BEFORE.get(name, nothing)(days)], column(days)[:-1]])
        for name, column in EVENING.items()
        if name in trace.columns
    }
    return evening | {name: c(days) for name, c in DAY.items() if name in trace.columns}


def differing_cells(run: Run, trace: Trace) -> int:
    """Return how many cells of a trace differ; nothing is rounded.

    Raises
    ------
    ValueError
        A column is unknown, or does not have a number for each day.
    """
    if unknown := sorted(set(trace.columns) - COLUMNS):
        raise ValueError(f"A trace has no column {unknown[0]!r}; it has {sorted(COLUMNS)}.")
    measured = measured_columns(run, trace)
    expected = {name: np.array(values) for name, values in trace.columns.items()}
    for name, values in expected.items():
        if values.shape != measured[name].shape:
            rows, days = values.size, measured[name].size
            raise ValueError(f"Column {name!r} has {rows} rows for {days} days.")
    return sum(int((measured[name] != values).sum()) for name, values in expected.items())
