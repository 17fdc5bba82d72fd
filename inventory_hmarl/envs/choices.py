"""Actions as one choice among a few, and masks of those that cannot be carried out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from inventory_hmarl.core.arrays import Array
from inventory_hmarl.envs.crew import Agent, Crew
from inventory_hmarl.envs.hierarchy import Hierarchy

MOST_CHOICES = 4096  # of one agent


@dataclass(frozen=True)
class Choices:
    """An agent's choices: every combination of some values of each of its numbers."""

    values: Array  # (choices, numbers): row i is choice i; row 0 the least of each
    fixed: Array  # (choices,) bool: what the case's limits on stock never forbid
    limited: tuple[tuple[int, int, int], ...]  # column, level, row: units that must fit today

    def numbers(self, choices: Array) -> Array:
        """Return the numbers of choices `(R,)`, `(numbers, R)`."""
        numbers: Array = self.values[choices].T
        return numbers

    def masks(self, hierarchy: Hierarchy, acts: bool) -> Array:
        """Return which choices can be carried out now, int8 `(choices, R)`; or choice 0 alone.

        Units beyond the room under `max_inventory` are masked, as are levels above it. There is
        always a choice.
        """
        masks = np.zeros((len(self.values), hierarchy.count), dtype=np.int8)
        if acts:
            allowed = np.broadcast_to(self.fixed[:, None], masks.shape)
            rooms = {level: hierarchy.room(level) for _, level, _ in self.limited}
            for column, level, row in self.limited:
                allowed = allowed & ~(self.values[:, column, None] > rooms[level][row])
            masks[allowed] = 1
        masks[0, ~masks.any(axis=0)] = 1
        return masks


def choices_of(crew: Crew, agent: Agent, count: int) -> Choices:
    """Return an agent's choices with `count` values of each number, evenly from least to most.

    Raises `ValueError` where there would be more than `MOST_CHOICES`.
    """
    controls = crew.controls_of(agent.name)
    if count < 2:
        raise ValueError(f"choices = {count}: at least 2 values of each number")
    if count ** len(controls) > MOST_CHOICES:
        raise ValueError(
            f"choices = {count}: {agent.name} says {len(controls)} numbers, and {count} values of "
            f"each would be {count ** len(controls):,} choices; at most {MOST_CHOICES:,}: give it "
            "fewer, or leave choices out for a box of numbers"
        )
    low, high = crew.low[agent.numbers][:, 0], crew.high[agent.numbers][:, 0]
    whole = crew.scene.model.network.whole_units
    columns = []
    for place, control in enumerate(controls):
        values = np.linspace(low[place], high[place], count)
        if whole and control.part in ("units", "order_up_to", "reorder_point", "change", "budget"):
            values = np.floor(values + 0.5)
        columns.append(values)
    grid = np.stack(np.meshgrid(*columns, indexing="ij"), axis=-1).reshape(-1, len(controls))
    fixed, limited = np.ones(len(grid), bool), []
    index = crew.scene.model.network.index()
    points = {(point.location, point.sku): where for point, where in index.items()}
    for column, control in enumerate(controls):
        if (control.location, control.sku) not in points:
            continue
        number, row = points[control.location, control.sku]
        limit = crew.scene.model.network.levels[number].max_inventory
        if limit is None or not np.isfinite(limit[row, 0]):
            continue
        if control.part == "order_up_to":
            fixed &= grid[:, column] <= limit[row, 0]
        elif control.part == "units" and (agent.level == 0 or crew.phases):
            limited.append((column, number, row))
    return Choices(grid, fixed, tuple(limited))
