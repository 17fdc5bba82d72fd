"""One replication of a 90-day run as one call of a compiled program."""

from __future__ import annotations

from collections.abc import Iterator

import jax
import numpy as np

from benchmarks.cases import chain
from benchmarks.figures import RUNS, Figure, figure, of_limit, per_second, timed
from benchmarks.limits import jax_limit
from inventory_hmarl import Keep
from inventory_hmarl.case.compiling import compile_case
from inventory_hmarl.engines import Request
from inventory_hmarl.engines.jax_engine import Compiled
from inventory_hmarl.engines.outcome import blank

CORES = 1
CASE = chain(stores=3, skus=1, days=90)


def figures() -> Iterator[Figure]:
    """Time calls of a program that is compiled before."""
    model, keep = compile_case(CASE), Keep(kpis=False)
    number = np.zeros(1, dtype=np.uint32)
    with jax.enable_x64(True):
        compiled = Compiled(model, Request(number, keep, workers=1))
        into = blank(model, keep, 1)
        seconds = timed(lambda: compiled.run(number, into, lambda done: None), RUNS * 20)
    limit = timed(jax_limit(CASE, 1), RUNS * 20)
    yield figure(
        "one replication, whole 90-day run compiled",
        per_second(CASE.days, seconds),
        "million days/s",
        "at least 0.5, aim 1; best peer 0.22; " + of_limit(seconds, limit, CASE.days, 1e6),
    )
