"""How a rule describes its parameters, so that cases, schemas and help texts need no list."""

from __future__ import annotations

from dataclasses import field
from typing import Any, TypeAlias

# As with dataclasses.field, what is declared is a field, and what is read is its value.
Declared: TypeAlias = Any


# A field that a user does not set: what the rule knows of the case, filled in by its name when the
# case is compiled (`KNOWN` of `case.compiling.policies`).
KNOWN: Declared = None


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


def fraction(help_text: str) -> Declared:
    """Describe a number from 0 to 1 for each SKU, such as a smoothing constant."""
    return field(metadata={"kind": "fraction", "minimum": 0.0, "maximum": 1.0, "help": help_text})


def number(help_text: str) -> Declared:
    """Describe a number for each SKU, not negative, that is no quantity of units."""
    return field(metadata={"kind": "number", "minimum": 0.0, "maximum": None, "help": help_text})


def table(help_text: str) -> Declared:
    """Describe units for each day and SKU, `(days, points)` once compiled."""
    return field(metadata={"kind": "table", "minimum": 0.0, "maximum": None, "help": help_text})
