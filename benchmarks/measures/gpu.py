"""The same days on a GPU: needs one, and a JAX that sees it."""

from __future__ import annotations

from collections.abc import Iterator

import jax
import numpy as np

from benchmarks.cases import chain
from benchmarks.figures import Figure, figure, of_limit, per_second, timed
from benchmarks.limits import jax_limit
from benchmarks.measures import agents_jax
from inventory_hmarl.case.compiling import compile_case
from inventory_hmarl.engines import Request, jax_engine
from inventory_hmarl.engines.outcome import Keep

CORES = 0  # all: a GPU is fed by more than one
UNIT = "million location-SKU-days/s"
BAR = "at least 2,000, aim 10,000"
AGENTS = (2**10, 2**17)  # chains
SIZES = ((1, 2**20, 364), (3049, 256, 364))  # SKUs, replications, days


def figures() -> Iterator[Figure]:
    """Time small chains by the million, M5's year some hundred times, and chains of agents."""
    try:
        gpu = jax.devices("gpu")[0].device_kind
    except RuntimeError:
        told = "no GPU here that JAX sees: the other measures run the same programs on the CPU"
        yield Figure("one GPU", None, None, None, UNIT, told)
        return
    yield from _runs(gpu)
    yield from _agents(gpu)


def _runs(gpu: str) -> Iterator[Figure]:
    for skus, replications, days in SIZES:
        stores = 3 if skus == 1 else 10
        case = chain(stores=stores, skus=skus, days=days)
        model = compile_case(case)
        numbers = np.arange(replications, dtype=np.uint32)
        for precision in ("exact", "fast"):
            request = Request(numbers, Keep(kpis=False), workers=1, precision=precision)
            seconds = timed(lambda m=model, r=request: jax_engine.run(m, r))
            limit = timed(jax_limit(case, replications, precision))
            cells = (stores + 1) * skus * replications * days
            yield figure(
                f"{gpu}: {stores} + 1 locations, {skus:,} SKUs, "
                f"{replications:,} replications, {precision}",
                per_second(cells, seconds),
                UNIT,
                f"{BAR}; {of_limit(seconds, limit, cells, 1e6)}",
            )


def _agents(gpu: str) -> Iterator[Figure]:
    for count in AGENTS:
        for precision in ("exact", "fast"):
            for how, play in (
                ("in one program", agents_jax.in_one_program),
                ("by jax.vmap", agents_jax.mapped),
            ):
                rate = per_second(count * agents_jax.CASE.days, timed(play(count, precision)))
                name = f"{gpu}: {count:,} chains of agents, {precision}, {how}"
                yield figure(name, rate, agents_jax.UNIT)
