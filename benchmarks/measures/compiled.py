"""Many small chains side by side, compiled: exact and fast."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks.cases import chain
from benchmarks.figures import Figure, figure, of_limit, per_second, timed
from benchmarks.limits import jax_limit
from inventory_hmarl import Keep, simulate

CORES = 1
UNIT = "million chain-days/s"
CASE = chain(stores=3, skus=1, days=90)
BATCH = 49152
BARS = {"exact": "at least 12, aim 20", "fast": "at least 25, aim 38"}


def figures() -> Iterator[Figure]:
    """Time both precisions, and a run with all that can be counted."""
    for precision, bar in BARS.items():
        seconds = timed(
            lambda p=precision: simulate(
                CASE, replications=BATCH, keep=Keep(kpis=False), engine="jax", precision=p
            )
        )
        limit = timed(jax_limit(CASE, BATCH, precision))
        yield figure(
            f"3 stores + 1 warehouse, 1 SKU, batch of {BATCH:,}, JAX, {precision}",
            per_second(BATCH * CASE.days, seconds),
            UNIT,
            f"{bar}; best peer 7.1; " + of_limit(seconds, limit, BATCH * CASE.days, 1e6),
        )
    seconds = timed(lambda: simulate(CASE, replications=8192, engine="jax"))
    name = "the same, exact, all KPIs and daily series, batch of 8,192"
    yield figure(name, per_second(8192 * CASE.days, seconds), UNIT)
