"""Many small chains side by side, NumPy: demand and policy inside, totals kept."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.cases import chain
from benchmarks.figures import Figure, figure, of_limit, per_second, timed
from benchmarks.limits import numpy_limit
from inventory_hmarl import Keep, simulate

CORES = 1
UNIT = "million chain-days/s"
CASE = chain(stores=3, skus=1, days=90)


def figures() -> Iterator[Figure]:
    """Time batches of three sizes, and one with all that can be counted."""
    for count in (1024, 8192, 49152):
        seconds = timed(lambda n=count: simulate(CASE, replications=n, keep=Keep(kpis=False)))
        limit = timed(numpy_limit(CASE, count))
        yield figure(
            f"3 stores + 1 warehouse, 1 SKU, batch of {count:,}, NumPy",
            per_second(count * CASE.days, seconds),
            UNIT,
            "at least 8, aim 15; best peer 7.1; "
            + of_limit(seconds, limit, count * CASE.days, 1e6),
        )
    seconds = timed(lambda: simulate(CASE, replications=8192))
    name = "the same, all KPIs and daily series, batch of 8,192"
    yield figure(name, per_second(8192 * CASE.days, seconds), UNIT)
