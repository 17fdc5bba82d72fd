"""How far figures of fast precision are from exact ones, on the same customers."""

from __future__ import annotations

import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from benchmarks.figures import Figure
from inventory_hmarl import default_case, load_case, simulate
from inventory_hmarl.case import Case
from inventory_hmarl.core.arrays import Array

CORES = 1
ROOT = Path(__file__).resolve().parents[2]
REPLICATIONS = 1000
FIGURES = (
    "total_demand",
    "total_sales",
    "unit_fill_rate",
    "avg_inventory",
    "order_lines",
    "stockout_days",
    "total_cost",
)


def cases() -> dict[str, Case]:
    """Return the cases: the default one, and one with every setting, in both kinds of units."""
    varied = load_case(ROOT / "tests" / "core" / "varied.toml")
    units = {
        f"every setting, {kind}": varied.changed(units=kind) for kind in ("whole", "continuous")
    }
    return {"default case": default_case(), **units}


def figures() -> Iterator[Figure]:
    """Yield the deviation of each figure's mean, and of single replications."""
    for name, case in cases().items():
        exact, fast = (
            simulate(case, replications=REPLICATIONS, engine="jax", precision=precision).figures()
            for precision in ("exact", "fast")
        )
        for quantity in FIGURES:
            yield deviation(f"fast, {name}: {quantity}", exact[quantity][0], fast[quantity][0])


def deviation(name: str, exact: Array, fast: Array) -> Figure:
    """Return how far means are apart, as a share, and the furthest replications."""
    mean = float(np.nanmean(exact))
    off = float(np.nanmean(fast)) - mean
    error = float(np.nanstd(exact, ddof=1)) / math.sqrt(exact.size)
    apart = (fast - exact) / np.where(exact == 0, 1.0, exact)
    told = f"{abs(off) / error:.2g} standard errors" if error else "without chance"
    lowest, highest = float(np.nanmin(apart)), float(np.nanmax(apart))
    return Figure(name, off / mean if mean else off, lowest, highest, "of the exact figure", told)
