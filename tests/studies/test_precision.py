"""Replications until a precision is reached."""

import numpy as np
import pytest

from inventory_hmarl.case import default_case
from inventory_hmarl.simulation import simulate
from inventory_hmarl.studies.errors import StudyError
from inventory_hmarl.studies.precision import Target, precision_of, replicate_until


def verdicts(run, *settings):
    """Return the verdict of each figure."""
    return {each.figure: each.verdict for each in precision_of(run, Target(*settings))}


def test_each_figure_is_as_precise_as_wanted():
    """Every figure that is neither 0 nor undefined throughout has reached its precision."""
    run = replicate_until(default_case(), 0.2, days=60)
    told = verdicts(run, 0.2)
    assert "not reached" not in told.values()
    assert (told["backorder_days"], told["total_cost"]) == ("zero", "reached")
    for each in precision_of(run, Target(0.2)):
        if each.relative is not None:
            assert each.relative <= 0.2 / 1.2


def test_a_grown_run_is_the_run_of_as_many_replications():
    """Grown in batches or run at once: the same bits."""
    run = replicate_until(default_case(), 0.05, days=40, figures=["total_cost"])
    at_once = simulate(default_case(), days=40, replications=len(run.replications))
    assert len(run.replications) > 30
    assert (run.replications == at_once.replications).all()
    for name, values in at_once.figures().items():
        assert np.array_equal(run.figures()[name], values, equal_nan=True)


def test_the_cap_is_kept_and_told():
    """At most so many replications run, and what was not reached is said."""
    run = replicate_until(default_case(), 0.001, days=30, most=50)
    assert len(run.replications) == 50
    assert verdicts(run, 0.001)["total_cost"] == "not reached"


def test_progress_never_goes_back():
    """What is done grows, and ends at what is planned."""
    told = []
    replicate_until(
        default_case(),
        0.05,
        days=30,
        figures=["total_cost"],
        progress=lambda done, total: told.append((done, total)),
    )
    done = [each for each, _ in told]
    assert done == sorted(done)
    assert told[-1][0] == told[-1][1]


def test_a_figure_that_is_undefined_throughout_waits_for_nothing():
    """Without demand there is no service level, and all costs are certain."""
    case = default_case().changed(demand={"distribution": "none"}, skus=_plain_skus())
    run = replicate_until(case, 0.01, days=20)
    assert len(run.replications) == 30
    assert verdicts(run, 0.01)["unit_fill_rate"] == "undefined"


def _plain_skus():
    """Return the SKUs of the default case, without a demand of their own."""
    from inventory_hmarl.case import case_to_dict

    skus = case_to_dict(default_case())["skus"]
    return {name: {k: v for k, v in sku.items() if k != "demand"} for name, sku in skus.items()}


def test_the_newsvendor_is_covered(newsvendor):
    """Of runs that stopped at 10 %, about 95 % are within 10 % of the true cost, stopping and all.

    The cost of S = 8 is E(8 - D)+ + 9 E(D - 8)+ for Poisson(5) demand.
    """
    weights = np.cumprod(np.concatenate([[np.exp(-5)], 5 / np.arange(1, 60)]))
    left = 8 - np.arange(60)
    true = (weights * np.where(left > 0, left, -9 * left)).sum()
    case, hits = newsvendor(8, days=20), []
    for seed in range(150):
        run = replicate_until(case, 0.1, figures=["total_cost"], seed=seed)
        hits.append(abs(run.figures()["total_cost"].mean() / (20 * true) - 1) <= 0.1)
    assert np.mean(hits) > 0.9


@pytest.mark.parametrize("precision", [0, 1, -0.1, float("nan"), 5])
def test_a_precision_is_a_share(precision):
    """A precision outside (0, 1) is refused with the rule."""
    with pytest.raises(StudyError, match="between 0 and 1"):
        replicate_until(default_case(), precision)


def test_unknown_figures_are_refused():
    """A figure that no run has is named, with those there are; a cap below 2 too."""
    with pytest.raises(StudyError, match="total_cost"):
        replicate_until(default_case(), 0.1, days=20, figures=["cost"])
    with pytest.raises(StudyError, match="at least 2"):
        replicate_until(default_case(), 0.1, most=1)
