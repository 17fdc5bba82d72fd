"""What a formula needs to know of each point: a day's demand, its lead time, its rates."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from inventory_hmarl.core.arrays import Array, join
from inventory_hmarl.core.model import Model

SAMPLE = 2_000_000  # draws looked at
MOST_REPLICATIONS = 64


@dataclass(frozen=True)
class LevelDemand:
    """Of each point of a level, columns `(P,)`."""

    mean: Array  # units a day that customers of the point, or downstream of it, ask for
    deviation: Array  # of a day, units; seasons are part of it
    lead_time: Array  # days; the longest of the point's lanes
    holding: Array  # money per unit and day
    stockout: Array  # money per unit lost or waiting
    ordering: Array  # money per order line


def demands(model: Model) -> tuple[LevelDemand, ...]:
    """Return what each level's points meet, from draws of the measured days."""
    days = model.days - model.warmup_days
    replications = max(2, min(MOST_REPLICATIONS, SAMPLE // max(1, days * model.demand.rows)))
    numbers = np.arange(replications, dtype=np.uint32)
    drawn = model.demand.draw(numbers, model.warmup_days + 1, days)
    mean, square = _moments(model, drawn)
    answer = []
    for number, level in enumerate(model.network.levels):
        lead_time = np.zeros(len(level.points))
        point = np.arange(len(level.points))[level.point_of_line]
        np.maximum.at(lead_time, point, np.asarray(level.lines.lead_time, dtype=float))
        ordering = np.zeros(len(level.points))
        np.maximum.at(ordering, point, model.rates[number].ordering)
        spread = np.sqrt(np.maximum(square[number] - mean[number] ** 2, 0.0))
        answer.append(
            LevelDemand(
                mean[number],
                spread,
                lead_time,
                model.rates[number].holding,
                model.rates[number].stockout,
                ordering,
            )
        )
    return tuple(answer)


def _moments(model: Model, drawn: Array) -> tuple[list[Array], list[Array]]:
    """Return the mean and the mean square of each level's daily demand, downstream included."""
    levels = model.network.levels
    sums = [np.zeros(len(level.points)) for level in levels]
    squares = [np.zeros(len(level.points)) for level in levels]
    for day in drawn:
        own = [
            np.zeros((len(level.points), day.shape[1])) if units is None else units
            for level, units in zip(levels, model.demand.by_level(day), strict=True)
        ]
        for number, level in enumerate(levels):
            units = level.downstream.sum(join(own[: number + 1], None))
            sums[number] += units.sum(axis=1)
            squares[number] += (units**2).sum(axis=1)
    count = drawn.shape[0] * drawn.shape[2]
    return [each / count for each in sums], [each / count for each in squares]
