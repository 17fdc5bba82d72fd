"""Who gets what when a location is short: one file a rule.

A rule is a function of a `Shortage` that returns what each customer gets. To add one, write a
module here that defines `RULE`; its file name is its name in a case.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable
from typing import NamedTuple, TypeAlias

from inventory_hmarl.core.arrays import Array


class Shortage(NamedTuple):
    """Columns in which a source has less than its customers ask for."""

    need: Array  # (C, M) units asked for, customers in order of priority; sums above `available`
    available: Array  # (M,) units to hand out: all of them go
    tie: Callable[[], Array]  # (C, M) uint32, a random-looking word of customer, SKU and day
    whole_units: bool


AllocationRule: TypeAlias = Callable[[Shortage], Array]  # (C, M), each at most its need

RULES: dict[str, AllocationRule] = {
    name: importlib.import_module(f"{__name__}.{name}").RULE
    for name in sorted(module.name for module in pkgutil.iter_modules(__path__))
}
