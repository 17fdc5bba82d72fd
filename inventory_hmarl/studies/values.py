"""The values that a parameter takes in a study: a list, steps between two ends, or a range."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from inventory_hmarl.case.faults import Fault
from inventory_hmarl.studies.errors import StudyError

Value = int | float | str | bool
MOST_STEPS = 1_000_000


@dataclass(frozen=True)
class Range:
    """All numbers from low to high, both included; whole ones where both ends are ints.

    A sample draws from it; a grid needs a number of steps.
    """

    low: int | float
    high: int | float

    @property
    def whole(self) -> bool:
        """Whether it holds whole numbers alone."""
        return isinstance(self.low, int) and isinstance(self.high, int)

    def at(self, uniform: float) -> Value:
        """Return the number at a share of the way, 0 <= uniform < 1.

        >>> Range(1, 3).at(0.5), Range(1.0, 3.0).at(0.5)
        (2, 2.0)
        """
        if self.whole:
            return int(self.low + int(uniform * (self.high - self.low + 1)))
        return float(self.low + uniform * (self.high - self.low))


Values = tuple[Value, ...] | Range


def read_values(place: str, text: str) -> Values:
    """Return the values that a word means; raises `StudyError`.

    >>> read_values("days", "30,60"), read_values("x", "0.8:1.0:5"), read_values("x", "1:9")
    ((30, 60), (0.8, 0.85, 0.9, 0.95, 1), Range(low=1, high=9))
    """
    if text.count(":") == 1 and "," not in text:
        low, high = (_number(place, text, part) for part in text.split(":"))
        return _range(place, text, Range(low, high))
    found: list[Value] = []
    for word in text.split(","):
        if ":" in word:
            found += _steps(place, word)
        else:
            found.append(_value(place, text, word.strip()))
    return checked(place, tuple(found))


def checked(place: str, values: Sequence[Value]) -> tuple[Value, ...]:
    """Return values that are there, and each once."""
    if not values:
        raise _fault(place, "", "needs values, such as 200,250,300")
    seen: set[tuple[bool, Value]] = set()
    for value in values:
        key = (isinstance(value, bool), value)
        if key in seen:
            raise _fault(place, value, "is there twice: give each value once")
        seen.add(key)
    return tuple(values)


def _value(place: str, text: str, word: str) -> Value:
    if not word:
        raise _fault(place, text, "has an empty value: write values as 200,250,300")
    if word in ("true", "false"):
        return word == "true"
    number = _decimal(word)
    return word if number is None else _plain(number, word)


def _decimal(word: str) -> Decimal | None:
    try:
        number = Decimal(word)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _plain(number: Decimal, word: str) -> int | float:
    """Return a float where the word has a point or an exponent, else an int."""
    return int(number) if word.lstrip("+-").isdigit() else float(number)


def _number(place: str, text: str, word: str) -> int | float:
    number = _decimal(word.strip())
    if number is None:
        raise _fault(place, text, "must be two numbers, low:high, or low:high:steps")
    return _plain(number, word.strip())


def _range(place: str, text: str, found: Range) -> Range:
    if not found.low < found.high:
        raise _fault(place, text, "must have its lower end first")
    return found


def _steps(place: str, text: str) -> list[Value]:
    """Return evenly spaced numbers, both ends included; decimals, so that 0.85 is 0.85."""
    parts = text.split(":")
    if len(parts) != 3:
        raise _fault(place, text, "must be low:high:steps, such as 0.8:1.0:5")
    low, high = (Decimal(str(_number(place, text, part))) for part in parts[:2])
    count = int(parts[2]) if parts[2].strip().isdigit() and len(parts[2]) < 9 else 0
    if not 2 <= count <= MOST_STEPS or not low < high:
        raise _fault(
            place, text, "needs its lower end first and a whole number of steps, at least 2"
        )
    made = (low + (high - low) * step / (count - 1) for step in range(count))
    return [int(each) if each == each.to_integral_value() else float(each) for each in made]


def _fault(place: str, value: object, rule: str) -> StudyError:
    return StudyError([Fault(f"--vary {place}", value, rule)])
