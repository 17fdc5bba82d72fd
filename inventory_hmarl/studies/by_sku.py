"""The searches of all SKUs side by side; a row of coded candidates belongs to one of them.

SKUs that share something, such as a location's storage, have one search together.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from inventory_hmarl.core.arrays import Array
from inventory_hmarl.studies.search import Search, Space
from inventory_hmarl.studies.tunable import Tunable

NARROWER = 0.5  # of the steps of a first search: one that begins at its best


@dataclass(frozen=True)
class Plan:
    """What the searches have in common."""

    tunable: Tunable
    skus: tuple[str, ...]  # in the order of figures by SKU
    steps: Array  # (N,) coded
    population: int
    seed: int
    together: bool = False  # SKUs share something: one search of all numbers

    def rows(self) -> dict[int, Array]:
        """Return the rows of each SKU that has any, by its number; together they are number 0."""
        if self.together:
            return {0: np.arange(self.tunable.size)}
        place = {sku: number for number, sku in enumerate(self.skus)}
        owner = np.array([place[sku] for sku in self.tunable.skus])
        return {number: np.flatnonzero(owner == number) for number in sorted(set(owner.tolist()))}


class BySku:
    """The search of each SKU, and the best coded numbers that it has seen."""

    def __init__(self, plan: Plan) -> None:
        self.plan, self.rows = plan, plan.rows()
        self.searches: dict[int, Search] = {}
        self.best = plan.tunable.coded(plan.tunable.shipped)
        self._round = 0

    @property
    def done(self) -> bool:
        """Whether every search has come to rest."""
        return all(search.done for search in self.searches.values())

    def begin(self, starts: Array, found: Array) -> None:
        """Begin every search at the best of some starts `(N, C)`, of values `(SKUs, C)`."""
        for number, rows in self.rows.items():
            at = int(np.argmin(found[number]))
            self._start(number, starts[rows, at], float(found[number, at]), 1.0)

    def begin_again(self, numbers: Array, found: Array) -> None:
        """Search on for some SKUs, from their best, whose values are now `(SKUs,)`; rest others."""
        self.searches, self._round = {}, self._round + 1
        for number in numbers.tolist():
            self._start(number, self.best[self.rows[number]], float(found[number]), NARROWER)

    def _start(self, number: int, start: Array, value: float, width: float) -> None:
        plan, rows = self.plan, self.rows[number]
        seed = plan.seed * 1_000_003 + self._round * len(plan.skus) + number + 1
        search = Search(_space(plan, rows, start, width), plan.population, seed)
        search.best, search.best_value = start, value
        self.searches[number], self.best[rows] = search, start

    def ask(self) -> Array:
        """Return a generation, `(N, population)`; a SKU that rests repeats its best."""
        coded = np.repeat(self.best[:, None], self.plan.population, axis=1)
        for number, search in self.searches.items():
            if not search.done:
                coded[self.rows[number]] = search.ask()
        return coded

    def tell(self, found: Array) -> None:
        """Take the values of a generation, `(SKUs, population)`."""
        for number, search in self.searches.items():
            if not search.done:
                search.tell(found[number])
                self.best[self.rows[number]] = search.best


def _space(plan: Plan, rows: Array, start: Array, width: float) -> Space:
    table = plan.tunable
    lower = np.where(table.base[rows] >= 0, 0.0, table.lower[rows])  # S - s is at least 0
    step = np.maximum(1.0, width * plan.steps[rows])
    return Space(start, step, lower, table.upper[rows], table.whole_units)
