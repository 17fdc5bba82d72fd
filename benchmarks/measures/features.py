"""What each feature of a case costs: the chain with it, timed in turns with the chain without.

Features, and the settings that switch them on, are the rows of docs/features.toml.
"""

from __future__ import annotations

import copy
import importlib.util
import statistics
import time
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any  # settings are of any type

from benchmarks.cases import chain
from benchmarks.figures import RUNS, Figure, figure
from inventory_hmarl import Keep, simulate
from inventory_hmarl.case import Case, case_from_dict, case_to_dict

CORES = 1
CASE = chain(stores=3, skus=2, days=90)
DATA = Path(__file__).resolve().parents[2] / "docs" / "features.toml"
BATCH = {"numpy": 4096, "jax": 16384}
LONGEST_NAME = 60


def figures() -> Iterator[Figure]:
    """Time each feature on each engine that is there."""
    features = tomllib.loads(DATA.read_text(encoding="utf-8"))["features"]
    engines = ["numpy", *(["jax"] if importlib.util.find_spec("jax") else [])]
    for engine in engines:
        for feature in features:
            if "costs" in feature:
                yield cost(feature["name"], feature["costs"], engine, BATCH[engine])


def cost(
    name: str, settings: Mapping[str, object], engine: str, batch: int, runs: int = RUNS
) -> Figure:
    """Return how many times as long the chain takes with a feature, pair by pair."""
    pair = (CASE, with_feature(CASE, settings))
    for case in pair:  # compiled, and in the cache
        seconds(case, engine, batch)
    times = [[seconds(case, engine, batch) for case in pair] for _ in range(runs)]
    usual = statistics.median(first for first, _ in times)
    short = name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 3]}..."
    rate = batch * CASE.days / usual / 1e6
    return figure(
        f"{short}, {engine}",
        [second / first for first, second in times],
        "x the time without",
        f"{rate:.3g} million chain-days/s without",
    )


def seconds(case: Case, engine: str, batch: int) -> float:
    """Return the seconds that a batch takes."""
    start = time.perf_counter()
    simulate(case, replications=batch, keep=Keep(kpis=False), engine=engine)
    return time.perf_counter() - start


def with_feature(case: Case, settings: Mapping[str, object]) -> Case:
    """Return a case with other settings, by place; `*` stands for each entry of a table or list.

    >>> with_feature(CASE, {"stores.*.review_period": 2}).stores["store_0"].review_period
    2
    """
    data: Any = case_to_dict(case)
    for place, value in settings.items():
        _set(data, place.split("."), value)
    return case_from_dict(data)


def _set(table: dict[str, Any] | list[Any], steps: list[str], value: object) -> None:
    step, *rest = steps
    by_key: Any = dict(enumerate(table)) if isinstance(table, list) else table
    one = int(step) if isinstance(table, list) and step != "*" else step
    for key in list(by_key) if step == "*" else [one]:
        if rest:
            by_key.setdefault(key, {})
            _set(by_key[key], rest, value)
        else:
            by_key[key] = copy.deepcopy(value)
    if isinstance(table, list):
        table[:] = by_key.values()
