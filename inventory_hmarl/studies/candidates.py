"""Many candidates in one run: levels along the replication axis, the same customers for each."""

from __future__ import annotations

import dataclasses
import functools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from inventory_hmarl.case import Case
from inventory_hmarl.core.arrays import Array
from inventory_hmarl.core.decide import ByPolicy
from inventory_hmarl.core.model import Model
from inventory_hmarl.engines import Request, engine, workers_of
from inventory_hmarl.engines.outcome import Keep, Outcome
from inventory_hmarl.engines.sizes import JAX_CELLS, NUMPY_CELLS
from inventory_hmarl.engines.workers import Report, spread
from inventory_hmarl.simulation import Run
from inventory_hmarl.studies.samples import linearised
from inventory_hmarl.studies.tunable import Tunable

CELLS = {"numpy": NUMPY_CELLS, "jax": JAX_CELLS}
FEW_COUNTERS = frozenset({"total_cost", "unit_fill_rate", "avg_inventory"})  # what `MONEY` counts


@dataclass(frozen=True)
class Method:
    """How runs are computed; of these only precision shows in results."""

    engine: str = "numpy"
    precision: str = "exact"
    workers: int | None = None  # threads; None: what suits the engine


def width(model: Model, columns: int, method: Method) -> int:
    """Return how many columns run side by side: equal blocks, at least one a thread.

    Of compiled days a power of two where it can be, so that few widths are compiled.
    """
    points = sum(len(level.points) for level in model.network.levels)
    most = max(1, CELLS[method.engine] // points)
    blocks = max(-(-columns // most), min(columns, workers_of(method.workers, method.engine)))
    size = -(-columns // blocks)
    return min(most, 1 << (size - 1).bit_length()) if method.engine == "jax" else size


def run_columns(
    model: Model,
    numbers: Array,
    policies: Callable[[Array], ByPolicy],
    keep: Keep,
    method: Method,
) -> list[tuple[Model, Array, Outcome]]:
    """Run replications `numbers` `(columns,)`, each with policies of its own.

    `policies(columns)` are those of some columns, with a parameter's value for each. Returns the
    blocks as `run_models` does.
    """

    def deciding(columns: Array) -> Model:
        return dataclasses.replace(model, policies=policies(columns))

    return run_models(model, numbers, deciding, keep, method)


def run_models(
    model: Model,
    numbers: Array,
    of_columns: Callable[[Array], Model],
    keep: Keep,
    method: Method,
) -> list[tuple[Model, Array, Outcome]]:
    """Run replications `numbers` `(columns,)`, each of a model of its own, alike in size.

    Returns the blocks in order: model, replication numbers, outcome. The last is filled up with
    repetitions of the last column: a compiled program is one of a width.
    """
    count = numbers.size
    size = width(model, count, method)
    run_engine = engine(method.engine, method.precision)

    def run(first: int, report: Report) -> tuple[Model, Array, Outcome]:
        column = np.minimum(np.arange(first, first + size), count - 1)
        mine = of_columns(column)
        request = Request(numbers[column], keep, workers=1, precision=method.precision)
        outcome = run_engine(mine, request)
        report(column.size)
        return mine, numbers[column], outcome

    parts = [functools.partial(run, first) for first in range(0, count, size)]
    return spread(parts, workers_of(method.workers, method.engine), None, count)


@dataclass(frozen=True)
class Tried:
    """Runs whose columns, together, are the replications of each candidate in turn."""

    runs: tuple[Run, ...]
    candidates: int
    replications: int

    def samples(self, names: Sequence[str], by: str) -> Mapping[str, Array]:
        """Return samples `(groups, C, R)`, as `studies.samples.samples` has them of one case."""
        figures = [run.figures(by) for run in self.runs]
        divisors = [run.divisors(by) for run in self.runs]
        return {
            name: linearised(self._whole(figures, name), self._whole(divisors, name))
            if name in divisors[0]
            else self._whole(figures, name)
            for name in names
        }

    def _whole(self, parts: Sequence[Mapping[str, Array]], name: str) -> Array:
        columns = np.concatenate([part[name] for part in parts], axis=1)
        shape = (-1, self.candidates, self.replications)
        return columns[:, : self.candidates * self.replications].reshape(shape)


@dataclass(frozen=True)
class Trial:
    """A compiled case and its tunable numbers, on which candidates are tried."""

    case: Case
    model: Model
    tunable: Tunable
    method: Method = Method()

    def samples(
        self, values: Array, replications: Array, names: Sequence[str], by: str
    ) -> Mapping[str, Array]:
        """Return samples `(groups, C, R)` of candidate levels `(N, C)` on replications `(R,)`."""
        return self.tried(values, replications, names).samples(names, by)

    def tried(self, values: Array, replications: Array, names: Sequence[str]) -> Tried:
        """Run candidate levels `(N, C)` on replications `(R,)`, for figures of some names."""
        keep = Keep(kpis=not set(names) <= FEW_COUNTERS)
        count, each = values.shape[1], replications.size

        def policies(columns: Array) -> ByPolicy:
            return self.tunable.policies(self.model, values[:, columns // each])

        found = run_columns(self.model, np.tile(replications, count), policies, keep, self.method)
        runs = tuple(Run(self.case, *part) for part in found)
        return Tried(runs, count, each)

    def over(self, first_day: int, last_day: int) -> Trial:
        """Return the trial that counts days `first_day` to `last_day` alone, of the same runs."""
        model = dataclasses.replace(self.model, days=last_day, warmup_days=first_day - 1)
        return dataclasses.replace(self, model=model)


def has_chance(model: Model) -> bool:
    """Whether replications of a model differ: some demand or some failure is drawn."""
    drawn = any(share.family.random for share in model.demand.shares)
    return drawn or model.supply_keys.any
