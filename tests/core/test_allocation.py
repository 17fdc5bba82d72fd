"""Every allocation rule: who gets what when a location is short."""

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory_hmarl.core.allocation import RULES, SEES_COVER, Cover, Shortage
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
    cover = draw(covers(need.shape, most, whole))
    available = np.floor(available) if whole else available
    return Shortage(need, available, lambda: tie, whole, lambda: cover)


@st.composite
def covers(draw, shape, most, whole):
    """Draw what customers have, and how fast they use it."""
    size = shape[0] * shape[1]
    amounts = st.integers(-most, most) if whole else st.floats(-most, most, allow_subnormal=False)
    stock = draw(st.lists(amounts, min_size=size, max_size=size))
    weight = draw(st.lists(st.integers(1, 1024), min_size=size, max_size=size))
    return Cover(*(np.array(each, dtype=float).reshape(shape) for each in (stock, weight)))


def rows_of(shortage, order):
    """Return a shortage with its customers in another order."""
    tie, cover = shortage.tie()[order], Cover(*(part[order] for part in shortage.cover()))
    return shortage._replace(need=shortage.need[order], tie=lambda: tie, cover=lambda: cover)


def column_of(shortage, column):
    """Return one column of a shortage."""
    one = slice(column, column + 1)
    tie, cover = shortage.tie()[:, one], Cover(*(part[:, one] for part in shortage.cover()))
    return Shortage(
        shortage.need[:, one],
        shortage.available[one],
        lambda: tie,
        shortage.whole_units,
        lambda: cover,
    )


@pytest.mark.parametrize("rule", RULES)
@given(shortage=shortages())
def test_all_is_handed_out_and_nobody_gets_too_much(rule, shortage):
    """Every rule hands out what there is: to nobody more than asked, to nobody less than none."""
    got = RULES[rule](shortage)
    # What is handed out may be a difference of stocks, and is as exact as they are.
    size = shortage.need.sum(axis=0) + np.abs(shortage.cover().stock).sum(axis=0)
    slack = 0.0 if shortage.whole_units else 1e-9 * (1.0 + size)
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
    given_parts = (shortage.need, shortage.available, shortage.tie(), *shortage.cover())
    kept = [np.array(part) for part in given_parts]
    for part in given_parts:
        part.flags.writeable = False
    whole = RULES[rule](shortage)
    for column in range(shortage.available.size):
        alone = RULES[rule](column_of(shortage, column))
        assert alone.tobytes() == whole[:, [column]].tobytes()
    assert all(np.array_equal(*pair) for pair in zip(kept, given_parts, strict=True))


@pytest.mark.parametrize("rule", sorted(RULES.keys() - {"priority", "sequential"}))
@given(shortage=shortages(whole=True), data=st.data())
def test_rules_do_not_see_the_order_of_customers(rule, shortage, data):
    """Customers in another order get the same units (M14): ties go by words, not by place."""
    order = data.draw(st.permutations(range(shortage.need.shape[0])))
    got = RULES[rule](shortage)
    assert np.array_equal(RULES[rule](rows_of(shortage, order)), got[order])


@pytest.mark.parametrize("rule", RULES)
def test_rules_that_look_at_cover_say_so(rule):
    """A rule that is not said to look at what customers have does without it."""
    tie = np.zeros((2, 1), np.uint32)
    shortage = Shortage(np.array([[2.0], [3.0]]), np.array([1.0]), lambda: tie, True)
    if rule in SEES_COVER:
        with pytest.raises(AssertionError):
            RULES[rule](shortage)
    else:
        assert RULES[rule](shortage).sum() == 1


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


@pytest.mark.parametrize(
    ("rule", "units"),
    [("proportional", [3, 3, 4]), ("fair_share", [3, 3, 4]), ("minimum_shortage", [2, 4, 4])],
)
def test_ties_go_round(rule, units):
    """Over many days, equal customers get the odd units about equally often."""
    chance = np.random.default_rng(5)
    tie = chance.integers(0, 2**32, size=(3, 3000), dtype=np.uint32)
    cover = Cover(np.full((3, 3000), 1.0), np.full((3, 3000), 1024.0))
    need, available = np.full((3, 3000), 4.0), np.full(3000, 10.0)
    got = RULES[rule](Shortage(need, available, lambda: tie, True, lambda: cover))
    assert (np.sort(got, axis=0) == np.array(units)[:, None]).all()
    assert (np.abs((got == 4).mean(axis=1) - units.count(4) / 3) < 0.04).all()


# A source has 10 units; three customers ask for 4, 9 and 3, have 2, 0 and 5 units, and use 1, 2 and
# 1 a day. Worked out by hand.
BY_HAND = {
    "proportional": [2, 6, 2],  # 2.5, 5.625, 1.875: the odd units to .875 and .625
    "priority": [4, 6, 0],
    "sequential": [4, 6, 0],
    "minimum_shortage": [4, 3, 3],  # the needs of 3 and 4 whole, what is left to the 9
    "fair_share": [2, 8, 0],  # for 4 days each; the third has 5
}


@pytest.mark.parametrize("rule", RULES)
def test_each_rule_by_hand(rule):
    """Each rule hands out what was worked out on paper."""
    tie = np.array([[3], [2], [1]], dtype=np.uint32)
    cover = Cover(np.array([[2.0], [0.0], [5.0]]), np.array([[1.0], [2.0], [1.0]]))
    need = np.array([[4.0], [9.0], [3.0]])
    got = RULES[rule](Shortage(need, np.array([10.0]), lambda: tie, True, lambda: cover))
    assert got.ravel().tolist() == BY_HAND[rule]


@given(shortage=shortages())
def test_minimum_shortage_fills_as_many_lines_as_can_be(shortage):
    """No other way of handing out fills more lines: the smallest needs fit, one more does not."""
    got = RULES["minimum_shortage"](shortage)
    slack = 0.0 if shortage.whole_units else 1e-9 * (1.0 + shortage.need.sum(axis=0))
    filled = (got >= shortage.need - slack).sum(axis=0)
    sums = np.cumsum(np.sort(shortage.need, axis=0), axis=0)
    assert (filled >= (sums <= shortage.available - slack).sum(axis=0)).all()
    if shortage.whole_units:
        assert (filled <= (sums <= shortage.available).sum(axis=0)).all()


@given(shortage=shortages(whole=True))
def test_fair_share_gives_each_unit_to_whoever_runs_out_first(shortage):
    """Whoever got a unit would have run out no later without it than anybody who wanted more."""
    got, cover = RULES["fair_share"](shortage), shortage.cover()
    for column in range(shortage.available.size):
        parts = (got, cover.stock, cover.weight, shortage.need)
        rows = np.stack([part[:, column] for part in parts]).astype(int).T.tolist()
        last = [(stock + units - 1) * 2**20 // weight for units, stock, weight, _ in rows if units]
        wanting = [
            (stock + units) * 2**20 // weight for units, stock, weight, need in rows if units < need
        ]
        assert not last or not wanting or max(last) <= min(wanting)


@given(shortage=shortages(whole=False))
def test_fair_share_in_continuous_units(shortage):
    """Whoever gets part of its need has the same run-out time; nobody who gets none has less."""
    got, cover = RULES["fair_share"](shortage), shortage.cover()
    slack = 1e-9 * (1.0 + np.abs(cover.stock).max() + shortage.need.sum())
    time = (cover.stock + got) / cover.weight
    wanting, having = got < shortage.need - slack, got > slack
    first = np.where(wanting, time, np.inf).min(axis=0)
    last = np.where(having, time, -np.inf).max(axis=0)
    assert (last <= first + slack).all()
