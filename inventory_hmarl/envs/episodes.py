"""Which episodes are for learning, and which for the test: they have no customer in common.

Who comes in an episode is settled by its seed and its number. An environment counts its episodes up
from 0. Those from `HELD_OUT` on are for the test: `evaluate` plays them, and an environment that is
made with `held_out=True`; no other comes to them, whatever its seed.
"""

from __future__ import annotations

HELD_OUT = 2**30  # of 2**32 numbers; those from 2**31 on are for estimates


def first_episode(held_out: bool) -> int:
    """Return the number of the first episode of a seed."""
    return HELD_OUT if held_out else 0


def check_episode(number: int, first: int) -> None:
    """Raise `ValueError` where an environment comes to episodes that are not its own.

    >>> check_episode(HELD_OUT - 1, 0)
    >>> check_episode(HELD_OUT, 0)
    Traceback (most recent call last):
    ValueError: episode 1073741824: this environment ends before it; go on with another seed
    """
    if number >= first + HELD_OUT:
        raise ValueError(
            f"episode {number}: this environment ends before it; go on with another seed"
        )
