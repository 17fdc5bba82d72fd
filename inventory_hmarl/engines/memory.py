"""How much memory a run takes, told before it begins. The formula is explained in docs/engines.md.

peak = process + model + results + threads x block

The results are what the caller asked to keep. Nothing else grows with the horizon or with the
number of replications.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from inventory_hmarl.core.horizon import DAILY
from inventory_hmarl.core.model import Model, initial_state
from inventory_hmarl.engines.outcome import Keep
from inventory_hmarl.engines.sizes import JAX_CELLS, NUMPY_CELLS, NUMPY_WORDS, PART_POINTS

Tree: TypeAlias = Any  # of arrays: a state

NUMBER = 8  # bytes
DAY_ARRAYS = 14  # of a point or line each, that a day makes on its way
WORD_BYTES = 40  # of a random word and what is made of it
CUT_BYTES = 170  # of a point of a chain that is cut into groups of SKUs
JAX_BYTES = 265 * 2**20  # of the library and of a program that is being compiled
JAX_KPI_BYTES = 70 * 2**20  # more of a program that counts all there is


@dataclass(frozen=True)
class Memory:
    """Bytes that a run takes on top of the process, by what they are for."""

    results: int
    block: int  # of one thread
    engine: int

    def peak(self, workers: int = 1) -> int:
        """Return the most bytes at a time."""
        return self.results + workers * self.block + self.engine


def memory(model: Model, keep: Keep, replications: int, engine: str = "numpy") -> Memory:
    """Return about how many bytes a run takes on top of the process and the model.

    Measured peaks lie within 20 % of process + model + this (`inventory-hmarl bench memory`).
    """
    points = sum(len(level.points) for level in model.network.levels)
    compiled = engine == "jax"
    cells = JAX_CELLS if compiled else NUMPY_CELLS
    size = max(1, min(replications, cells // points))
    daily, kept = _numbers_a_day(model, keep)
    results = keep.counted(model.network).size + (2 * points if keep.kpis else 0)
    beside = (daily + kept) * model.days if compiled else 0  # a block's, before it is handed over
    return Memory(
        results=NUMBER * replications * (results + (daily + kept) * model.days),
        block=_block(model, keep, size, points) + NUMBER * size * beside,
        engine=JAX_BYTES + JAX_KPI_BYTES * keep.kpis if compiled else 0,
    )


def _numbers_a_day(model: Model, keep: Keep) -> tuple[int, int]:
    """Return how many numbers of each replication are kept of a day: daily sums, and records."""
    kept = keep.kept(model.network)
    daily = len(DAILY) * len(model.network.levels) if keep.kpis else 0
    return daily, 0 if kept is None else kept.size


def _block(model: Model, keep: Keep, size: int, points: int) -> int:
    """Return the bytes of what runs side by side: replications, or a group of SKUs."""
    days = 2 + 2 * model.days_ahead  # at least
    drawn = WORD_BYTES * max(NUMPY_WORDS, days * model.demand.rows * size)
    whole = size * _state_and_day(model, keep) + drawn
    if points <= PART_POINTS:
        return whole
    return whole * PART_POINTS // points + CUT_BYTES * points


def _state_and_day(model: Model, keep: Keep) -> int:
    """Return the bytes that one replication takes: its state, and what a day makes of it."""
    rows = sum(len(level.points) + len(level.lines) for level in model.network.levels)
    state = _bytes(initial_state(model, 1))
    return 2 * state + NUMBER * (DAY_ARRAYS * rows + 2 * keep.counted(model.network).size)


def bytes_of_one(model: Model, keep: Keep) -> int:
    """Return the bytes of a replication on a device that runs as many as it can hold."""
    kept = sum(_numbers_a_day(model, keep)) * model.days
    drawn = WORD_BYTES * (2 + model.days_ahead) * model.demand.rows
    return _state_and_day(model, keep) + drawn + NUMBER * kept


def _bytes(tree: Tree) -> int:
    """Return the bytes of the arrays of a state."""
    if isinstance(tree, np.ndarray):
        return tree.nbytes
    return sum(map(_bytes, tree)) if isinstance(tree, tuple) else 0


def bytes_there() -> int | None:
    """Return the bytes of this machine's memory, or None where it does not say."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (AttributeError, OSError, ValueError):
        return None
