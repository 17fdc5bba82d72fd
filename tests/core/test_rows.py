"""Rows that are kept as numbers, and read as points and lines."""

import numpy as np
import pytest

from inventory_hmarl.core.chance import name_key
from inventory_hmarl.core.keys import name_words
from inventory_hmarl.core.rows import Line, Lines, Names, Point, Points

NAMES = Names(("house", "shop", "maker"), ("milk", "soap"))
POINTS = Points(NAMES, np.array([0, 0, 1]), np.array([0, 1, 0]))
AS_POINTS = (Point("house", "milk"), Point("house", "soap"), Point("shop", "milk"))
LINES = Lines(NAMES, np.array([2, 0]), np.array([0, 1]), np.array([1, 0]), np.array([7, 2]))
AS_LINES = (Line("maker", "house", "soap", 7), Line("house", "shop", "milk", 2))


@pytest.mark.parametrize(("rows", "plain"), [(POINTS, AS_POINTS), (LINES, AS_LINES)])
def test_rows_are_a_sequence(rows, plain):
    """Columns read as a tuple of the same rows would."""
    assert len(rows) == len(plain)
    assert tuple(rows) == plain
    assert rows[0] == plain[0]
    assert rows[-1] == plain[-1]
    assert rows[1:] == plain[1:]
    assert rows[::-1] == plain[::-1]
    assert plain[1] in rows
    assert rows.index(plain[1]) == 1
    with pytest.raises(IndexError):
        rows[len(plain)]


def test_what_rows_are_equal_to():
    """Rows are equal to any sequence of the same rows, and to nothing else."""
    assert AS_POINTS == POINTS
    assert Points(NAMES, POINTS.location, POINTS.sku) == POINTS
    assert POINTS[:2] != POINTS
    assert LINES != POINTS
    assert POINTS != 3
    with pytest.raises(TypeError):
        hash(POINTS)


def test_some_rows():
    """Rows are chosen by their numbers."""
    assert POINTS.at(np.array([2, 0])) == (AS_POINTS[2], AS_POINTS[0])
    assert LINES.at(np.array([1])) == AS_LINES[1:]


def test_words_of_many_rows():
    """The words of a row are those of its own names, whoever stands beside it."""
    stems = [("tie", "house"), ("failure", "maker", "sh\N{LATIN SMALL LETTER O WITH DIAERESIS}p")]
    stem, ending = np.array([1, 0, 0, 1]), np.array([0, 0, 1, 0])
    words = name_words(stems, stem, NAMES.skus, ending)
    assert words.dtype == np.uint32
    assert words.T.tolist() == [
        list(name_key(*stems[s], NAMES.skus[e])) for s, e in zip(stem, ending, strict=True)
    ]
    assert name_words(stems, stem[:0], NAMES.skus, ending[:0]).shape == (2, 0)
