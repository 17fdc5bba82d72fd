"""What the mean of each day is made of, in the order in which it is multiplied.

mean = base_demand x multiplier x season x yearly x weekday x trend x life x events x promotions
x spikes. A record has its own seasons, trend and events in it; the rest multiplies it too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from inventory_hmarl.case.compiling.columns import numbers
from inventory_hmarl.case.compiling.drawn_rows import Rows, refuse
from inventory_hmarl.case.models import Case, Promotion
from inventory_hmarl.core.arrays import Array
from inventory_hmarl.core.demand.factors import Life, Listed, Span, Trend, Wave, Weekly, Yearly
from inventory_hmarl.core.demand.path import Factor, MeanPath
from inventory_hmarl.core.rows import Points

MOST_UNITS = 1e9
LARGE_MEAN = (
    f"is what the mean, with all that multiplies it, may reach; it must be at most "
    f"{MOST_UNITS:g} units a day"
)
DEEP_DIP = (
    "is the share of usual demand that is left after a promotion; what is bought ahead must be "
    "less than the demand of dip_days"
)


def mean_path(case: Case, rows: Rows) -> MeanPath:
    """Return the mean of rows whose demand is drawn around base_demand."""
    base = rows.of_sku(case, "base_demand") * _multiplier(case, rows)
    return _path(case, rows, base, recorded=False)


def scale_path(case: Case, rows: Rows, *, recorded: bool) -> MeanPath | None:
    """Return what multiplies tabulated or recorded demand, or None where nothing does."""
    path = _path(case, rows, _multiplier(case, rows), recorded=recorded)
    return None if (path.base == 1).all() and not path.factors else path


def _multiplier(case: Case, rows: Rows) -> Array:
    """Return what multiplies the demand of each row; 0 where nobody buys."""
    multipliers = [store.demand_multiplier for store in case.stores.values()]
    return numbers(
        [*multipliers, *(0.0 for _ in case.warehouses)], rows.points.location, rows.points
    )


def _path(case: Case, rows: Rows, base: Array, *, recorded: bool) -> MeanPath:
    usual = () if recorded else tuple(_usual(case, rows))
    path = MeanPath(base, (*usual, *_told(case, rows)))
    highest = path.highest()
    refuse(rows.points, ~(highest <= MOST_UNITS), highest, LARGE_MEAN)
    return path


def _usual(case: Case, rows: Rows) -> Iterator[Factor]:
    """Yield what a record has in it already: seasons, trend and the calendar's events."""
    amplitude = rows.of_sku(case, "seasonality_amplitude")
    if rows.amplitude is not None:
        amplitude = np.where(np.isnan(rows.amplitude), amplitude, rows.amplitude)
    amplitude = np.where(rows.have("seasonality", True), amplitude, 0.0)
    if amplitude.any():
        periods, which = np.unique(rows.of_sku(case, "seasonality_period"), return_inverse=True)
        yield Wave(amplitude, periods, which)
    nothing = np.zeros(len(rows.points))
    first = case.day_1
    swing = rows.numbers("yearly_amplitude", nothing)
    if swing.any():
        peak = rows.numbers("yearly_peak", nothing) - first.timetuple().tm_yday + 1
        (amplitudes, peaks), which = _distinct(swing, peak)
        yield Yearly(which, amplitudes, peaks)
    if any(table.weekdays for table in rows.tables):
        yield _weekly(rows, first.weekday())
    slope = rows.numbers("trend", nothing)
    if slope.any():
        (slopes,), which = _distinct(slope)
        yield Trend(which, slopes, case.days)
    if case.events:
        yield _events(case, rows.points)


def _told(case: Case, rows: Rows) -> Iterator[Factor]:
    """Yield what multiplies a record, too: life, promotions and spikes."""
    first = rows.numbers("first_day", np.full(len(rows.points), -np.inf))
    last = rows.numbers("last_day", np.full(len(rows.points), np.inf))
    if np.isfinite([first, last]).any():
        (firsts, lasts), which = _distinct(first, last)
        yield Life(which, firsts, lasts)
    for promotion in case.promotions:
        yield from _promotion(case, rows, promotion)
    for spike in case.spikes:
        reached = reaches(rows.points, spike.stores, spike.skus)
        if reached.any() and spike.multiplier != 1:
            last_day = case.days if spike.last_day is None else spike.last_day
            factor = np.where(reached, spike.multiplier, 1.0)
            yield Span(spike.first_day, last_day, factor)


def _distinct(*values: Array) -> tuple[Array, Array]:
    """Return the distinct columns of some rows of numbers, and which each row has."""
    distinct, which = np.unique(np.stack(values), axis=1, return_inverse=True)
    return distinct, which.ravel()


def _weekly(rows: Rows, weekday: int) -> Weekly:
    """Return the factors of days 1 to 7, of which day 1 is this day of the week, 0 for Monday."""
    weights = np.array([table.weekdays or (1.0,) * 7 for table in rows.tables])[rows.table]
    columns, which = _distinct(*(weights / weights.mean(axis=1, keepdims=True)).T)
    return Weekly(which, np.roll(columns, -weekday, axis=0))


def _events(case: Case, points: Points) -> Listed:
    reached = np.array(
        [
            reaches(
                points,
                None if event.store is None else (event.store,),
                None if event.sku is None else (event.sku,),
            )
            for event in case.events
        ]
    )
    scopes, which = np.unique(reached, axis=1, return_inverse=True)
    days = min(case.days, max(event.day for event in case.events))
    values = np.ones((days, scopes.shape[1]))
    for event, scope in zip(case.events, scopes, strict=True):
        if event.day <= days:
            values[event.day - 1] *= np.where(scope, event.factor, 1.0)
    return Listed(which.ravel(), values)


def _promotion(case: Case, rows: Rows, promotion: Promotion) -> Iterator[Factor]:
    """Yield the days of a promotion, and those after it when customers live on their pantry."""
    reached = reaches(rows.points, promotion.stores, promotion.skus)
    if not reached.any():
        return
    elasticity = rows.numbers("elasticity", np.zeros(reached.size))
    factor = np.where(reached, promotion.price**elasticity * promotion.uplift, 1.0)
    last_day = case.days if promotion.last_day is None else promotion.last_day
    yield Span(promotion.first_day, last_day, factor)
    if promotion.dip > 0:
        length = last_day - promotion.first_day + 1
        ahead = promotion.dip * np.maximum(factor - 1.0, 0.0) * length
        left = 1.0 - ahead / promotion.dip_days
        refuse(rows.points, left < 0, left, DEEP_DIP)
        yield Span(last_day + 1, last_day + promotion.dip_days, left)


def reaches(points: Points, stores: Sequence[str] | None, skus: Sequence[str] | None) -> Array:
    """Return which points an event is about, `(rows,)` bool; None stands for all."""
    names = points.names
    these = set(names.locations if stores is None else stores)
    those = set(names.skus if skus is None else skus)
    reached = np.array([name in these for name in names.locations])[points.location]
    reached &= np.array([name in those for name in names.skus])[points.sku]
    return reached
