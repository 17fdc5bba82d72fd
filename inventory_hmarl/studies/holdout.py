"""Figures that no search has seen: other customers, or later days."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from inventory_hmarl.core.arrays import Array
from inventory_hmarl.core.kpis import group
from inventory_hmarl.studies.candidates import Trial
from inventory_hmarl.studies.intervals import Interval, interval

FIGURES = (
    "total_cost",
    "unit_fill_rate",
    "alpha_period",
    "cycle_service_level",
    "ready_rate",
    "avg_inventory",
)
GROUPS = ("network", "sku")
SPAN, FEWEST = 28, 4  # days of a batch of held-out days, and how many batches there must be


@dataclass(frozen=True)
class Compared:
    """A figure before and after, and its paired difference (after - before)."""

    before: Interval
    after: Interval
    difference: Interval


@dataclass(frozen=True)
class Holdout:
    """The figures of the network and of each SKU on the held-out customers or days."""

    text: str  # what was held out
    pairs: int  # replications, or spans of days
    network: Mapping[str, Compared]
    skus: Mapping[str, Mapping[str, Compared]]


def compare(trial: Trial, before: Array, after: Array, numbers: Array) -> Holdout:
    """Compare levels `(N,)` on replications `(R,)` that no search has used."""
    both = np.stack([before, after], axis=1)
    tried = trial.tried(both, numbers, FIGURES)
    found = {by: tried.samples(FIGURES, by) for by in GROUPS}
    text = f"replications {int(numbers[0])} to {int(numbers[-1])}"
    return _holdout(trial, text, found)


def backtest(trial: Trial, before: Array, after: Array, numbers: Array, first_day: int) -> Holdout:
    """Compare levels on the last days, from `first_day` on, which no search has seen.

    Pairs are spans of `SPAN` days, or shorter ones where they would be fewer than `FEWEST`: batch
    means (Law, *Simulation Modeling and Analysis*, 5th ed., section 9.5.3). Stock at the first of
    them is what each levels' own past has left.
    """
    both, last_day = np.stack([before, after], axis=1), trial.model.days
    held = last_day - first_day + 1
    count = max(held // SPAN, min(FEWEST, held))
    bounds = np.linspace(first_day, last_day + 1, count + 1).astype(int)
    parts = []
    for first, until in itertools.pairwise(bounds):
        span = trial.over(int(first), int(until) - 1).tried(both, numbers, FIGURES)
        parts.append({by: span.samples(FIGURES, by) for by in GROUPS})
    found = {
        by: {
            name: np.stack([part[by][name].mean(axis=2) for part in parts], axis=2)
            for name in FIGURES
        }
        for by in GROUPS
    }
    return _holdout(trial, f"days {first_day} to {last_day}, in {count} spans", found)


def _holdout(trial: Trial, text: str, found: Mapping[str, Mapping[str, Array]]) -> Holdout:
    skus = [
        {name: _compared(found["sku"][name][row]) for name in FIGURES}
        for row in range(found["sku"]["total_cost"].shape[0])
    ]
    network = {name: _compared(found["network"][name][0]) for name in FIGURES}
    pairs = found["network"]["total_cost"].shape[2]
    return Holdout(text, pairs, network, dict(zip(labels(trial), skus, strict=True)))


def labels(trial: Trial) -> tuple[str, ...]:
    """Return the SKUs in the order of figures by SKU."""
    return group(trial.model.network, "sku").labels


def _compared(pair: Array) -> Compared:
    """Return the intervals of a figure of two candidates, `(2, R)`."""
    return Compared(interval(pair[0]), interval(pair[1]), interval(pair[1] - pair[0]))
