"""What is varied, and at which points."""

import numpy as np
import pytest

from inventory_hmarl.case import case_to_dict, default_case
from inventory_hmarl.studies.designs import Design, points_of
from inventory_hmarl.studies.errors import StudyError
from inventory_hmarl.studies.places import changed, places, split_place, written
from inventory_hmarl.studies.sweeping import plan
from inventory_hmarl.studies.values import Range, read_values

DATA = case_to_dict(default_case())


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("days", 1),
        ("stores.store_1.policy.reorder_point.milk", 1),
        ("skus.*.holding_cost", 4),
        ("stores.*.policy.reorder_point.*", 12),
        ("lanes[0].lead_time", 1),
        ("lanes[*].lead_time", 4),
        ("lanes.*.lead_time", 4),
        ("cost_weights.holding", 1),  # a table that the case leaves out
        ("suppliers.supplier_1.capacity", 1),  # a setting that it leaves out
    ],
)
def test_places_are_found(text, number):
    """A place stands for one setting, `*` for those of all ids or entries."""
    assert len(places(DATA, text)) == number


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("stroes.store_1.policy.reorder_point", "Did you mean 'stores'?"),
        ("stores.stroe_1.policy.reorder_point", "Did you mean 'store_1'?"),
        ("lanes[9].lead_time", "lanes[0] to lanes[3]"),
        ("lanes.first.lead_time", "lanes[0] to lanes[3]"),
        ("days.x", "write it as a table"),
        ("spikes.*.multiplier", "spikes"),
        ("", "is no place"),
        ("a..b", "is no place"),
        ("lanes[x]", "is no place"),
        ("[0]", "is not in the case"),
        ("*", "is not in the case"),
    ],
)
def test_a_wrong_place_is_told(text, expected):
    """A place that the case lacks is named, with the nearest or what there is."""
    if text == "*":
        assert len(places(DATA, text)) == len(DATA)
        return
    with pytest.raises(StudyError) as error:
        places(DATA, text)
    assert expected in str(error.value)
    assert text in str(error.value)


def test_places_are_written_as_they_are_read():
    """A place reads back as the same one, whatever letters its ids have."""
    for place in (("skus", "a.b", "x"), ("lanes", 3, "lead_time"), ("stores", "a=b", "é ü")):
        assert split_place(written(place)) == place


def test_a_change_leaves_the_case_alone():
    """Other values stand in a copy; what is not on the way is shared."""
    before = case_to_dict(default_case())
    made = changed(DATA, [(("lanes", 1, "lead_time"), 9), (("cost_weights", "holding"), 2)])
    assert before == DATA
    assert made["lanes"][1]["lead_time"] == 9
    assert made["cost_weights"] == {"holding": 2}
    assert made["skus"] is DATA["skus"]


def test_values_are_read():
    """Lists, steps, ranges, words and switches mean what they say, decimals to the digit."""
    assert read_values("x", "0.8:1.0:5") == (0.8, 0.85, 0.9, 0.95, 1)
    assert read_values("x", "1:3:3,10") == (1, 2, 3, 10)
    assert read_values("x", "lost,backordered,true,1e3") == ("lost", "backordered", True, 1000.0)
    assert read_values("x", "1:9") == Range(1, 9)


@pytest.mark.parametrize("text", ["", "1,,2", "1,1.0", "3:1", "a:b", "1:2:1", "1:2:x", "1:2:3:4"])
def test_values_that_cannot_be_are_refused(text):
    """A value that cannot be is an error that names its place."""
    with pytest.raises(StudyError, match="--vary x"):
        read_values("x", text)


@pytest.mark.parametrize("kind", ["latin", "halton"])
def test_samples_fill_the_space(kind):
    """Every slice of every parameter has about its share of the points, whole numbers too."""
    size = 200
    ranges = {"a": Range(0.0, 1.0), "b": Range(1, 4), "c": ("x", "y")}
    points = points_of(ranges, Design(kind, size, 7))
    assert points == points_of(ranges, Design(kind, size, 7))
    assert points != points_of(ranges, Design(kind, size, 8))
    first, second, third = zip(*points, strict=True)
    slices = np.histogram(first, 10, (0.0, 1.0))[0]
    assert slices.min() >= (size // 10 if kind == "latin" else size // 10 - 3)
    for column, values in ((second, (1, 2, 3, 4)), (third, ("x", "y"))):
        for value in values:
            assert abs(column.count(value) - size // len(values)) <= 5
    assert abs(np.corrcoef(first, second)[0, 1]) < 0.2


def test_latin_slices_are_filled_once():
    """A Latin hypercube has one point in each of its slices."""
    points = points_of({"a": Range(0.0, 1.0)}, Design("latin", 50, 3))
    assert sorted(int(value * 50) for (value,) in points) == list(range(50))


def test_a_longer_halton_sample_begins_with_the_shorter():
    """Points of a Halton sequence stay when more are asked for."""
    ranges = {"a": Range(0.0, 1.0), "b": Range(0, 9)}
    longer = points_of(ranges, Design("halton", 20, 1))
    assert longer[:5] == points_of(ranges, Design("halton", 5, 1))


@pytest.mark.parametrize(
    ("vary", "design", "expected"),
    [
        ({"days": "30:60"}, Design(), "30:60:5"),
        ({"days": "30:60"}, Design("latni", 5), "'latin'"),
        ({"days": "30:60"}, Design("latin"), "--sample N"),
        ({}, Design(), "--vary"),
        ({f"skus.milk.x{n}": "0:1:200" for n in range(4)}, Design(), "at most"),
        ({"days": [20, 30], "skus.*.holding_cost": [1, 1]}, Design(), "twice"),
        ({"skus.*.unit_cost": [1], "skus.milk.unit_cost": [2]}, Design(), "is varied by"),
        ({"stores.store_1.polcy.rule": ["s_S"]}, Design(), "'policy'"),
        ({"lanes[0].lead_time": [1, -1, 1.5]}, Design(), "first at point 2"),
    ],
)
def test_a_plan_that_cannot_be_is_refused(vary, design, expected):
    """What is wrong with parameters, designs and points is told before anything is run."""
    with pytest.raises(StudyError) as error:
        plan(default_case(), vary, design=design)
    assert expected in str(error.value)


def test_all_faults_are_told_at_once():
    """A wrong place does not hide a wrong value."""
    with pytest.raises(StudyError) as error:
        plan(default_case(), {"dayz": [3], "seed": "1,,2", "lanes[0].lead_time": [2]})
    assert len(error.value.faults) == 2
