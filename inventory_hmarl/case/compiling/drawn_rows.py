"""Rows of demand: the points of levels that sell, each with the settings that it is drawn by."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from inventory_hmarl.case.compiling.columns import attribute
from inventory_hmarl.case.faults import CaseError, Fault
from inventory_hmarl.case.models import Case, Demand
from inventory_hmarl.core.arrays import Array
from inventory_hmarl.core.rows import Points


@dataclass(frozen=True)
class Rows:
    """Some rows of demand: a point each, and the settings that it is drawn by."""

    points: Points
    tables: tuple[Demand, ...]
    table: Array  # (rows,) which of them a row has
    deviation: Array | None = None  # (rows,) what multiplies the deviation; None: nothing
    amplitude: Array | None = None  # (rows,) of the season; NaN: the SKU's. None: all are

    def at(self, rows: Array) -> Rows:
        """Return some of the rows."""
        return Rows(self.points.at(rows), self.tables, self.table[rows])

    def have(self, name: str, value: object) -> Array:
        """Return whether a setting of each row has a value, `(rows,)`."""
        return np.array([getattr(table, name) == value for table in self.tables])[self.table]

    @property
    def first(self) -> Demand:
        """The settings of the first row."""
        return self.tables[int(self.table[0])]

    def numbers(self, name: str, by_default: Array) -> Array:
        """Return a number of each row, `(rows,)`; where a row has none, the default's."""
        given = [getattr(table, name) for table in self.tables]
        values = np.array([np.nan if value is None else value for value in given])[self.table]
        return np.where(np.isnan(values), by_default, values)

    def of_sku(self, case: Case, name: str) -> Array:
        """Return a number of each row's SKU, `(rows,)`."""
        return attribute(case.skus.values(), name)[self.points.sku]


def refuse(points: Points, wrong: Array, values: Array, rule: str) -> None:
    """Raise `CaseError` at the first row that is wrong, `(rows,)` bool, for its value."""
    first = np.flatnonzero(wrong)
    if first.size:
        point = points[first[0]]
        value = float(values[first[0]])
        raise CaseError([Fault(f"demand of {point.location}/{point.sku}", value, rule)])
