"""Where a tree of stages holds safety stock: guaranteed service, by dynamic programming.

Each stage quotes its customers a time within which it always delivers. It holds stock for the days
that remain: what its slowest supplier quotes + its own days - what it quotes itself.

Source: Graves & Willems (2000), "Optimizing strategic safety stock placement in supply chains",
M&SOM 2(1), the programme for spanning trees; Snyder & Shen, "Fundamentals of Supply Chain Theory",
2nd ed. (2019), section 6.3.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from inventory_hmarl.core.arrays import Array
from inventory_hmarl.studies.echelons import Placement

Arc = tuple[int, int]  # numbers of a supplying stage and of its customer


@dataclass(frozen=True)
class Stage:
    """A place that may hold safety stock."""

    days: int  # of demand that its order must last for, once its suppliers have delivered
    holding: float  # money per unit and day
    deviation: float  # of a day's demand, that of all customers downstream together, units
    quotes_at_most: int | None = None  # days that customers outside the tree wait; None: no such
    waits: int = 0  # days that suppliers outside the tree quote


def place_in_tree(stages: Sequence[Stage], arcs: Sequence[Arc], service_factor: float) -> Placement:
    """Return where stages that make a tree hold safety stock at least cost.

    The tree may branch both ways: several customers of a stage, several suppliers. A stage with
    neither customers in the tree nor outside of it quotes what it likes. Raises ValueError where
    arcs close a ring, directions left aside.

    Snyder & Shen (2019), Example 6.5: stage 4 holds nothing, and all costs 8.28 a day.

    >>> root = math.sqrt(2)
    >>> above = Stage(2, 1, root, waits=1), Stage(1, 2, root)
    >>> stages = [above[0], Stage(1, 3, 1, quotes_at_most=0), above[1], Stage(1, 3, 1, 1)]
    >>> placed = place_in_tree(stages, arcs=[(0, 2), (2, 1), (2, 3)], service_factor=1)
    >>> placed.service_times, round(placed.cost, 2)
    ((0, 0, 0, 1), 8.28)
    """
    order, parent = _walk(len(stages), arcs)
    most = sum(stage.days for stage in stages) + max(stage.waits for stage in stages)
    costs = [_own_cost(stage, most, service_factor) for stage in stages]
    for stage in reversed(order):
        if parent[stage] is not None:
            _add_to_parent(costs, stage, parent[stage], arcs)
    quoted, entering = [0] * len(stages), [0] * len(stages)
    total = 0.0
    for stage in order:
        mine, up = costs[stage], parent[stage]
        if up is None:
            quoted[stage], entering[stage] = _smallest(mine)
            total += float(mine.min())
        elif (stage, up) in arcs:
            quoted[stage] = int(np.argmin(mine.min(axis=1)[: entering[up] + 1]))
            entering[stage] = int(np.argmin(mine[quoted[stage]]))
        else:
            entering[stage] = quoted[up] + int(np.argmin(mine.min(axis=0)[quoted[up] :]))
            quoted[stage] = int(np.argmin(mine[:, entering[stage]]))
    stock = [
        service_factor * stage.deviation * math.sqrt(e + stage.days - q)
        for stage, e, q in zip(stages, entering, quoted, strict=True)
    ]
    return Placement(tuple(quoted), tuple(stock), total, tuple(entering))


def _own_cost(stage: Stage, most: int, service_factor: float) -> Array:
    """Return what a stage costs by what it quotes and what it is quoted, `(most + 1, most + 1)`."""
    quoted, entering = np.ogrid[: most + 1, : most + 1]
    span = entering + stage.days - quoted
    cost = stage.holding * stage.deviation * service_factor * np.sqrt(np.maximum(span, 0))
    allowed = (span >= 0) & (entering >= stage.waits)
    if stage.quotes_at_most is not None:
        allowed &= quoted <= stage.quotes_at_most
    return np.where(allowed, cost, np.inf)


def _add_to_parent(costs: list[Array], stage: int, parent: int | None, arcs: Sequence[Arc]) -> None:
    """Add the least cost of a branch to its parent's, by the time that they agree on."""
    assert parent is not None
    if (stage, parent) in arcs:  # it supplies: it quotes no more than its parent reckons with
        least = np.minimum.accumulate(costs[stage].min(axis=1))
        costs[parent] = costs[parent] + least
    else:  # it buys: it reckons with no less than its parent quotes
        least = np.minimum.accumulate(costs[stage].min(axis=0)[::-1])[::-1]
        costs[parent] = costs[parent] + least[:, None]


def _walk(count: int, arcs: Sequence[Arc]) -> tuple[list[int], list[int | None]]:
    """Return the stages, each after the one that it hangs on, and which that is."""
    beside: list[list[int]] = [[] for _ in range(count)]
    for one, other in arcs:
        beside[one].append(other)
        beside[other].append(one)
    parent: list[int | None] = [None] * count
    order: list[int] = []
    seen: set[int] = set()
    for root in range(count):
        if root in seen:
            continue
        seen.add(root)
        branch = [root]
        for stage in branch:
            for other in beside[stage]:
                if other not in seen:
                    seen.add(other)
                    parent[other] = stage
                    branch.append(other)
        order += branch
    if len(arcs) != count - sum(each is None for each in parent):
        raise ValueError("arcs: some of them close a ring, and the programme needs a tree")
    return order, parent


def _smallest(cost: Array) -> tuple[int, int]:
    quoted, entering = np.unravel_index(int(np.argmin(cost)), cost.shape)
    return int(quoted), int(entering)
