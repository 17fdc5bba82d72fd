"""Two implementations of the day agree."""

from hypothesis import given

from inventory_hmarl.case import case_from_dict, default_case
from inventory_hmarl.testing.agreement import differences
from inventory_hmarl.testing.strategies import cases


def test_default_case():
    """The default case runs alike in both, whole, day by day."""
    assert differences(default_case()) == []


@given(settings=cases())
def test_random_cases(settings):
    """Random networks run alike in both, on every field of every day."""
    assert differences(case_from_dict(settings)) == []
