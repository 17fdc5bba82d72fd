"""Every allocation rule: who gets what when a location is short."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory_hmarl.core.allocation import RULES, Shortage
from inventory_hmarl.core.allocation.proportional import rank

LARGEST = 10**9


@st.composite
def shortages(draw, whole=None):
    """Draw columns in which there is less than is asked for."""
    whole = draw(st.booleans()) if whole is None else whole
    customers, columns = draw(st.integers(1, 7)), draw(st.integers(1, 5))
    most = draw(st.sampled_from([3, 40, LARGEST]))
    if whole:
        amounts = st.integers(0, most).map(float)
    else:
        amounts = st.floats(0, most, allow_subnormal=False)
    cells = st.lists(amounts, min_size=customers * columns, max_size=customers * columns)
    need = np.array(draw(cells)).reshape(customers, columns)
    need[0] += need.sum(axis=0) <= 0  # somebody asks for something
    part = np.array(draw(st.lists(st.floats(0, 0.999), min_size=columns, max_size=columns)))
    available = need.sum(axis=0) * part
    words = st.lists(st.integers(0, 2**32 - 1), min_size=need.size, max_size=need.size, unique=True)
    tie = np.array(draw(words), dtype=np.uint32).reshape(need.shape)
    return Shortage(need, np.floor(available) if whole else available, lambda: tie, whole)


@pytest.mark.parametrize("rule", RULES)
@given(shortage=shortages())
def test_all_is_handed_out_and_nobody_gets_too_much(rule, shortage):
    """Every rule hands out what there is: to nobody more than asked, to nobody less than none."""
    got = RULES[rule](shortage)
    slack = 0.0 if shortage.whole_units else 1e-9 * (1.0 + shortage.need.sum(axis=0))
    assert got.shape == shortage.need.shape
    assert (got >= 0).all()
    assert (got <= shortage.need + slack).all()
    assert (np.abs(got.sum(axis=0) - shortage.available) <= slack).all()
    if shortage.whole_units:
        assert (got == np.floor(got)).all()


@pytest.mark.parametrize("rule", RULES)
@given(shortage=shortages())
def test_columns_are_apart(rule, shortage):
    """Each column is served as if it were alone, to the last bit, and nothing is changed."""
    given_parts = (shortage.need, shortage.available, shortage.tie())
    kept = [np.array(part) for part in given_parts]
    for part in given_parts:
        part.flags.writeable = False
    whole = RULES[rule](shortage)
    for column in range(shortage.available.size):
        one = slice(column, column + 1)
        tie = shortage.tie()[:, one]
        alone = Shortage(
            shortage.need[:, one], shortage.available[one], lambda tie=tie: tie, shortage[3]
        )
        assert RULES[rule](alone).tobytes() == whole[:, one].tobytes()
    assert all(np.array_equal(*pair) for pair in zip(kept, given_parts, strict=True))


@given(shortage=shortages(whole=True), data=st.data())
def test_proportional_does_not_see_the_order_of_customers(shortage, data):
    """Customers in another order get the same units (M14): ties go by words, not by place."""
    order = data.draw(st.permutations(range(shortage.need.shape[0])))
    tie = shortage.tie()[order]
    turned = Shortage(shortage.need[order], shortage.available, lambda: tie, True)
    rule = RULES["proportional"]
    assert np.array_equal(rule(turned), rule(shortage)[order])


@given(
    cells=st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=1, max_size=20),
)
def test_sorting_and_comparing_rank_alike(cells):
    """Few customers are compared with each other, many are sorted: the places are the same."""
    remainder = np.array([[r] for r, _ in cells], dtype=np.int64)
    tie = np.array([[t] for _, t in cells], dtype=np.uint32)
    compared = rank(remainder, tie, few=len(cells), small=0)
    assert np.array_equal(compared, rank(remainder, tie, few=0))


@given(shortage=shortages(whole=True))
def test_proportional_is_within_a_unit_of_the_exact_share(shortage):
    """Each customer gets its exact share, rounded down or up."""
    got = RULES["proportional"](shortage)
    for column, available in enumerate(shortage.available.tolist()):
        total = int(shortage.need[:, column].sum())
        for units, need in zip(got[:, column], shortage.need[:, column], strict=True):
            exact = Fraction(int(available) * int(need), total)
            assert exact - 1 < int(units) < exact + 1


@given(shortage=shortages(whole=True))
def test_largest_remainders_come_first(shortage):
    """Whoever is rounded up has a remainder at least as large as whoever is rounded down."""
    got = RULES["proportional"](shortage)
    for column, available in enumerate(shortage.available.tolist()):
        need = [int(units) for units in shortage.need[:, column]]
        parts = [divmod(int(available) * units, sum(need)) for units in need]
        up = [
            (rest, int(shortage.tie()[row, column]))
            for row, (floor, rest) in enumerate(parts)
            if got[row, column] > floor
        ]
        down = [
            (rest, int(shortage.tie()[row, column]))
            for row, (floor, rest) in enumerate(parts)
            if got[row, column] == floor
        ]
        assert not up or not down or min(up) > max(down)


@given(shortage=shortages(whole=False))
def test_proportional_in_continuous_units(shortage):
    """In continuous units everybody gets the same share of what it asked for."""
    got = RULES["proportional"](shortage)
    share = shortage.available / shortage.need.sum(axis=0)
    assert np.allclose(got, shortage.need * share, rtol=1e-12)


@given(shortage=shortages())
def test_priority_serves_in_order(shortage):
    """Nobody gets anything while somebody before is short."""
    got = RULES["priority"](shortage)
    short = got < shortage.need - 1e-9 * (1.0 + shortage.need.sum(axis=0))
    earlier = np.cumsum(short, axis=0) - short
    assert (got[earlier > 0] <= 1e-6 * (1.0 + shortage.need.max())).all()


def test_ties_go_round():
    """Over many days, equal customers get the odd unit about equally often."""
    chance = np.random.default_rng(5)
    tie = chance.integers(0, 2**32, size=(3, 3000), dtype=np.uint32)
    shortage = Shortage(np.full((3, 3000), 4.0), np.full(3000, 10.0), lambda: tie, True)
    got = RULES["proportional"](shortage)
    assert (np.sort(got, axis=0) == np.array([[3.0], [3.0], [4.0]])).all()
    assert (np.abs((got == 4).mean(axis=1) - 1 / 3) < 0.04).all()
