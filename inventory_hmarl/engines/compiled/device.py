"""The device that JAX uses: how much runs side by side there, and how results come from it."""

from __future__ import annotations

from typing import Any, TypeAlias

import jax

from inventory_hmarl.core.model import Model
from inventory_hmarl.engines.memory import bytes_of_one
from inventory_hmarl.engines.outcome import Keep

Tree: TypeAlias = Any  # of arrays

PINNED = "pinned_host"
SHARE = 2  # of a GPU's memory one part is for the days, the others for what is handed over
UNKNOWN = 2**33  # bytes of a GPU that does not say
POINT_BYTES = 2**10  # of a point of a chain that is run whole: three times what they take


def on_gpu() -> bool:
    """Return whether days run on a GPU, or another device that is fed operation by operation."""
    return jax.devices()[0].platform != "cpu"


def gpu_bytes() -> int | None:
    """Return the bytes of the GPU's memory; None where days run on the CPU."""
    if not on_gpu():
        return None
    told = jax.devices()[0].memory_stats() or {}
    return int(told.get("bytes_limit", UNKNOWN))


def at_hand(tree: Tree) -> Tree:
    """Return arrays where NumPy reads them.

    A GPU writes into memory that is pinned to its place by itself, many times as fast as the
    processor fetches from it.
    """
    if not on_gpu():
        return tree
    return jax.tree.map(lambda x: jax.device_put(x, x.sharding.with_memory_kind(PINNED)), tree)


def side_by_side(model: Model, keep: Keep, cells: int) -> int:
    """Return how many replications run at a time: `cells` points, or what fits into the GPU."""
    there = gpu_bytes()
    if there is None:
        points = sum(len(level.points) for level in model.network.levels)
        return max(1, cells // points)
    return max(1, there // SHARE // bytes_of_one(model, keep))


def points_at_once() -> int:
    """Return how large a chain a GPU runs in one piece; 0 where there is none."""
    return (gpu_bytes() or 0) // SHARE // POINT_BYTES
