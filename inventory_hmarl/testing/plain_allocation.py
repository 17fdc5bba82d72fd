"""Who gets what when a source is short: each rule, one customer or one unit at a time."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import blake2b

from inventory_hmarl.testing.records import Line

WORD = 2**32


def proportional(needs: Mapping[Line, int], available: int, day: int) -> dict[Line, int]:
    """Share whole units in proportion to need, by largest remainder, ties by tie word.

    >>> lines = [("w", "a", "milk"), ("w", "b", "milk")]
    >>> sorted(proportional({lines[0]: 6, lines[1]: 3}, 3, day=1).values())
    [1, 2]
    """
    total = sum(needs.values())
    given = {line: available * need // total for line, need in needs.items()}
    left_over = available - sum(given.values())

    def claim(line: Line) -> tuple[int, int]:
        return (available * needs[line] % total, tie_word(line, day))

    for line in sorted(needs, key=claim, reverse=True)[:left_over]:
        given[line] += 1
    return given


def proportional_continuous(needs: Mapping[Line, float], available: float) -> dict[Line, float]:
    """Give each customer the same fraction of its need."""
    fraction = available / sum(needs.values())
    return {line: need * fraction for line, need in needs.items()}


def by_priority(
    needs: Mapping[Line, float], available: float, ranks: Mapping[Line, tuple[float, int]]
) -> dict[Line, float]:
    """Serve customers one after the other, the lowest rank first, until nothing is left."""
    given = dict.fromkeys(needs, available * 0)
    for line in sorted(needs, key=lambda line: ranks[line]):
        given[line] = min(needs[line], available)
        available -= given[line]
    return given


def smallest_first(needs: Mapping[Line, float], available: float, day: int) -> dict[Line, float]:
    """Serve the smallest need first, then the next; equal ones by tie word.

    >>> lines = [("w", "a", "milk"), ("w", "b", "milk"), ("w", "c", "milk")]
    >>> list(smallest_first(dict(zip(lines, (6, 3, 2), strict=True)), 7, day=1).values())
    [2, 3, 2]
    """
    ranks = {line: (need, -tie_word(line, day)) for line, need in needs.items()}
    return by_priority(needs, available, ranks)


def by_run_out_time(
    needs: Mapping[Line, int], available: int, covers: Mapping[Line, tuple[int, int]], day: int
) -> dict[Line, int]:
    """Hand out unit by unit to whoever would run out first, by tie word where it is the same.

    `covers` holds of each line what its customer has, and its weight. Times are compared in steps
    of 2^-20 of stock over weight.
    """
    given = dict.fromkeys(needs, 0)

    def claim(line: Line) -> tuple[int, int]:
        stock, weight = covers[line]
        return ((stock + given[line]) * 2**20 // weight, -tie_word(line, day))

    for _ in range(available):
        open_lines = [line for line, need in needs.items() if given[line] < need]
        given[min(open_lines, key=claim)] += 1
    return given


def by_run_out_time_continuous(
    needs: Mapping[Line, float], available: float, covers: Mapping[Line, tuple[float, int]]
) -> dict[Line, float]:
    """Lift everybody to the same run-out time, as far as the stock and each need reach."""
    moments = sorted(
        {
            (stock + need) / weight
            for line, (stock, weight) in covers.items()
            for need in (0, needs[line])
        }
    )
    given, time = dict.fromkeys(needs, 0.0), moments[0]
    for moment in moments[1:]:
        growing = [
            line
            for line, (stock, weight) in covers.items()
            if stock / weight <= time < (stock + needs[line]) / weight
        ]
        speed = sum(covers[line][1] for line in growing)
        days = min(moment - time, available / speed) if growing else 0.0
        for line in growing:
            given[line] = min(given[line] + days * covers[line][1], needs[line])
        available -= days * speed
        time = moment
    return given


def tie_word(line: Line, day: int) -> int:
    """Return the 32-bit word that decides ties on one day; it knows names, never places."""
    return mix(line_key(line[1], line[2]) ^ mix(day))


def line_key(destination: str, sku: str) -> int:
    """Return the 32-bit key of a destination and SKU."""
    text = "tie\0" + destination + "\0" + sku
    return int.from_bytes(blake2b(text.encode(), digest_size=8).digest()[:4], "little")


def mix(word: int) -> int:
    """Scramble a 32-bit word (the lowbias32 hash of C. Wellons)."""
    word ^= word >> 16
    word = word * 0x7FEB352D % WORD
    word ^= word >> 15
    word = word * 0x846CA68B % WORD
    return word ^ word >> 16
