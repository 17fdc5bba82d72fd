"""`simulate`: the one entry point under everything that runs a case."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any  # settings are of any type

import numpy as np

from inventory_hmarl.case import as_case
from inventory_hmarl.case.compiling import compile_case, compile_groups, with_policies
from inventory_hmarl.case.models import Case
from inventory_hmarl.core.arrays import Array, fold
from inventory_hmarl.core.checks import check_day
from inventory_hmarl.core.decide import ByPolicy
from inventory_hmarl.core.horizon import DAILY
from inventory_hmarl.core.kpis import (
    DAYS_PER_WEEK,
    Counts,
    divisors,
    figures,
    group,
    inventory_figures,
    lowest_service,
    squares,
    variance_ratio,
)
from inventory_hmarl.core.model import Model, ModelPart
from inventory_hmarl.core.network import Network
from inventory_hmarl.engines import Request, points_at_once, workers_of
from inventory_hmarl.engines import engine as engine_named
from inventory_hmarl.engines.outcome import Keep, Outcome
from inventory_hmarl.engines.parts import run_parts
from inventory_hmarl.engines.sizes import PART_POINTS
from inventory_hmarl.engines.workers import Progress


@dataclass(frozen=True)
class Run:
    """What came out of a simulation: counts of each replication, and figures on demand."""

    case: Case
    model: Model
    replications: Array  # (R,) uint32, the numbers of the replications
    outcome: Outcome

    def figures(self, by: str = "network") -> dict[str, Array]:
        """Return each figure, `(groups, R)`, by "network", "location", "sku" or "point".

        A figure whose divisor is zero is NaN. `labels(by)` names the groups.
        """
        answer = figures(self.model, self.counts, group(self.model.network, by))
        if by == "network" and self.outcome.daily is not None:
            answer |= self._daily_figures(self.outcome.daily[self.model.warmup_days :])
        return answer

    def divisors(self, by: str = "network") -> dict[str, Array]:
        """Return what those of the figures that are ratios divide by, `(groups, R)`.

        A figure that is not among them is a sum or a mean, or its divisor is the same throughout.
        """
        answer = divisors(self.model, self.counts, group(self.model.network, by))
        if by == "network" and self.outcome.daily is not None:
            daily = self.outcome.daily[self.model.warmup_days :]
            demand = fold(daily[:, DAILY.index("demand")].swapaxes(0, 1))[:, None]
            for level in range(daily.shape[2]):
                answer[f"bullwhip_var_level_{level}"] = squares(demand)
                answer[f"bullwhip_var_weekly_level_{level}"] = squares(demand, DAYS_PER_WEEK)
        return answer

    def labels(self, by: str = "network") -> tuple[str, ...]:
        """Return the names of the groups of `figures(by)`."""
        return group(self.model.network, by).labels

    def series(self, name: str) -> tuple[Array, ...]:
        """Return a quantity of each day and row, `(days, rows, R)`, a level at a time.

        Rows are points, or lines of quantities that travel; days are all days, warm-up included. A
        level that has no such quantity has no row. Raises `ValueError` for what was not kept.

        >>> from inventory_hmarl.case import default_case
        >>> run = simulate(default_case(), days=30, keep=Keep(records=["stock"]))
        >>> [rows.shape for rows in run.series("stock")]
        [(30, 12, 1), (30, 4, 1)]
        """
        kept, records = self.outcome.kept, self.outcome.records
        if kept is None or records is None or not any(key[0] == name for key in kept.rows):
            raise ValueError(
                f"{name!r:.40} was not kept of each day: simulate(..., keep=Keep(records=[...])) "
                "with its name"
            )
        return tuple(
            records[:, kept.rows.get((name, level), slice(0, 0))]
            for level in range(len(self.model.network.levels))
        )

    @functools.cached_property
    def counts(self) -> Counts:
        """The counts that figures are computed from."""
        return Counts(
            self.outcome.recorder,
            self.outcome.sums,
            self.outcome.cycles_ended,
            self.outcome.cycles_served,
            self.model.days - self.model.warmup_days,
        )

    def _daily_figures(self, daily: Array) -> dict[str, Array]:
        """Return the network's figures from its daily series, each `(1, R)`."""
        series = {name: daily[:, number] for number, name in enumerate(DAILY)}  # (days, levels, R)
        demand, filled, stock = (
            fold(series[name].swapaxes(0, 1))[:, None] for name in ("demand", "filled", "stock")
        )
        answer = {"min_service_level": lowest_service(demand, filled), **inventory_figures(stock)}
        for level in range(daily.shape[2]):
            orders = series["ordered"][:, level : level + 1]
            answer[f"bullwhip_var_level_{level}"] = variance_ratio(orders, demand)
            answer[f"bullwhip_var_weekly_level_{level}"] = variance_ratio(
                orders, demand, DAYS_PER_WEEK
            )
        return answer


def simulate(  # noqa: PLR0913 - a keyword for each choice of a run
    case: Case | Mapping[str, Any] | str | Path,
    *,
    replications: int | range = 1,
    days: int | None = None,
    seed: int | None = None,
    policies: Callable[[Network], ByPolicy] | None = None,
    keep: Keep | None = None,
    checked: bool = False,
    engine: str = "numpy",
    precision: str = "exact",
    workers: int | None = None,
    progress: Progress | None = None,
) -> Run:
    """Run a case (or settings, or a case file) for several replications side by side.

    They are replications 0, 1, ..., or those of a range.

    `days` and `seed` take the place of the case's, `policies(network)` that of its policies.
    `keep` says what to keep; `checked` asserts the laws of stock on every day. `progress(done,
    all)` is called as chain-days are finished.

    `engine` is "numpy", or "jax" (the extra `jax`), which compiles the same days; results are the
    same. `precision="fast"` (JAX alone) computes in 32-bit floats, which is another sample of the
    same chance. `workers` threads share the replications; None is what suits the engine.

    >>> from inventory_hmarl.case import default_case
    >>> run = simulate(default_case(), days=30, replications=4)
    >>> run.figures()["total_cost"].shape
    (1, 4)
    """
    run_engine = engine_named(engine, precision)
    case, model = compiled(case, days, seed, policies)
    numbers = replication_numbers(replications)
    check = check_day if checked else None
    request = Request(
        numbers, keep or Keep(), workers_of(workers, engine), progress, check, precision
    )
    most = max(PART_POINTS, points_at_once(engine))
    parts = [] if policies is not None or checked else _parts(case, model, request, most)
    if parts:
        return Run(case, model, numbers, run_parts(model, parts, run_engine, request))
    return Run(case, model, numbers, run_engine(model, request))


def compiled(
    case: Case | Mapping[str, Any] | str | Path,
    days: int | None,
    seed: int | None,
    policies: Callable[[Network], ByPolicy] | None,
) -> tuple[Case, Model]:
    """Return a case with other days, seed and policies (None: its own), and its arrays."""
    case = as_case(case)
    changes = {"days": days, "seed": seed}
    case = case.changed(**{name: value for name, value in changes.items() if value is not None})
    model = compile_case(case)
    if policies is not None:
        model = with_policies(case, model, policies(model.network))
    return case, model


def _parts(case: Case, model: Model, request: Request, most: int) -> list[Callable[[], ModelPart]]:
    """Return the groups of SKUs to run one by one: none where splitting might show.

    Sums over SKUs are added in another order, which shows in the last bit of continuous units.
    """
    if request.keep.kpis and not model.network.whole_units:
        return []
    return compile_groups(case, most, overlapping=not request.keep.kpis)


def replication_numbers(replications: int | range) -> Array:
    """Return the numbers of the replications, uint32 `(R,)`."""
    wanted = range(replications) if type(replications) is int else replications
    if type(wanted) is not range or not wanted or not 0 <= min(wanted) <= max(wanted) < 2**32:
        raise ValueError(
            f"replications = {replications!r:.40}: a whole number or a range, at least one, "
            "numbered below 2**32"
        )
    return np.array(wanted, dtype=np.uint32)
