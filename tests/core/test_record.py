"""What is recorded of a day."""

import numpy as np

from inventory_hmarl import Keep, default_case, simulate


def test_what_is_filled_is_never_what_is_asked_for_by_mistake():
    """Filled units are read off demand and losses, so that asking for them alone keeps both."""
    case = default_case().changed(days=30)
    whole = simulate(case, replications=2, keep=Keep(records=True))
    alone = simulate(case, replications=2, keep=Keep(kpis=False, records=["filled"]))
    filled = [run.outcome.kept.of(run.outcome.records, "filled", 0) for run in (whole, alone)]
    np.testing.assert_array_equal(*filled)
    assert whole.figures()["total_lost_sales"].any()
