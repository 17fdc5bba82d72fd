"""CMA-ES over the levels of one SKU, asked for a generation at a time.

Sources: Hansen (2016), "The CMA evolution strategy: a tutorial", arXiv:1604.00772; whole numbers
by Hamano, Saito, Nomura & Shirakawa (2022), "CMA-ES with margin", GECCO'22; more than `MOST_FULL`
numbers by Ros & Hansen (2008), "A simple modification in CMA-ES achieving linear time and space
complexity", PPSN X. The library is `cmaes` (Nomura & Shibata 2024, arXiv:2402.01373).
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Any  # the library of an extra

import numpy as np

from inventory_hmarl.core.arrays import Array
from inventory_hmarl.extras import needed

MOST_FULL = 60  # numbers of a SKU up to which their covariances are learnt
FINE = 20.0  # a step of so many units is as good as a continuous one
REACH = 60.0  # steps from its start within which a number is searched
PLATEAU = 1e-4  # relative gain of `PATIENCE` generations below which a SKU is done
PATIENCE = 25


@dataclass(frozen=True)
class Space:
    """The coded numbers of a SKU, columns `(n,)`: where to begin, in what steps, within what."""

    start: Array
    step: Array
    lower: Array
    upper: Array
    whole: bool


class Search:
    """One SKU's CMA-ES, and the best that it has seen; numbers are in units of their steps."""

    def __init__(self, space: Space, population: int, seed: int) -> None:
        self.space, self.population = space, population
        self._asked: list[tuple[Array, Array]] = []
        self.best, self.best_value = space.start, np.inf
        self._history: list[float] = []
        self._made = _optimiser(space, population, seed)

    @property
    def done(self) -> bool:
        """Whether nothing has been gained for a while."""
        recent = self._history[-PATIENCE - 1 :]
        if len(recent) <= PATIENCE:
            return False
        return bool(recent[0] - recent[-1] <= PLATEAU * abs(recent[-1])) or bool(
            self._made.should_stop()
        )

    def ask(self) -> Array:
        """Return a generation of coded candidates, `(n, population)`."""
        self._asked = [_asked(self._made) for _ in range(self.population)]
        return np.stack([shown for shown, _ in self._asked], axis=1) * self.space.step[:, None]

    def tell(self, values: Array) -> None:
        """Take the value of each candidate of the generation, `(population,)`; less is better."""
        pairs = [(raw, float(value)) for (_, raw), value in zip(self._asked, values, strict=True)]
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")  # the library's own, of covariances that shrink to 0
            self._made.tell(pairs)
        place = int(np.argmin(values))
        if values[place] < self.best_value:
            self.best = self._asked[place][0] * self.space.step
            self.best_value = float(values[place])
        self._history.append(self.best_value)


def _asked(made: Any) -> tuple[Array, Array]:  # noqa: ANN401 - an optimiser of the library
    """Return a candidate to be tried, and its raw form that the optimiser learns from."""
    answer = made.ask()
    return answer if isinstance(answer, tuple) else (answer, answer)


def _optimiser(space: Space, population: int, seed: int) -> Any:  # noqa: ANN401 - see `_asked`
    library = needed("cmaes", "study", "optimise")
    start = space.start / space.step
    low = space.lower / space.step
    high = np.minimum(space.upper / space.step, np.maximum(start, 1.0) + REACH)
    high = np.maximum(high, low + 2.0 / space.step)
    start = np.clip(start, low, high)
    bounds = np.stack([low, high], axis=1)
    settings = {"mean": start, "sigma": 1.0, "seed": seed, "population_size": population}
    if start.size > MOST_FULL:
        return library.SepCMA(bounds=bounds, **settings)
    coarse = space.whole & (space.step < FINE)
    return library.CMAwM(bounds=bounds, steps=np.where(coarse, 1 / space.step, 0.0), **settings)
