"""The kinds of values that a case is written in."""

from __future__ import annotations

import datetime
import math
from collections.abc import Mapping
from typing import Annotated, Literal, TypeAlias

import numpy as np
from pydantic import BaseModel, BeforeValidator, ConfigDict, Discriminator, Field, Strict, Tag
from pydantic_core import PydanticCustomError

LARGEST = 1e9  # units, money: sums over stores and days then stay exact in float64
LONGEST_DAYS = 10_000_000
LONGEST_LEAD_TIME = 3650  # days
LONGEST_REVIEW = 366  # days
LONGEST_LIFE = 730  # days: each has a row of its own
FIRST_DATE = "2024-01-01"

NUMBER_TAG, MAPPING_TAG, LIST_TAG = "\0number", "\0mapping", "\0list"
TAGS = frozenset({NUMBER_TAG, MAPPING_TAG, LIST_TAG})


class Part(BaseModel):
    """A part of a case: frozen, and without settings that it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=False)


def to_number(value: object) -> float:
    """Return a finite number; True, "12" and NaN are none."""
    if isinstance(value, bool) or not isinstance(value, int | float | np.integer | np.floating):
        raise PydanticCustomError("number", "must be a number")
    if isinstance(value, int) and abs(value) > 10**18:
        raise PydanticCustomError("number", "must be at most 1e18 in size")
    if not math.isfinite(value):
        raise PydanticCustomError("number", "must be a finite number")
    return float(value)


def to_whole(value: object) -> int:
    """Return a whole number; 12.0 is one, True and 12.5 are none."""
    if isinstance(value, int | np.integer) and not isinstance(value, bool):
        to_number(min(max(value, -(10**18)), 10**18))
        return int(value)
    number = to_number(value)
    if not number.is_integer():
        raise PydanticCustomError("whole", "must be a whole number")
    return int(number)


def to_id(value: object) -> str:
    """Return an id or other text that can be printed, hashed and put into a file."""
    if not isinstance(value, str):
        raise PydanticCustomError("text", "must be text")
    if not value.isprintable() or value != value.strip():
        raise PydanticCustomError(
            "text", "must be printable text without blanks at its start or end"
        )
    return str(value)


def to_date(value: object) -> str:
    """Return a date as YYYY-MM-DD, from such text or from a date; "" stays, for the default."""
    if value == "":
        return ""
    if isinstance(value, datetime.date) and not isinstance(value, datetime.datetime):
        return value.isoformat()
    try:
        return datetime.date.fromisoformat(str(value)).isoformat()
    except ValueError:
        raise PydanticCustomError("date", "must be a date, as 2024-01-31") from None


def to_list(value: object) -> object:
    """Return a list or tuple as it is; sets and generators have no order to rely on."""
    if not isinstance(value, list | tuple):
        raise PydanticCustomError("list", "must be a list")
    return value


def _shape(value: object) -> str:
    if isinstance(value, Mapping):
        return MAPPING_TAG
    return LIST_TAG if isinstance(value, list | tuple) else NUMBER_TAG


def _number_or_mapping(value: object) -> str:
    return MAPPING_TAG if isinstance(value, Mapping) else NUMBER_TAG


Identifier = Annotated[str, BeforeValidator(to_id), Field(min_length=1, max_length=100)]
Text = Annotated[str, BeforeValidator(to_id), Field(max_length=200)]
FilePath = Annotated[str, BeforeValidator(to_id), Field(min_length=1, max_length=1000)]
Date = Annotated[str, BeforeValidator(to_date)]
Switch = Annotated[bool, Strict()]
Identifiers = Annotated[tuple[Identifier, ...], BeforeValidator(to_list), Field(min_length=1)]

Quantity = Annotated[float, BeforeValidator(to_number), Field(ge=0, le=LARGEST)]
Positive = Annotated[float, BeforeValidator(to_number), Field(gt=0, le=LARGEST)]
Portion = Annotated[float, BeforeValidator(to_number), Field(ge=0, le=1)]
PositivePortion = Annotated[float, BeforeValidator(to_number), Field(gt=0, le=1)]
Signed = Annotated[float, BeforeValidator(to_number), Field(ge=-LARGEST, le=LARGEST)]
Quantities = Annotated[tuple[Quantity, ...], BeforeValidator(to_list), Field(min_length=1)]
Portions = Annotated[tuple[Portion, ...], BeforeValidator(to_list), Field(min_length=1)]

UnitsWord = Literal["whole", "continuous"]
Day = Annotated[int, BeforeValidator(to_whole), Field(ge=1, le=LONGEST_DAYS)]
ReviewDay = Annotated[int, BeforeValidator(to_whole), Field(ge=1, le=LONGEST_REVIEW)]
ReviewDays = Annotated[tuple[ReviewDay, ...], BeforeValidator(to_list), Field(min_length=1)]
DaysBefore = Annotated[int, BeforeValidator(to_whole), Field(ge=0, le=LONGEST_DAYS)]
Weekday = Annotated[int, BeforeValidator(to_whole), Field(ge=1, le=7)]
Seed = Annotated[int, BeforeValidator(to_whole), Field(ge=0, lt=2**63)]
Priority = Annotated[int, BeforeValidator(to_whole), Field(ge=0, le=10**9)]
LeadDays = Annotated[int, BeforeValidator(to_whole), Field(ge=0, le=LONGEST_LEAD_TIME)]
LeadDaysList = Annotated[tuple[LeadDays, ...], BeforeValidator(to_list), Field(min_length=1)]

Level = Annotated[
    Annotated[Quantity, Tag(NUMBER_TAG)] | Annotated[dict[Identifier, Quantity], Tag(MAPPING_TAG)],
    Discriminator(_number_or_mapping),
]
"""A number for each SKU alike, or a mapping SKU -> number."""

ShelfDays = Annotated[int, BeforeValidator(to_whole), Field(ge=1, le=LONGEST_LIFE)]

LeadTime = Annotated[
    Annotated[LeadDays, Tag(NUMBER_TAG)] | Annotated[dict[Identifier, LeadDays], Tag(MAPPING_TAG)],
    Discriminator(_number_or_mapping),
]
"""Whole days for each SKU alike, or a mapping SKU -> days."""

_Numbers = Annotated[tuple[Signed, ...], BeforeValidator(to_list)]
_OfSku = Annotated[
    Annotated[Signed, Tag(NUMBER_TAG)] | Annotated[_Numbers, Tag(LIST_TAG)],
    Discriminator(lambda value: LIST_TAG if isinstance(value, list | tuple) else NUMBER_TAG),
]
Parameter = Annotated[
    Annotated[Signed, Tag(NUMBER_TAG)]
    | Annotated[_Numbers, Tag(LIST_TAG)]
    | Annotated[dict[Identifier, _OfSku], Tag(MAPPING_TAG)],
    Discriminator(_shape),
]
"""A policy's parameter: a number, a list of numbers by day, or a mapping SKU -> one of these."""

PlainLevel: TypeAlias = float | Mapping[str, float]


def level_of(level: PlainLevel, sku: str) -> float:
    """Return the number that a Level has for a SKU.

    >>> level_of(12.0, "milk"), level_of({"milk": 3.0}, "milk")
    (12.0, 3.0)
    """
    return level[sku] if isinstance(level, Mapping) else level
