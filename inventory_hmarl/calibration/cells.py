"""What a single cell may hold: each function turns text into a value or says what is wrong."""

from __future__ import annotations

import math
from datetime import date, datetime

MISSING_WORDS = frozenset({"", "na", "n/a", "nan", "null", "none"})
LARGEST_QUANTITY = 1e9
LONGEST_ID = 100


def parse_number(text: str) -> float:
    """Turn text into a finite number; NaN stands for a missing value.

    >>> parse_number(" 3 "), parse_number("")
    (3.0, nan)
    """
    plain = text.strip()
    if plain.lower() in MISSING_WORDS:
        return math.nan
    try:
        value = math.nan if "_" in plain else float(plain)
    except ValueError:
        value = math.nan
    if math.isnan(value):
        hint = "; decimals need a point, not a comma" if plain.replace(",", "").isdigit() else ""
        raise ValueError(f"is not a number{hint}")
    if abs(value) > LARGEST_QUANTITY:
        raise ValueError(f"is beyond {LARGEST_QUANTITY:,.0f}")
    return value


def parse_price(text: str) -> float:
    """Turn text into a price above zero.

    >>> parse_price("2.50")
    2.5
    """
    value = parse_number(text)
    if not value > 0:
        raise ValueError("is not a price; prices are above 0")
    return value


def parse_id(text: str) -> str:
    """Turn text into an id: 1 to 100 printable characters.

    >>> parse_id(" store_1 ")
    'store_1'
    """
    plain = text.strip()
    if not plain:
        raise ValueError("is empty; an id is needed")
    if len(plain) > LONGEST_ID:
        raise ValueError(f"is longer than {LONGEST_ID} characters, the limit of an id")
    if not plain.isprintable():
        raise ValueError("has control characters, which an id may not have")
    return plain


def parse_day(text: str, date_format: str | None = None) -> int:
    """Turn a date into its ordinal; ISO dates unless a ``strptime`` format is given.

    >>> parse_day("2013-01-02") - parse_day("01.01.2013", "%d.%m.%Y")
    1
    """
    plain = text.strip()
    try:
        if date_format is not None:
            return datetime.strptime(plain, date_format).date().toordinal()
        if len(plain) == len("2013-01-01") and plain[4] == plain[7] == "-":
            return date.fromisoformat(plain).toordinal()
    except ValueError:
        pass
    raise ValueError(f"is not a date written as {date_format or 'YYYY-MM-DD'}")
