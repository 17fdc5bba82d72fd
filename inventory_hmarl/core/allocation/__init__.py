"""Who gets what when a location is short: one file a rule.

A rule is a function of a `Shortage` that returns what each customer gets. To add one, write a
module here that defines `RULE`; its file name is its name in a case. A module may say
`SEES_COVER = True` (its rule looks at what customers have) and `BY_PRIORITY = False` (customers
come in the order of the case, whatever the priorities of their lanes).
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from types import ModuleType
from typing import NamedTuple, TypeAlias

from inventory_hmarl.core.arrays import Array

LARGEST_WEIGHT = 1024  # of the customer of a source that sells most


class Cover(NamedTuple):
    """What the customers of a short source have, and how fast they use it."""

    stock: Array  # (C, M) units on hand or on their way, less those owed; may be negative
    weight: Array  # (C, M) mean demand, 1 to `LARGEST_WEIGHT`, whole; 0: nobody


Step: TypeAlias = Callable[[Array, Array], tuple[Array, Array]]


def repeat(step: Step, low: Array, high: Array, times: int) -> tuple[Array, Array]:
    """Return two arrays after `times` steps: earlier, once a step changes nothing."""
    for _ in range(times):
        before = low, high
        low, high = step(low, high)
        if (low == before[0]).all() and (high == before[1]).all():
            break
    return low, high


class Shortage(NamedTuple):
    """Columns in which a source has less than its customers ask for."""

    need: Array  # (C, M) units asked for, customers in order of priority; sums above `available`
    available: Array  # (M,) units to hand out: all of them go
    tie: Callable[[], Array]  # (C, M) uint32, a random-looking word of customer, SKU and day
    whole_units: bool
    cover: Callable[[], Cover] | None = None  # None: the rule does not look at it
    # A compiled day brings a loop of its own: written out, fifty steps take minutes to compile.
    repeat: Callable[[Step, Array, Array, int], tuple[Array, Array]] = repeat


AllocationRule: TypeAlias = Callable[[Shortage], Array]  # (C, M), each at most its need

_MODULES: dict[str, ModuleType] = {
    name: importlib.import_module(f"{__name__}.{name}")
    for name in sorted(module.name for module in pkgutil.iter_modules(__path__))
}
RULES: dict[str, AllocationRule] = {name: module.RULE for name, module in _MODULES.items()}
SEES_COVER = frozenset(n for n, module in _MODULES.items() if getattr(module, "SEES_COVER", False))
BY_CASE = frozenset(n for n, module in _MODULES.items() if not getattr(module, "BY_PRIORITY", True))
