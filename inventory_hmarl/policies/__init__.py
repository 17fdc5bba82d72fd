"""Replenishment rules, one file each.

A rule is a frozen dataclass that fulfils `inventory_hmarl.core.decide.Policy`. To add one, write a
module here with such a class and a class attribute `rule`, its name in a case; describe its
parameters with `level`, `whole`, `fraction` or `table`. Nothing else needs to change.
"""

from __future__ import annotations

import importlib
import pkgutil
from typing import Any

RULES: dict[str, type[Any]] = {}


def register(policy: type[Any]) -> type[Any]:
    """Make a rule known to cases under its name `policy.rule` (usable as a decorator)."""
    RULES[policy.rule] = policy
    return policy


for _module in sorted(module.name for module in pkgutil.iter_modules(__path__)):
    if not _module.startswith("_"):
        importlib.import_module(f"{__name__}.{_module}")
