"""Many candidates in one run: levels along the replication axis, the same customers for each."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from inventory_hmarl.case import Case
from inventory_hmarl.core.arrays import Array
from inventory_hmarl.core.model import Model
from inventory_hmarl.engines import Request, engine
from inventory_hmarl.engines.numpy_engine import block_of_replications
from inventory_hmarl.engines.outcome import Keep
from inventory_hmarl.simulation import Run
from inventory_hmarl.studies.tunable import Tunable


@dataclass(frozen=True)
class Trial:
    """A compiled case and its tunable numbers, on which candidates are tried."""

    case: Case
    model: Model
    tunable: Tunable

    def figures(
        self, values: Array, replications: Array, names: Sequence[str], by: str
    ) -> Mapping[str, Array]:
        """Return figures `(groups, C, R)` of candidate levels `(N, C)` on replications `(R,)`."""
        keep = Keep(kpis=not set(names) <= {"total_cost", "unit_fill_rate", "avg_inventory"})
        parts = [run.figures(by) for run in self.runs(values, replications, keep)]
        shape = (-1, values.shape[1], replications.size)
        return {
            name: np.concatenate([part[name] for part in parts], axis=1).reshape(shape)
            for name in names
        }

    def runs(self, values: Array, replications: Array, keep: Keep) -> Iterator[Run]:
        """Yield runs whose columns, together, are the replications of each candidate in turn.

        A run is as wide as the engine works on at a time: a rule's columns are not cut further.
        """
        count, each = values.shape[1], replications.size
        width = block_of_replications(self.model, count * each)
        run_engine = engine("numpy")
        for first in range(0, count * each, width):
            column = np.arange(first, min(first + width, count * each))
            policies = self.tunable.policies(self.model, values[:, column // each])
            model = dataclasses.replace(self.model, policies=policies)
            numbers = replications[column % each]
            outcome = run_engine(model, Request(numbers, keep, workers=1))
            yield Run(self.case, model, numbers, outcome)

    def over(self, first_day: int, last_day: int) -> Trial:
        """Return the trial that counts days `first_day` to `last_day` alone, of the same runs."""
        model = dataclasses.replace(self.model, days=last_day, warmup_days=first_day - 1)
        return dataclasses.replace(self, model=model)


def has_chance(model: Model) -> bool:
    """Whether replications of a model differ: some demand or some failure is drawn."""
    drawn = any(share.family.random for share in model.demand.shares)
    return drawn or any(key is not None for key in model.fail_keys)
