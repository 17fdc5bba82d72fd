"""From a history to the figures of a case: which series, which levels, which costs, which days."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from inventory_hmarl.calibration.assumptions import Assumptions
from inventory_hmarl.calibration.errors import file_error
from inventory_hmarl.calibration.history import natural_order
from inventory_hmarl.calibration.levels import (
    Levels,
    daily_demand,
    economic_order_quantity,
    levels,
    safety_factor,
)
from inventory_hmarl.calibration.notes import YEAR, Demand, plan_notes

if TYPE_CHECKING:
    from inventory_hmarl.calibration.history import History, Series

SHORTEST_REPLAY = 28  # days that must be left after the calibration
SHORTEST_HISTORY = 2 * SHORTEST_REPLAY


@dataclass(frozen=True)
class SkuPlan:
    """The figures of one SKU: money per unit, holding per unit and day, ordering per order line."""

    base_demand: float
    demand_std: float
    unit_price: float
    unit_cost: float
    holding_cost: float
    stockout_penalty: float
    ordering_cost: float


@dataclass(frozen=True)
class CasePlan:
    """All figures of a case before they are written; ``days`` follow the ``calibration_days``."""

    history: History
    assumptions: Assumptions
    calibration_days: int
    days: int
    warmup_days: int
    whole_units: bool
    skus: dict[str, SkuPlan]
    store_levels: dict[Series, Levels]
    warehouse_levels: dict[str, Levels]
    left_out: tuple[Series, ...]
    notes: tuple[str, ...]

    @property
    def series(self) -> tuple[Series, ...]:
        """The series of the case."""
        return tuple(self.store_levels)


def plan_case(history: History, assumptions: Assumptions | None = None) -> CasePlan:
    """Compute the levels from the start of a history; what follows is left for the replay.

    Series without a row after the calibration window are left out. Raises ``HistoryError`` when the
    history is too short, or nothing is sold after the window.
    """
    assumptions = assumptions or Assumptions()
    window = _calibration_days(history, assumptions)
    _check_sales(history, window)
    demand = _demand(history, window)
    by_sku = _by_sku(demand)
    prices = history.prices.mean if history.prices else {}
    skus = {sku: _sku(prices.get(sku), units, assumptions) for sku, units in by_sku.items()}
    maker = _LevelMaker(assumptions, whole=bool(np.all(history.units % 1 == 0)))
    return CasePlan(
        history=history,
        assumptions=assumptions,
        calibration_days=window,
        days=history.days - window,
        warmup_days=_warmup_days(history.days - window, assumptions),
        whole_units=maker.whole,
        skus=skus,
        store_levels={one: maker.store(units, skus[one.sku]) for one, units in demand.items()},
        warehouse_levels={
            sku: maker.warehouse(units.sum(axis=0), skus[sku]) for sku, units in by_sku.items()
        },
        left_out=tuple(one for one in history.series if one not in demand),
        notes=plan_notes(history, assumptions, demand, window),
    )


@dataclass(frozen=True)
class _LevelMaker:
    """Turns days of demand into levels under the assumptions."""

    assumptions: Assumptions
    whole: bool

    def store(self, demand: npt.NDArray[np.float64], sku: SkuPlan) -> Levels:
        """Levels of one SKU in one store; demand has shape (days,)."""
        return self._levels(demand, self.assumptions.store_lead_time, sku)

    def warehouse(self, demand: npt.NDArray[np.float64], sku: SkuPlan) -> Levels:
        """Levels of one SKU in the warehouse; demand, shape (days,), is the sum over its stores."""
        return self._levels(demand, self.assumptions.supplier_lead_time, sku)

    def _levels(self, demand: npt.NDArray[np.float64], lead_time: int, sku: SkuPlan) -> Levels:
        mean, std = daily_demand(demand)
        z = safety_factor(self.assumptions.cycle_service)
        quantity = self._order_quantity(mean, sku)
        return levels((mean, std), lead_time, z, quantity, whole=self.whole)

    def _order_quantity(self, mean: float, sku: SkuPlan) -> float:
        if self.assumptions.order_quantity == "cover":
            return mean * self.assumptions.cover_days
        economic = economic_order_quantity(mean, sku.ordering_cost, sku.holding_cost)
        return min(max(economic, mean), mean * self.assumptions.maximum_cover_days)


def _calibration_days(history: History, assumptions: Assumptions) -> int:
    window = assumptions.calibration_days
    if window is None:
        window = YEAR if history.days >= YEAR + SHORTEST_REPLAY else history.days // 2
        if history.days < SHORTEST_HISTORY:
            rule = (
                f"a case needs at least {SHORTEST_HISTORY}, half for the levels and half to replay"
            )
            raise file_error(history.file, f"covers {history.days} days only; {rule}")
    if window >= history.days:
        rule = f"calibration_days = {window} leaves none to replay"
        raise file_error(history.file, f"covers {history.days} days only; {rule}")
    return window


def _warmup_days(days: int, assumptions: Assumptions) -> int:
    warmup = (
        min(SHORTEST_REPLAY, days // 4)
        if assumptions.warmup_days is None
        else assumptions.warmup_days
    )
    if warmup >= days:
        raise ValueError(
            f"warmup_days = {warmup}: must be less than the {days} days of the replay."
        )
    return warmup


def _check_sales(history: History, window: int) -> None:
    if not np.any(history.units[history.day_of_row >= window] > 0):
        raise file_error(
            history.file, f"has no sale after its first {window} days; nothing to replay"
        )


def _demand(history: History, window: int) -> Demand:
    """Daily units within the window, of each series that has a row after it."""
    daily = history.daily(window)
    kept = np.flatnonzero(history.last_rows() >= window).tolist()
    return {history.series[index]: daily[index] for index in kept}


def _by_sku(demand: Demand) -> dict[str, npt.NDArray[np.float64]]:
    """Demand of each SKU, shape (its stores, days), in natural order of the SKUs."""
    groups: dict[str, list[npt.NDArray[np.float64]]] = {}
    for one, units in demand.items():
        groups.setdefault(one.sku, []).append(units)
    return {sku: np.array(groups[sku]) for sku in natural_order(groups)}


def _sku(price: float | None, demand: npt.NDArray[np.float64], assumptions: Assumptions) -> SkuPlan:
    """Figures of a SKU with daily demand of shape (stores, days)."""
    mean, std = np.mean([daily_demand(units) for units in demand], axis=0).tolist()
    price = assumptions.unit_price if price is None else price
    cost = price * (1 - assumptions.margin)
    holding = cost * assumptions.annual_holding_rate / YEAR
    return SkuPlan(mean, std, price, cost, holding, price - cost, assumptions.ordering_cost)
