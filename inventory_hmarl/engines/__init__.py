"""How the days are run: `numpy_engine` loops, `jax_engine` compiles the same days.

Results are the same whichever engine runs, on however many cores, in blocks of whatever size.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any  # an engine's own options

from inventory_hmarl.core.arrays import Array
from inventory_hmarl.core.horizon import Check
from inventory_hmarl.core.model import Model
from inventory_hmarl.engines.outcome import Keep, Outcome
from inventory_hmarl.engines.workers import Progress, cores
from inventory_hmarl.extras import check_extra

ENGINES = ("numpy", "jax")
PRECISIONS = ("exact", "fast")


class EngineError(ValueError):
    """An engine that does not exist, or cannot do what was asked of it."""


@dataclass(frozen=True)
class Request:
    """What an engine is asked to run, beside the model."""

    replications: Array  # (R,) uint32, their numbers
    keep: Keep
    workers: int  # threads
    progress: Progress | None = None
    check: Check | None = None
    precision: str = "exact"


def check_choice(name: str, precision: str = "exact") -> None:
    """Raise `EngineError` for an engine or precision that is none, `MissingExtra` without JAX."""
    if name not in ENGINES:
        raise EngineError(f"engine = {name!r:.40}: it must be one of {', '.join(ENGINES)}")
    if precision not in PRECISIONS:
        raise EngineError(
            f"precision = {precision!r:.40}: it must be one of {', '.join(PRECISIONS)}"
        )
    if name == "numpy" and precision != "exact":
        raise EngineError(
            f"precision = '{precision}' is the jax engine's: choose engine jax, or leave it out"
        )
    if name == "jax":
        check_extra("jax", "jax", "engine = 'jax'")


def engine(name: str, precision: str = "exact") -> Callable[[Model, Request], Outcome]:
    """Return the `run(model, request)` of an engine; errors are those of `check_choice`."""
    check_choice(name, precision)
    module: Any = importlib.import_module(f"{__name__}.{name}_engine")
    run: Callable[[Model, Request], Outcome] = module.run
    return run


def points_at_once(name: str) -> int:
    """Return how large a chain an engine runs in one piece whatever the cache: 0, but on a GPU."""
    if name == "numpy":
        return 0
    module: Any = importlib.import_module(f"{__name__}.compiled.device")
    points: int = module.points_at_once()
    return points


def workers_of(workers: int | None, name: str) -> int:
    """Return a number of threads; None is what suits the engine.

    Compiled days run beside each other: one thread a core. NumPy's share one interpreter.
    """
    if workers is None:
        return cores() if name == "jax" else 1
    if type(workers) is not int or workers < 1:
        raise EngineError(
            f"workers = {workers!r:.40}: a whole number, at least 1, or None for what suits the "
            "engine"
        )
    return workers
