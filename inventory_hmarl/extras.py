"""Libraries that an extra brings, imported where they are used. Standard library only."""

from __future__ import annotations

import importlib
from typing import Any, TypeAlias  # a module that may not be there has no type

Untyped: TypeAlias = Any


class MissingExtra(ImportError):
    """A library that an extra of the package brings, and that is not installed."""


def needed(module: str, extra: str, what: str) -> Untyped:
    """Return a module of an extra; `MissingExtra` says what needs it, and how to install it."""
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError as error:
        raise missing(extra, what) from error


def missing(extra: str, what: str) -> MissingExtra:
    """Return the error of an extra that is not installed."""
    return MissingExtra(
        f'{what} needs the extra "{extra}", which is not installed: '
        f'pip install "inventory-hmarl[{extra}]"'
    )
