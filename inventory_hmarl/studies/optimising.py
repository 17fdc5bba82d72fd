"""`optimise`: the levels of every location and SKU for least cost, or least cost at a service.

SKUs share no stock, no lane's room and no customer, so that each SKU is a small problem of its
own: a CMA-ES for each, side by side. Candidate k of every SKU runs in the same chain; a generation
is one run of candidates x replications on the same customers. Cost is summed by SKU, whichever
others stand beside it. Where SKUs share anything, they are one search.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any  # settings of a case are of any type

import numpy as np

from inventory_hmarl.case import Case, as_case
from inventory_hmarl.case.compiling import compile_case, lay_out, skus_meet
from inventory_hmarl.core.arrays import Array
from inventory_hmarl.engines import check_choice
from inventory_hmarl.extras import check_extra
from inventory_hmarl.studies.by_sku import BySku, Plan
from inventory_hmarl.studies.candidates import Method, Trial, has_chance
from inventory_hmarl.studies.errors import StudyError
from inventory_hmarl.studies.holdout import Holdout, backtest, compare, labels
from inventory_hmarl.studies.intervals import interval
from inventory_hmarl.studies.objective import Target, missing, values, wanted
from inventory_hmarl.studies.starting_levels import starting_levels
from inventory_hmarl.studies.tunable import Tunable, TunedLevel, tunable
from inventory_hmarl.studies.validation import ROUNDS, Validation, lower_ends, raised

Progress = Callable[[int, int], None]
AGAIN = 40  # generations, at most, of a search with a higher aim
MORE_CUSTOMERS = 3  # rounds: the last of each so many doubles the customers
LIMITS = ("time", "budget")


@dataclass(frozen=True)
class Effort:
    """How hard to search. A time limit ends a search wherever it is; the rest is repeatable."""

    replications: int = 32  # customers of each candidate
    validation: int = 500  # replications on which a service target must hold
    holdout: int = 200  # replications of the final figures, none of them searched on
    generations: int = 150  # at most, of the first search
    population: int = 16  # candidates of a generation
    seed: int = 0  # of the search; the customers' is the case's
    seconds: float | None = None
    chain_days: int | None = None  # at most, simulated in the search
    backtest_days: int = 0  # last days that are not searched on, and on which figures are made
    gradient: bool = False  # begin with a descent along the gradient: `studies.descent`

    def __post_init__(self) -> None:
        """Refuse what is no search."""
        least = {"replications": 1, "validation": 2, "holdout": 2, "generations": 1}
        for name, minimum in (least | {"population": 4}).items():
            if getattr(self, name) < minimum:
                raise StudyError(f"{name} = {getattr(self, name)}: must be at least {minimum}.")
        if self.seconds is not None and self.seconds <= 0:
            raise StudyError(f"seconds = {self.seconds:g}: must be above 0.")


@dataclass(frozen=True)
class Optimised:
    """What a search found: a case that runs, its levels, and their figures on the holdout."""

    case: Case
    levels: tuple[TunedLevel, ...]
    target: Target | None
    validation: Validation | None  # of a target, where there is chance
    short_of_target: tuple[str, ...]  # SKUs whose service is not shown to reach the target
    holdout: Holdout
    generations: int
    chain_days: int  # simulated in the search and the validation
    seconds: float
    ended: str  # "converged", "generations", "time", "budget" or "interrupted"


def optimise(
    case: Case | Mapping[str, Any] | str | Path,
    *,
    target: Target | None = None,
    effort: Effort | None = None,
    days: int | None = None,
    engine: str = "numpy",
    precision: str = "exact",
    workers: int | None = None,
    progress: Progress | None = None,
) -> Optimised:
    """Tune the levels of a case's policies for least cost, or for least cost at a service.

    A `KeyboardInterrupt` during the search ends it with the best levels so far. Needs the extra
    `study`. `engine`, `precision` and `workers` are those of `simulate`.

    >>> from inventory_hmarl.case import default_case
    >>> effort = Effort(replications=4, generations=3, holdout=8)
    >>> found = optimise(default_case(), effort=effort)
    >>> found.holdout.network["total_cost"].difference.mean < 0
    True
    """
    check_extra("cmaes", "study", "optimise")
    check_choice(engine, precision)
    effort, case = effort or Effort(), as_case(case)
    case = case if days is None else case.changed(days=days)
    model = compile_case(case)
    trial = Trial(case, model, tunable(model), Method(engine, precision, workers))
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
        self.skus = labels(trial)
        self.aims = np.full(len(self.skus), 0.0 if target is None else target.share)
        self.searches, self.starts = _searches(self.searched, self.skus, effort)
        self.began = time.monotonic()
        self.chain_days, self.generations, self.rounds = 0, 0, 0

    def run(self, progress: Progress | None) -> Optimised:
        try:
            self._begin(self.starts)
            if self.effort.gradient:
                self._begin(np.stack([self.searches.best, self._descended()], axis=1))
            ended = self._search(self.effort.generations, progress)
            if self.target is not None and self.chance:
                ended = self._aim_higher(self.target, ended, progress)
        except KeyboardInterrupt:
            ended = "interrupted"
        return self._told(ended)

    def _begin(self, starts: Array) -> None:
        """Begin every SKU's search at the best of some starts, `(N, C)`."""
        self.searches.begin(starts, self._values(self._samples(starts, self.numbers)))

    def _descended(self) -> Array:
        """Return where a descent from the best of the starts ends, `(N,)`."""
        from inventory_hmarl.studies.descent import REPLICATIONS, STEPS, descended

        searches, first = self.searches, int(self._others(1)[0])
        self.chain_days += STEPS * REPLICATIONS * self.searched.model.days
        return descended(self.searched, searches.best, searches.plan.steps, first)

    def _search(self, generations: int, progress: Progress | None) -> str:
        """Search for at most some generations; return why it ended."""
        last = self.generations + generations
        while self.generations < last:
            if reason := self._enough():
                return reason
            coded = self.searches.ask()
            self.searches.tell(self._values(self._samples(coded, self.numbers)))
            self.generations += 1
            if progress is not None:
                progress(self.generations, last)
        return "generations"

    def _enough(self) -> str:
        """Return why the search ends here; "" while it goes on."""
        effort = self.effort
        if effort.seconds is not None and time.monotonic() - self.began > effort.seconds:
            return "time"
        if effort.chain_days is not None and self.chain_days >= effort.chain_days:
            return "budget"
        return "converged" if self.searches.done else ""

    def _aim_higher(self, target: Target, ended: str, progress: Progress | None) -> str:
        """Search on for SKUs whose service does not hold on other customers; return why it ended.

        With higher aims, and in each third round with more customers instead: those few may all be
        served by levels that others find wanting. A SKU that twice misses its aim on the very
        customers that it is tuned on is given up.
        """
        missed = np.zeros(len(self.skus), dtype=int)
        while self.rounds < ROUNDS and ended not in LIMITS:
            lower = lower_ends(self._validated(target))
            able = self._lacking(self._samples(self.best, self.numbers)) == 0
            missed = np.where(able, 0, missed + 1)
            again = (lower < target.share) & (missed < 2)
            if not again.any():
                break
            self.rounds += 1
            if self.rounds % MORE_CUSTOMERS == 0:
                self.numbers = np.concatenate([self.numbers, self._others(self.numbers.size)])
            else:
                higher = again & able
                self.aims[higher] = raised(self.aims[higher], lower[higher], target.share)
            found = self._values(self._samples(self.best, self.numbers))[:, 0]
            who = np.zeros(1, dtype=int) if self.searches.plan.together else np.flatnonzero(again)
            self.searches.begin_again(who, found)
            ended = self._search(min(AGAIN, self.effort.generations), progress)
        return ended

    @property
    def best(self) -> Array:
        """The best coded numbers as one candidate, `(N, 1)`."""
        return self.searches.best[:, None]

    def _others(self, count: int) -> Array:
        """Return the numbers of customers that nothing has used: after the validation's."""
        first = self.effort.replications + self.effort.holdout + self.effort.validation
        first += self.numbers.size - self.effort.replications
        return np.arange(first, first + count, dtype=np.uint32)

    def _validated(self, target: Target) -> Array:
        """Return the service of the best levels on other customers, `(SKUs, R)`."""
        first = self.effort.replications + self.effort.holdout
        numbers = np.arange(first, first + self.effort.validation, dtype=np.uint32)
        return self._samples(self.best, numbers)[target.figure][:, 0]

    def _lacking(self, samples: Mapping[str, Array]) -> Array:
        """Return what the first candidate lacks to the aims, `(SKUs,)`."""
        assert self.target is not None
        return missing(samples[self.target.figure], self.aims)[:, 0]

    def _samples(self, coded: Array, numbers: Array) -> Mapping[str, Array]:
        """Return samples by SKU of coded candidates `(N, C)`, `(SKUs, C, R)` a figure."""
        trial = self.searched
        candidates = trial.tunable.levels_of(coded)
        self.chain_days += candidates.shape[1] * numbers.size * trial.model.days
        return trial.samples(candidates, numbers, wanted(self.target), "sku")

    def _values(self, samples: Mapping[str, Array]) -> Array:
        """Return the value of each candidate to each search, `(searches, C)`."""
        found = values(samples, self.target, self.aims)
        return found.sum(axis=0, keepdims=True) if self.searches.plan.together else found

    def _told(self, ended: str) -> Optimised:
        table, best = self.trial.tunable, self.searches.best
        levels = table.levels_of(best[:, None])[:, 0]
        validation, short = self._held()
        return Optimised(
            table.applied(self.trial.case, levels),
            _tuned(table, levels),
            self.target,
            validation,
            short,
            self._holdout(levels),
            self.generations,
            self.chain_days,
            time.monotonic() - self.began,
            ended,
        )

    def _held(self) -> tuple[Validation | None, tuple[str, ...]]:
        """Return what the validation says of the best levels, and the SKUs that it leaves short.

        Without chance there are no other customers, and the days searched on must do.
        """
        if self.target is None:
            return None, ()
        if not self.chance:
            return None, self._named(self._lacking(self._samples(self.best, self.numbers)) > 0)
        service = self._validated(self.target)
        first = self.effort.replications + self.effort.holdout
        validation = Validation(
            f"replications {first} to {first + self.effort.validation - 1}",
            dict(zip(self.skus, map(interval, service), strict=True)),
            dict(zip(self.skus, self.aims.tolist(), strict=True)),
            self.rounds,
            self.numbers.size,
        )
        return validation, self._named(lower_ends(service) < self.target.share)

    def _named(self, which: Array) -> tuple[str, ...]:
        return tuple(self.skus[number] for number in np.flatnonzero(which))

    def _holdout(self, levels: Array) -> Holdout:
        trial, effort, count = self.trial, self.effort, self.effort.replications
        if effort.backtest_days:
            first_day = _last_searched(trial, effort) + 1
            numbers = self.numbers[:count]
            return backtest(trial, trial.tunable.shipped, levels, numbers, first_day)
        held = np.arange(count, count + effort.holdout, dtype=np.uint32)
        return compare(trial, trial.tunable.shipped, levels, held)


def _searches(trial: Trial, skus: Sequence[str], effort: Effort) -> tuple[BySku, Array]:
    """Return the searches, and where they begin, coded: own levels, closed forms, mixes of both."""
    table = trial.tunable
    formula, steps = starting_levels(trial.model, table)
    own = table.coded(table.shipped)
    chance = np.random.default_rng(effort.seed)
    places = sorted(set(table.locations))
    owner = np.array([places.index(name) for name in table.locations])
    mixed = chance.random((len(places), max(effort.population - 2, 2))) < 0.5
    mixes = np.where(mixed[owner], formula[:, None], own[:, None])
    starts = np.concatenate([own[:, None], formula[:, None], mixes], axis=1)
    together = skus_meet(trial.case, lay_out(trial.case))
    plan = Plan(table, tuple(skus), steps, effort.population, effort.seed, together)
    return BySku(plan), starts


def _tuned(table: Tunable, levels: Array) -> tuple[TunedLevel, ...]:
    """Return the levels; what belongs to one SKU at one location stands together."""
    columns = (table.locations, table.skus, table.names, table.shipped.tolist(), levels.tolist())
    rows = [TunedLevel(*row) for row in zip(*columns, strict=True)]
    first: dict[tuple[str, str], int] = {}
    for number, row in enumerate(rows):
        first.setdefault((row.location, row.sku), number)
    return tuple(sorted(rows, key=lambda row: first[row.location, row.sku]))


def _last_searched(trial: Trial, effort: Effort) -> int:
    """Return the last day that is searched on."""
    last = trial.model.days - effort.backtest_days
    if effort.backtest_days < 2 or last <= trial.model.warmup_days:
        raise StudyError(
            f"backtest_days = {effort.backtest_days}: must be at least 2, and leave days after the "
            f"{trial.model.warmup_days} warm-up days of {trial.model.days} to search on."
        )
    return last


def optimise_each(
    case: Case, targets: Sequence[Target], *, as_front: bool, **choices: Any
) -> list[Optimised]:
    """Return what was found for the one target or none, or along a front (until Ctrl-C)."""
    if as_front:
        return list(front(case, targets[0].figure, [each.share for each in targets], **choices))
    return [optimise(case, target=targets[0] if targets else None, **choices)]


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
