"""How a rule describes its parameters, so that cases, schemas and help texts need no list."""

from __future__ import annotations

from dataclasses import field
from typing import Any, TypeAlias

# As with dataclasses.field, what is declared is a field, and what is read is its value.
Declared: TypeAlias = Any


def level(help_text: str, *, position_target: bool = False, minimum: float = 0.0) -> Declared:
    """Describe a quantity in units for each SKU; `position_target`: orders aim at this position."""
    return field(
        metadata={
            "kind": "level",
            "minimum": minimum,
            "maximum": None,
            "help": help_text,
            "position_target": position_target,
        }
    )


def whole(help_text: str, *, minimum: int = 1, maximum: int | None = None) -> Declared:
    """Describe a whole number that is the same for every SKU."""
    return field(
        metadata={"kind": "whole", "minimum": minimum, "maximum": maximum, "help": help_text}
    )


def table(help_text: str) -> Declared:
    """Describe units for each day and SKU, `(days, points)` once compiled."""
    return field(metadata={"kind": "table", "minimum": 0.0, "maximum": None, "help": help_text})
