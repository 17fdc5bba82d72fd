"""One day at a time, on either engine: what a twin is advanced by."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from inventory_hmarl.core.day import Decide, replenish, sell
from inventory_hmarl.core.model import Model
from inventory_hmarl.core.state import Chance, LevelSales, LevelShipments, State
from inventory_hmarl.engines import check_choice

Sales: TypeAlias = tuple[LevelSales | None, ...]
Shipments: TypeAlias = tuple[LevelShipments, ...]


class Days(Protocol):
    """The two halves of a day; states and flows are of NumPy's arrays on every engine."""

    def sell(self, state: State, chance: Chance) -> tuple[State, Sales]:
        """Return the state after the day's customers, and the sales (steps 1 and 2)."""

    def replenish(
        self, state: State, sales: Sales, decide: Decide | None, chance: Chance
    ) -> tuple[State, Shipments]:
        """Return the state at the end of the day, and the moves (steps 3 to 6).

        Without a `decide`, the policies of the model decide.
        """


@dataclass(frozen=True)
class PlainDays:
    """Days by the core's functions as they stand."""

    model: Model

    def sell(self, state: State, chance: Chance) -> tuple[State, Sales]:
        """Return what `Days.sell` promises."""
        return sell(self.model.network, state, chance)

    def replenish(
        self, state: State, sales: Sales, decide: Decide | None, chance: Chance
    ) -> tuple[State, Shipments]:
        """Return what `Days.replenish` promises."""
        deciding = self.model.policies if decide is None else decide
        return replenish(self.model.network, state, sales, deciding, chance)


def days_of(model: Model, engine: str) -> Days:
    """Return the days of a model on an engine; errors are those of `check_choice`."""
    check_choice(engine)
    if engine == "numpy":
        return PlainDays(model)
    module: Any = importlib.import_module("inventory_hmarl.engines.compiled.single_day")
    days: Days = module.CompiledDays(model)
    return days
