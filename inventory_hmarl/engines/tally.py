"""Days that somebody else runs, counted as an engine counts its own."""

from __future__ import annotations

from typing import Any

import numpy as np

from inventory_hmarl.core.arrays import Array
from inventory_hmarl.core.horizon import Totals, counted, daily_sums, no_cycles
from inventory_hmarl.core.model import Model, initial_state
from inventory_hmarl.core.record import stack
from inventory_hmarl.core.state import Flows, State
from inventory_hmarl.engines.outcome import Keep, Outcome, blank


class Tally:
    """The counts of some replications of a model, day by day from the first."""

    def __init__(self, model: Model, replications: int) -> None:
        self._model, self._into = model, blank(model, Keep(), replications)
        start = initial_state(model, replications)
        self._totals = Totals(start, self._into.sums, no_cycles(model, replications))

    def add(self, state: State, flows: Flows) -> None:
        """Count a day: what happened on it, and where it led."""
        into = self._into
        self._totals, parts = counted(
            self._model, self._totals, state, flows, into.recorder, _added
        )
        assert into.daily is not None  # all KPIs are kept
        levels = len(self._model.network.levels)
        into.daily[state.day - 1] = daily_sums(into.recorder, parts, levels)

    def outcome(self) -> Outcome:
        """Return what an engine would hand back, after the last day."""
        for number, cycle in enumerate(self._totals.cycles):
            self._into.cycles_ended[number][:] = cycle.ended
            self._into.cycles_served[number][:] = cycle.served
        return self._into


def _added(sums: Any, parts: list[Array], measured: bool) -> Any:  # noqa: ANN401 - as `Add` has it
    return np.add(sums, stack(parts), out=sums) if measured else sums
