"""The same days on a GPU: needs one, and a JAX that sees it."""

from __future__ import annotations

from collections.abc import Iterator

import jax

from benchmarks.cases import chain
from benchmarks.figures import Figure, figure, of_limit, per_second, timed
from benchmarks.limits import jax_limit
from inventory_hmarl.case.compiling import compile_case
from inventory_hmarl.engines import Request, jax_engine
from inventory_hmarl.engines.outcome import Keep

CORES = 0  # all: a GPU is fed by more than one
BAR = "at least 2,000, aim 10,000"
SIZES = ((1, 2**20, 90), (3049, 256, 364))  # SKUs, replications, days


def figures() -> Iterator[Figure]:
    """Time small chains by the million, and M5's year some hundred times."""
    import numpy as np

    name = "one GPU, location-SKU-days"
    try:
        devices = jax.devices("gpu")
    except RuntimeError:
        told = "no GPU here that JAX sees: the same program ran on the CPU in the measures above"
        yield Figure(name, None, None, None, "million/s", told)
        return
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
                f"{devices[0].device_kind}: {stores} + 1 locations, {skus:,} SKUs, "
                f"{replications:,} replications, {precision}",
                per_second(cells, seconds),
                "million location-SKU-days/s",
                f"{BAR}; {of_limit(seconds, limit, cells, 1e6)}",
            )
