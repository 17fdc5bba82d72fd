"""The reference's sharing rules give everything away, fairly, and know names alone."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from inventory_hmarl.testing.plain_allocation import (
    by_priority,
    line_key,
    mix,
    proportional,
    tie_word,
)

NEEDS = st.lists(st.integers(0, 50), min_size=1, max_size=8).filter(any)


def lines_of(number):
    """Return so many lines from one source."""
    return [("depot", f"store_{place}", "milk") for place in range(number)]


@given(needs=NEEDS, day=st.integers(1, 2000), data=st.data())
def test_proportional_shares_stay_within_one_unit(needs, day, data):
    """Everything is given away, nobody gets more than its need or a unit off its fair share."""
    lines = lines_of(len(needs))
    available = data.draw(st.integers(0, sum(needs)))
    given_out = proportional(dict(zip(lines, needs, strict=True)), available, day)
    assert sum(given_out.values()) == available
    for line, need in zip(lines, needs, strict=True):
        assert 0 <= given_out[line] <= need
        assert abs(given_out[line] * sum(needs) - available * need) < sum(needs)


@given(needs=NEEDS, day=st.integers(1, 2000), data=st.data())
def test_proportional_shares_do_not_depend_on_places(needs, day, data):
    """Whoever stands first in the file gets what it would get standing last."""
    settled = dict(zip(lines_of(len(needs)), needs, strict=True))
    available = data.draw(st.integers(0, sum(needs)))
    turned = dict(reversed(settled.items()))
    assert proportional(settled, available, day) == proportional(turned, available, day)


@given(word=st.integers(0, 2**32 - 1))
def test_mix_wraps_like_32_bit_words(word):
    """Python's integers, cut to 32 bits, scramble as an array of uint32 does."""
    words = np.array([word], dtype=np.uint32)
    words ^= words >> np.uint32(16)
    words *= np.uint32(0x7FEB352D)
    words ^= words >> np.uint32(15)
    words *= np.uint32(0x846CA68B)
    words ^= words >> np.uint32(16)
    assert mix(word) == int(words[0])


def test_a_tie_goes_to_the_larger_tie_word():
    """One unit for two equal needs goes where the word of the day is larger: here or there."""
    lines = lines_of(2)
    winners = set()
    for day in range(1, 30):
        given_out = proportional(dict.fromkeys(lines, 1), 1, day)
        winner = max(lines, key=lambda line: tie_word(line, day))
        assert given_out[winner] == 1
        winners.add(winner)
    assert winners == set(lines)


def test_the_source_has_no_say_in_a_tie():
    """The key is made of the destination and the SKU."""
    assert tie_word(("here", "store", "milk"), 3) == tie_word(("there", "store", "milk"), 3)
    assert tie_word(("here", "store", "milk"), 3) == mix(line_key("store", "milk") ^ mix(3))


@given(needs=NEEDS, data=st.data())
def test_priority_serves_the_first_until_nothing_is_left(needs, data):
    """Whoever gets less than its need leaves nothing for those after it."""
    lines = lines_of(len(needs))
    available = data.draw(st.integers(0, sum(needs)))
    priorities = data.draw(st.lists(st.integers(1, 3), min_size=len(needs), max_size=len(needs)))
    ranks = {line: (priorities[place], place) for place, line in enumerate(lines)}
    given_out = by_priority(dict(zip(lines, needs, strict=True)), available, ranks)
    assert sum(given_out.values()) == available
    served = sorted(zip(lines, needs, strict=True), key=lambda pair: ranks[pair[0]])
    short = False
    for line, need in served:
        assert not (short and given_out[line])
        short = short or given_out[line] < need
