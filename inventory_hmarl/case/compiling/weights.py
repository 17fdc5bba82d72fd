"""How fast the customers of a source use its stock, for allocation rules that look at it."""

from __future__ import annotations

import dataclasses

import numpy as np

from inventory_hmarl.core.allocation import LARGEST_WEIGHT, RULES, SEES_COVER
from inventory_hmarl.core.arrays import Array, fold, join, take
from inventory_hmarl.core.demand import Demand
from inventory_hmarl.core.network import Network, Stage, column

LOOKING = tuple(RULES[name] for name in SEES_COVER)
BLOCK = 64  # days whose demand is in memory at a time


def weighted(network: Network, demand: Demand, days: int) -> Network:
    """Return a network whose stages have the weights that their rules look at."""
    looking = [any(rule in LOOKING for rule in stage.rules) for stage in network.stages]
    if not any(looking):
        return network
    use = _use(network, demand, days)
    stages = [
        dataclasses.replace(stage, weights=_weights(network, stage, use)) if sees else stage
        for stage, sees in zip(network.stages, looking, strict=True)
    ]
    return dataclasses.replace(network, stages=tuple(stages))


def _use(network: Network, demand: Demand, days: int) -> list[Array]:
    """Return mean demand a day of each point and all downstream of it, `(P, 1)` a level."""
    blocks = [
        fold(demand.expected(day, min(BLOCK, days + 1 - day))) for day in range(1, days + 1, BLOCK)
    ]
    mean = sum(blocks[1:], blocks[0])[:, None] / days
    own = [
        np.zeros((len(level.points), 1)) if rows is None else mean[rows]
        for level, rows in zip(network.levels, demand.levels, strict=True)
    ]
    return [
        level.downstream.sum(join(own[: number + 1], None))
        for number, level in enumerate(network.levels)
    ]


def _weights(network: Network, stage: Stage, use: list[Array]) -> Array:
    """Return the use of each line's destination, in parts of the largest of its source."""
    lines = [
        take(take(use[part.level], network.levels[part.level].point_of_line), part.lines)
        for part in stage.parts
    ]
    mine, rows = np.concatenate(lines)[:, 0], stage.source_of_line
    source = np.arange(rows.start, rows.stop) if isinstance(rows, slice) else rows
    most = np.zeros(int(source.max()) + 1)
    np.maximum.at(most, source, mine)
    part = np.divide(mine, most[source], out=np.zeros(mine.size), where=most[source] > 0)
    return column(np.maximum(np.floor(LARGEST_WEIGHT * part + 0.5), 1.0))
