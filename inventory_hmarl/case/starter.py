"""The default case, and the file with which a user starts."""

from __future__ import annotations

import tomllib
from importlib.resources import files

from inventory_hmarl.case.build import case_from_dict
from inventory_hmarl.case.models import Case


def starter_case() -> str:
    """Return the text of a commented TOML case: three stores, one warehouse, one supplier."""
    return (files("inventory_hmarl.case") / "data" / "default.toml").read_text(encoding="utf-8")


def default_case() -> Case:
    """Return the default case.

    >>> list(default_case().stores)
    ['store_1', 'store_2', 'store_3']
    """
    return case_from_dict(tomllib.loads(starter_case()))
