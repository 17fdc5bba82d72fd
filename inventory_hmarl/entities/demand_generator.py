"""A case's customers, without the chain."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

import numpy as np

from inventory_hmarl.case import Case, as_case
from inventory_hmarl.case.compiling import compile_case
from inventory_hmarl.core.arrays import Array


class DemandGenerator:
    """What customers ask for on any day: the same that a twin of the case meets.

    >>> from inventory_hmarl import default_case
    >>> customers = DemandGenerator(default_case())
    >>> customers.generate(3) == customers.generate(3)
    True
    """

    def __init__(self, config: Case | Mapping[str, Any], *, replication: int = 0) -> None:
        self._model = compile_case(as_case(config))
        self._numbers = np.array([replication], dtype=np.uint32)

    def series(self, first_day: int, days: int) -> Array:
        """Return demand in units, `(days, points)`, in the order of `points`."""
        return self._model.demand.draw(self._numbers, first_day, days)[:, :, 0]

    @functools.cached_property
    def points(self) -> tuple[tuple[str, str], ...]:
        """The (store, SKU) pairs that `series` has a column for."""
        return tuple(
            (point.location, point.sku)
            for level, rows in zip(
                self._model.network.levels, self._model.demand.levels, strict=True
            )
            if rows is not None
            for point in level.points
        )

    def generate(self, day: int) -> dict[str, dict[str, float]]:
        """Return demand of one day, counted from 1, as `{store: {sku: units}}`."""
        if not 1 <= day <= self._model.days:
            raise ValueError(f"day {day} is outside the case's days 1 to {self._model.days}")
        answer: dict[str, dict[str, float]] = {}
        for (store, sku), units in zip(self.points, self.series(day, 1)[0], strict=True):
            answer.setdefault(store, {})[sku] = float(units)
        return answer
