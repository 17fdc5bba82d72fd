"""What a planner must know before trusting a case that was made from a history."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from inventory_hmarl.calibration.errors import listed
from inventory_hmarl.calibration.history import History, Series

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from inventory_hmarl.calibration.assumptions import Assumptions

YEAR = 365  # days
FEW_DAYS = 28  # levels from fewer days on sale are worth a note

Demand = dict[
    Series, npt.NDArray[np.float64]
]  # units per day of the calibration window, shape (days,)


def plan_notes(
    history: History, assumptions: Assumptions, demand: Demand, window: int
) -> tuple[str, ...]:
    """One sentence for each thing that is not as one would expect."""
    return (
        *_window_notes(history, assumptions, window),
        *_level_notes(demand, window),
        *_replay_notes(history, demand),
        *_price_notes(history, assumptions, demand),
    )


def _window_notes(history: History, assumptions: Assumptions, window: int) -> Iterator[str]:
    if assumptions.calibration_days is None and window != YEAR:
        yield (
            f"The history has {history.days} days, too few for a year of calibration and a replay:"
            f" the levels come from its first {window} days."
        )


def _level_notes(demand: Demand, window: int) -> Iterator[str]:
    on_sale = {
        one: window - int(np.argmax(units > 0)) for one, units in demand.items() if units.any()
    }
    never = [one for one in demand if one not in on_sale]
    if never:
        names = _names(never)
        yield f"No sale in the calibration, so the lowest levels; set them by hand: {names}."
    few = [one for one, days in on_sale.items() if days < min(FEW_DAYS, window)]
    if few:
        yield f"Levels from fewer than {FEW_DAYS} days on sale: {_names(few)}."


def _replay_notes(history: History, demand: Demand) -> Iterator[str]:
    left_out = [one for one in history.series if one not in demand]
    if left_out:
        yield f"Left out, because no row is later than the calibration: {_names(left_out)}."
    last = dict(zip(history.series, history.last_rows().tolist(), strict=True))
    ended = [one for one in demand if last[one] < history.days - 1]
    if ended:
        yield f"No row up to the last day, so no demand at the end: {_names(ended)}."


def _price_notes(history: History, assumptions: Assumptions, demand: Demand) -> Iterator[str]:
    if history.prices is None:
        return
    unpriced = dict.fromkeys(one.sku for one in demand if one.sku not in history.prices.mean)
    if unpriced:
        yield f"Without a price, so {assumptions.unit_price:g} is assumed: {listed(unpriced)}."


def _names(series: Iterable[Series]) -> str:
    return listed((f"SKU {one.sku} in store {one.store}" for one in series), limit=6)
