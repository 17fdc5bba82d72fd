"""What a run may keep, and where engines write it."""

import numpy as np
import pytest

from inventory_hmarl.case.compiling import compile_case
from inventory_hmarl.core.record import ALL, MONEY
from inventory_hmarl.engines.outcome import Keep, blank


@pytest.fixture(scope="module")
def model(chain):
    """Give the small chain, compiled."""
    return compile_case(chain)


def names(recorder):
    """Return the quantities of a recorder."""
    return {name for name, _ in recorder.rows}


def test_what_is_counted(model):
    """With key figures all quantities are counted, without them those of the money."""
    assert names(Keep(kpis=False).counted(model.network)) <= MONEY
    assert names(Keep(kpis=False).counted(model.network)) < names(Keep().counted(model.network))
    assert names(Keep().counted(model.network)) <= ALL


def test_what_is_kept_of_each_day(model):
    """Nothing, all that is counted, or what was chosen."""
    assert Keep().kept(model.network) is None
    assert Keep(records=[]).kept(model.network) is None
    assert names(Keep(records=True).kept(model.network)) == names(Keep().counted(model.network))
    assert names(Keep(records="stock").kept(model.network)) == {"stock"}
    assert names(Keep(records={"stock", "failed"}).kept(model.network)) == {"stock", "failed"}


def test_equal_wishes_are_equal():
    """Two wishes for the same are one, so that a program is compiled once for both."""
    left, right = Keep(records=["stock", "ordered"]), Keep(records=("ordered", "stock"))
    assert left == right
    assert hash(left) == hash(right)


@pytest.mark.parametrize("records", [["stock", "stok"], "stok", ["stock", ""]])
def test_unknown_quantities_are_refused(records):
    """The error lists what there is."""
    with pytest.raises(ValueError, match=r"there are .*stock"):
        Keep(records=records)


@pytest.mark.parametrize("keep", [Keep(), Keep(kpis=False), Keep(kpis=False, records=["stock"])])
def test_a_blank_outcome_has_room_for_what_is_asked_for(keep, model):
    """What is not asked for has no array."""
    outcome = blank(model, keep, 4)
    assert outcome.sums.shape == (keep.counted(model.network).size, 4)
    assert (outcome.daily is not None) == keep.kpis
    assert bool(outcome.cycles_ended) == bool(outcome.cycles_served) == keep.kpis
    if keep.records:
        assert outcome.records.shape == (model.days, outcome.kept.size, 4)
    else:
        assert outcome.records is outcome.kept is None


def test_columns_are_written_into_the_whole(model):
    """A part's columns are views: what is written into them stands in the whole."""
    whole = blank(model, Keep(records=True), 5)
    for start, stop in ((0, 2), (2, 4), (4, 6)):
        part = whole.columns(start, stop)
        for array in (part.sums, part.daily, part.records, *part.cycles_ended):
            array[:] = start + np.arange(array.shape[-1])
    for array in (whole.sums, whole.daily, whole.records, *whole.cycles_ended):
        assert (array == np.arange(5)).all()
