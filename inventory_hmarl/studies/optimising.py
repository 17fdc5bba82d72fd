"""`optimise`: the levels of every location and SKU for least cost, or least cost at a service.

SKUs share no stock, no lane's room and no customer, so that each SKU is a small problem of its
own: a CMA-ES for each, side by side. Candidate k of every SKU runs in the same chain; a generation
is one run of candidates x replications on the same customers. Cost is summed by SKU, whichever
others stand beside it.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any  # settings of a case are of any type

import numpy as np

from inventory_hmarl.case import Case, as_case
from inventory_hmarl.case.compiling import compile_case
from inventory_hmarl.core.arrays import Array
from inventory_hmarl.studies.candidates import Trial, has_chance
from inventory_hmarl.studies.errors import StudyError
from inventory_hmarl.studies.holdout import Holdout, backtest, compare, labels
from inventory_hmarl.studies.objective import Target, missing, values, wanted
from inventory_hmarl.studies.search import Search, Space, check_installed
from inventory_hmarl.studies.starting_levels import starting_levels
from inventory_hmarl.studies.tunable import Tunable, tunable

Progress = Callable[[int, int], None]
LAST_REPLICATION = 2**32


@dataclass(frozen=True)
class Effort:
    """How hard to search. A time limit ends a search wherever it is; the rest is repeatable."""

    replications: int = 32  # customers of each candidate
    holdout: int = 200  # replications of the final figures, none of them searched on
    generations: int = 150  # at most
    population: int = 16  # candidates of a generation
    seed: int = 0  # of the search; the customers' is the case's
    seconds: float | None = None
    chain_days: int | None = None  # at most, simulated in the search
    backtest_days: int = 0  # last days that are not searched on, and on which figures are made

    def __post_init__(self) -> None:
        """Refuse what is no search."""
        least: dict[str, int] = {"replications": 1, "holdout": 2, "generations": 1, "population": 4}
        for name, minimum in least.items():
            if getattr(self, name) < minimum:
                raise StudyError(f"{name} = {getattr(self, name)}: must be at least {minimum}.")
        if self.seconds is not None and self.seconds <= 0:
            raise StudyError(f"seconds = {self.seconds:g}: must be above 0.")


@dataclass(frozen=True)
class TunedLevel:
    """A parameter of a location's policy for a SKU, before and after, units."""

    location: str
    sku: str
    parameter: str
    before: float
    after: float


@dataclass(frozen=True)
class Optimised:
    """What a search found: a case that runs, its levels, and their figures on the holdout."""

    case: Case
    levels: tuple[TunedLevel, ...]
    target: Target | None
    short_of_target: tuple[str, ...]  # SKUs that no candidate brought to the target, in tuning
    holdout: Holdout
    generations: int
    chain_days: int  # simulated in the search
    seconds: float
    ended: str  # "converged", "generations", "time", "budget" or "interrupted"


def optimise(
    case: Case | Mapping[str, Any] | str | Path,
    *,
    target: Target | None = None,
    effort: Effort | None = None,
    days: int | None = None,
    progress: Progress | None = None,
) -> Optimised:
    """Tune the levels of a case's policies for least cost, or for least cost at a service.

    A `KeyboardInterrupt` during the search ends it with the best levels so far. Needs the extra
    `study`.

    >>> from inventory_hmarl.case import default_case
    >>> effort = Effort(replications=4, generations=3, holdout=8)
    >>> found = optimise(default_case(), effort=effort)
    >>> found.holdout.network["total_cost"].difference.mean < 0
    True
    """
    check_installed()
    effort, case = effort or Effort(), as_case(case)
    case = case if days is None else case.changed(days=days)
    model = compile_case(case)
    trial = Trial(case, model, tunable(model))
    return _Tuning(trial, target, effort).run(progress)


class _Tuning:
    """One search: the part of each SKU, and what they have in common."""

    def __init__(self, trial: Trial, target: Target | None, effort: Effort) -> None:
        self.trial, self.target, self.effort = trial, target, effort
        self.searched = trial
        if effort.backtest_days:
            self.searched = trial.over(trial.model.warmup_days + 1, _last_searched(trial, effort))
        self.chance = has_chance(trial.model)
        if not self.chance and not effort.backtest_days:
            raise StudyError(
                "nothing in this case is left to chance, so no other customers can show what the "
                "levels are worth: hold days out with --backtest-days N (backtest_days=N)."
            )
        count = effort.replications if self.chance else 1
        self.numbers = np.arange(count, dtype=np.uint32)
        self.chain_days, self.generations = 0, 0

    def run(self, progress: Progress | None) -> Optimised:
        began, effort, table = time.monotonic(), self.effort, self.trial.tunable
        best = table.shipped
        searches: _BySku | None = None
        ended = "generations"
        try:
            searches = self._begun()
            for number in range(effort.generations):
                if reason := self._enough(searches, time.monotonic() - began):
                    ended = reason
                    break
                self._generation(searches)
                if progress is not None:
                    progress(number + 1, effort.generations)
        except KeyboardInterrupt:
            ended = "interrupted"
        if searches is not None:
            best = table.levels_of(searches.best()[:, None])[:, 0]
        return self._told(best, ended, time.monotonic() - began)

    def _enough(self, searches: _BySku, seconds: float) -> str:
        """Return why the search ends here; "" while it goes on."""
        effort = self.effort
        if effort.seconds is not None and seconds > effort.seconds:
            return "time"
        if effort.chain_days is not None and self.chain_days >= effort.chain_days:
            return "budget"
        return "converged" if searches.done else ""

    def _begun(self) -> _BySku:
        """Try the case's own levels, the closed forms and mixes of both; start from the best."""
        table = self.trial.tunable
        formula, steps = starting_levels(self.searched.model, table)
        own = table.coded(table.shipped)
        chance = np.random.default_rng(self.effort.seed)
        places = sorted(set(table.locations))
        owner = np.array([places.index(name) for name in table.locations])
        mixed = chance.random((len(places), max(self.effort.population - 2, 2))) < 0.5
        mixes = np.where(mixed[owner], formula[:, None], own[:, None])
        starts = np.concatenate([own[:, None], formula[:, None], mixes], axis=1)
        found = self._values(starts)
        return _BySku(self.trial, self.effort, starts, steps, found)

    def _generation(self, searches: _BySku) -> None:
        coded = searches.ask()
        searches.tell(self._values(coded))
        self.generations += 1

    def _values(self, coded: Array) -> Array:
        """Return the value of each SKU of coded candidates `(N, C)`, `(SKUs, C)`."""
        trial = self.searched
        candidates = trial.tunable.levels_of(coded)
        figures = trial.figures(candidates, self.numbers, wanted(self.target), "sku")
        self.chain_days += candidates.shape[1] * self.numbers.size * trial.model.days
        return values(figures, self.target)

    def _told(self, best: Array, ended: str, seconds: float) -> Optimised:
        trial, table, effort = self.trial, self.trial.tunable, self.effort
        if effort.backtest_days:
            first = _last_searched(trial, effort) + 1
            held = self.numbers if self.chance else self.numbers[:1]
            holdout = backtest(trial, table.shipped, best, held, first)
        else:
            held = np.arange(self.numbers.size, self.numbers.size + effort.holdout, dtype=np.uint32)
            holdout = compare(trial, table.shipped, best, held)
        levels = tuple(
            TunedLevel(*row)
            for row in zip(
                table.locations,
                table.skus,
                table.names,
                table.shipped.tolist(),
                best.tolist(),
                strict=True,
            )
        )
        return Optimised(
            table.applied(trial.case, best),
            levels,
            self.target,
            self._short(best),
            holdout,
            self.generations,
            self.chain_days,
            seconds,
            ended,
        )

    def _short(self, best: Array) -> tuple[str, ...]:
        if self.target is None:
            return ()
        figures = self.searched.figures(best[:, None], self.numbers, wanted(self.target), "sku")
        lacking = missing(figures, self.target)[:, 0] > 0
        return tuple(np.array(labels(self.trial), dtype=object)[lacking])


def _last_searched(trial: Trial, effort: Effort) -> int:
    """Return the last day that is searched on."""
    last = trial.model.days - effort.backtest_days
    if effort.backtest_days < 1 or last <= trial.model.warmup_days:
        raise StudyError(
            f"backtest_days = {effort.backtest_days}: must be at least 1, and leave days after the "
            f"{trial.model.warmup_days} warm-up days of {trial.model.days} to search on."
        )
    return last


class _BySku:
    """The searches of all SKUs side by side; a row of coded candidates belongs to one of them."""

    def __init__(
        self, trial: Trial, effort: Effort, starts: Array, steps: Array, found: Array
    ) -> None:
        table = trial.tunable
        place = {sku: number for number, sku in enumerate(labels(trial))}
        owner = np.array([place[sku] for sku in table.skus])
        self.size, self.effort = table.size, effort
        self.parts: list[tuple[int, Array, Search]] = []
        for number in sorted(set(owner.tolist())):
            rows = np.flatnonzero(owner == number)
            best = int(np.argmin(found[number]))
            seed = effort.seed * 1_000_003 + number + 1
            search = Search(_space(table, rows, starts[:, best], steps), effort.population, seed)
            search.best, search.best_value = starts[rows, best], float(found[number, best])
            self.parts.append((number, rows, search))

    @property
    def done(self) -> bool:
        """Whether every SKU's search has come to rest."""
        return all(search.done for _, _, search in self.parts)

    def ask(self) -> Array:
        """Return a generation, `(N, population)`; a SKU that is done repeats its best."""
        coded = np.empty((self.size, self.effort.population))
        for _, rows, search in self.parts:
            coded[rows] = search.best[:, None] if search.done else search.ask()
        return coded

    def tell(self, found: Array) -> None:
        """Take the values of a generation, `(SKUs, population)`."""
        for number, _, search in self.parts:
            if not search.done:
                search.tell(found[number])

    def best(self) -> Array:
        """Return the best coded numbers of each SKU, `(N,)`."""
        coded = np.empty(self.size)
        for _, rows, search in self.parts:
            coded[rows] = search.best
        return coded


def _space(table: Tunable, rows: Array, start: Array, steps: Array) -> Space:
    gaps = table.base[rows] >= 0
    return Space(
        start[rows],
        steps[rows],
        np.where(gaps, 0.0, table.lower[rows]),
        table.upper[rows],
        table.whole_units,
    )


def front(
    case: Case | Mapping[str, Any] | str | Path,
    figure: str,
    shares: Sequence[float],
    **choices: Any,
) -> Iterator[Optimised]:
    """Yield the least-cost levels at each share of a service: the cost-service front.

    Cost is holding and ordering: the service takes the place of the penalty, whose weight is set to
    0. Keywords are those of `optimise`.
    """
    case = as_case(case)
    case = case.changed(cost_weights=case.cost_weights.model_copy(update={"stockout": 0.0}))
    for share in shares:
        found = optimise(case, target=Target(figure, share), **choices)
        yield found
        if found.ended == "interrupted":
            return
