"""Sums over segments, rings, and the paths that another array library takes."""

import types

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory_hmarl.core.arrays import (
    Ring,
    as_rows,
    fold,
    join,
    namespace,
    replace_where,
    rounded,
    segments,
    take,
)


class Foreign:
    """An array of another library: it cannot be written into, and NumPy does not know it."""

    def __init__(self, values):
        """Hold a read-only copy."""
        self.values = np.array(values)
        self.values.flags.writeable = False

    @property
    def shape(self):
        """Return the shape."""
        return self.values.shape

    def reshape(self, *shape):
        """Return an array of another shape."""
        return Foreign(self.values.reshape(*shape))

    def __getitem__(self, index):
        """Return a part."""
        return Foreign(self.values[index])

    @property
    def dtype(self):
        """Return the type of an element."""
        return self.values.dtype

    def __array_namespace__(self):
        """Return the library."""
        return LIBRARY


LIBRARY = types.SimpleNamespace(
    arange=np.arange,
    maximum=lambda left, right: Foreign(np.maximum(left.values, right)),
    where=lambda mask, yes, no: Foreign(np.where(mask.values, yes.values, no.values)),
)


def halved(columns, given, segment):
    """Return columns that are limited by what is given, and mark their segment."""
    if isinstance(columns, Foreign):
        return Foreign(halved(columns.values, given.values, segment))
    return np.minimum(columns, given) / 2 + 100.0 * segment


def test_the_library_of_an_array():
    """NumPy's arrays are recognised, and any other array says itself what library it has."""
    assert namespace(np.zeros(1)) is np
    assert namespace(Foreign([1.0])) is LIBRARY


@given(seed=st.integers(0, 2**32))
def test_replacing_is_the_same_in_every_library(seed):
    """The few columns that NumPy computes are those that others choose out of all."""
    chance = np.random.default_rng(seed)
    values = chance.integers(0, 9, size=(3, 4, 5)).astype(float)
    given_units = chance.integers(0, 9, size=(4, 5)).astype(float)
    mask = chance.random((4, 5)) < chance.choice([0.0, 0.3, 1.0])
    kept = values.copy()
    ours = replace_where(mask, values, halved, given_units)
    theirs = replace_where(Foreign(mask), Foreign(values), halved, Foreign(given_units))
    assert np.array_equal(ours, theirs.values)
    assert np.array_equal(values, kept)
    assert np.array_equal(ours[:, ~mask], values[:, ~mask])


def test_a_ring_gives_back_what_lay_in_a_slot():
    """What lies in a slot comes out, the new lies in its place, and the ring given is unchanged."""
    ring = Ring(np.arange(6.0).reshape(3, 2))
    out, renewed = ring.swap(1, np.array([7.0, 8.0]))
    assert out.tolist() == [2.0, 3.0]
    assert renewed.slots().tolist() == [[0, 1], [7, 8], [4, 5]]
    assert ring.slots().tolist() == [[0, 1], [2, 3], [4, 5]]


def test_a_product_keeps_its_value():
    """What keeps compilers from rounding once instead of twice changes nothing else."""
    product = np.array([-1.5, 0.0, 1e300])
    assert rounded(product) is product
    assert rounded(Foreign(product)).values.tolist() == product.tolist()


@st.composite
def partitions(draw):
    """Draw segments of some rows: of few sizes or many, empty ones too."""
    rows = draw(st.integers(1, 60))
    chosen = draw(st.permutations(range(rows)))
    count = draw(st.integers(1, 12))
    place = draw(st.lists(st.integers(0, count - 1), min_size=rows, max_size=rows))
    members = [[row for row, p in zip(chosen, place, strict=True) if p == s] for s in range(count)]
    return members, rows


def planned(members, rows, kinds=None):
    """Return the plan of segments that are given as lists of rows."""
    owner = [segment for segment, mine in enumerate(members) for _ in mine]
    member = [row for mine in members for row in mine]
    whole = (np.array(owner, dtype=int), len(members), np.array(member, dtype=int))
    return segments(*whole, rows, kinds)


@given(plan=partitions(), replications=st.integers(1, 3), data=st.data())
def test_sums_over_segments(plan, replications, data):
    """Each segment's sum is that of its members, whatever the sizes and the order."""
    members, rows = plan
    kinds = data.draw(
        st.one_of(
            st.none(), st.lists(st.integers(0, 1), min_size=len(members), max_size=len(members))
        )
    )
    array = np.arange(1.0, 1.0 + rows * replications).reshape(rows, replications)
    plan = planned(members, rows, None if kinds is None else np.array(kinds))
    expected = [array[mine].sum(axis=0) if mine else np.zeros(replications) for mine in members]
    assert np.array_equal(plan.sum(array), np.array(expected))
    for block in plan.blocks:
        mine = np.arange(len(members))[block.segments]
        assert kinds is None or len({kinds[segment] for segment in mine}) == 1
        table = np.arange(rows + 1)[block.rows].reshape(block.size, block.count)
        for segment, stands in zip(mine, table.T.tolist(), strict=True):
            assert [row for row in stands if row < rows] == members[segment]
            assert (rows in stands) <= block.padded
        if plan.alike:
            assert np.array_equal(block.members(array), array.reshape(block.size, block.count, -1))


def test_segments_alike():
    """Segments of one size whose members stand in the order of a block are recognised."""
    assert planned([[0, 2], [1, 3]], 4).alike
    assert not planned([[0, 1], [2, 3]], 4).alike
    assert not planned([[0], [1], []], 2).alike
    assert not planned([[0], [1, 2]], 3).alike


def test_sums_of_single_rows_are_the_rows():
    """Segments of one row each, in order, are recognised, and nothing is copied."""
    plan = planned([[0], [1], [2]], 3)
    array = np.ones((3, 2))
    assert plan.identity
    assert plan.sum(array) is array
    assert not planned([[1], [0]], 2).identity
    assert not planned([[0], []], 1).identity
    assert not planned([[0], [1]], 3).identity


def test_sums_of_nothing():
    """Where all segments are empty there is no block."""
    plan = planned([[], []], 0)
    assert plan.blocks == ()
    assert plan.sum(np.ones((0, 3))).tolist() == [[0, 0, 0], [0, 0, 0]]


@given(size=st.integers(1, 40), seed=st.integers(0, 2**32))
def test_a_sum_has_the_same_bits_for_any_number_of_columns(size, seed):
    """A column's sum does not depend on the columns beside it."""
    array = np.random.default_rng(seed).random((size, 7)) * 10.0 ** np.arange(7)
    whole = fold(array)
    for column in range(7):
        assert fold(np.ascontiguousarray(array[:, column : column + 1]))[0] == whole[column]
    assert whole == pytest.approx(array.sum(axis=0), rel=1e-13)


def in_pairs(numbers):
    """Return the sum of numbers, neighbour by neighbour; an odd one waits, and is added last."""
    waiting = []
    while len(numbers) > 1:
        if len(numbers) % 2:
            waiting.append(numbers[-1])
        numbers = [a + b for a, b in zip(numbers[::2], numbers[1::2], strict=False)]
    late = waiting[0] if waiting else None
    for number in waiting[1:]:
        late = number + late
    return numbers[0] if late is None else numbers[0] + late


@pytest.mark.parametrize("size", range(1, 24))
def test_the_order_of_a_sum_is_that_of_its_rounds(size):
    """Of any number of rows, bit for bit."""
    numbers = (np.random.default_rng(size).random(size) * 10.0 ** np.arange(size)).tolist()
    assert fold(np.array(numbers)[:, None])[0] == in_pairs(numbers)


@pytest.mark.parametrize(
    ("indices", "kind"),
    [([], slice), ([4], slice), ([2, 3, 4], slice), ([2, 4], np.ndarray), ([3, 2], np.ndarray)],
)
def test_rows_that_follow_one_another_are_a_slice(indices, kind):
    """An index of rows is a slice where it can be, and takes the same rows."""
    rows = as_rows(indices)
    assert isinstance(rows, kind)
    array = np.arange(12.0).reshape(6, 2)
    assert take(array, rows).tolist() == array[np.array(indices, dtype=int)].tolist()


def test_joining():
    """Parts come one below the other, or in the order asked for."""
    parts = [np.array([[1.0]]), np.array([[2.0], [3.0]])]
    assert join(parts, None).ravel().tolist() == [1, 2, 3]
    assert join(parts, np.array([2, 0, 1])).ravel().tolist() == [3, 1, 2]
    assert join(parts[:1], None) is parts[0]


@pytest.mark.parametrize("rows", range(1, 24))
def test_one_column_is_added_as_many_are(rows):
    """One replication, whose numbers Python adds, has the bits that it has among others."""
    random = np.random.default_rng(rows)
    array = random.normal(size=(rows, 5)) * 10.0 ** random.integers(-9, 9, size=(rows, 5))
    whole = fold(array)
    for column in range(5):
        alone = fold(array[:, column : column + 1])
        assert alone.shape == (1,)
        assert alone[0] == whole[column] == fold(array[:, column])
