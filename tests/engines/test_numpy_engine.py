"""The default engine: how it cuts a run into blocks, and what it keeps."""

import numpy as np
import pytest

from inventory_hmarl import Keep, default_case, simulate
from inventory_hmarl.case.compiling import compile_case
from inventory_hmarl.engines import numpy_engine
from inventory_hmarl.engines.numpy_engine import block_of_replications

CASE = default_case().changed(days=20, warmup_days=5)
POINTS = 16


@pytest.mark.parametrize(
    ("cells", "replications", "size"),
    [(1, 5, 1), (POINTS, 5, 1), (3 * POINTS, 5, 3), (10**9, 5, 5)],
)
def test_blocks_fit_the_cache(cells, replications, size, monkeypatch):
    """As many replications run side by side as fit, at least one, at most all."""
    monkeypatch.setattr(numpy_engine, "STATE_CELLS", cells)
    assert block_of_replications(compile_case(CASE), replications) == size


@pytest.mark.parametrize("records", [False, True])
@pytest.mark.parametrize("kpis", [False, True])
def test_what_is_kept(records, kpis):
    """A run holds what it was asked to keep, and no more."""
    outcome = simulate(CASE, replications=3, keep=Keep(kpis=kpis, records=records)).outcome
    size = outcome.recorder.size
    assert outcome.sums.shape == (size, 3)
    assert (outcome.daily is not None) == kpis
    assert bool(outcome.cycles_ended) == bool(outcome.cycles_served) == kpis
    if records:
        assert outcome.records.shape == (CASE.days, size, 3)
        assert np.array_equal(outcome.records[CASE.warmup_days :].sum(axis=0), outcome.sums)
    else:
        assert outcome.records is None


def test_a_progress_bar_may_stop_the_run():
    """An exception of whoever watches the progress ends the run: Ctrl-C works."""

    def stop(done, of):
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        simulate(CASE, replications=5000, progress=stop)


def test_chosen_quantities_are_kept_of_each_day():
    """What is named is kept, a level at a time; what is not, or does not occur, is an error."""
    run = simulate(CASE, keep=Keep(kpis=False, records=["stock", "lost"]))
    whole = simulate(CASE, keep=Keep(records=True))
    for name in ("stock", "lost"):
        for mine, theirs in zip(run.series(name), whole.series(name), strict=True):
            assert np.array_equal(mine, theirs)
    assert [rows.shape[1] for rows in run.series("lost")] == [12, 0]
    with pytest.raises(ValueError, match="'demand' was not kept"):
        run.series("demand")
    with pytest.raises(ValueError, match="stocks, wishes is no quantity of a day; there are "):
        Keep(records=["wishes", "stocks"])
    assert Keep(records="stock") == Keep(records=["stock"])
