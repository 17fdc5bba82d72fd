"""Comparisons on common customers."""

import numpy as np
import pytest

from inventory_hmarl.case import default_case
from inventory_hmarl.core.decide import everywhere
from inventory_hmarl.policies.base_stock import BaseStock
from inventory_hmarl.scenarios import apply_scenario
from inventory_hmarl.simulation import simulate
from inventory_hmarl.studies.comparing import compare, comparison
from inventory_hmarl.studies.errors import StudyError
from inventory_hmarl.studies.holm import holm
from inventory_hmarl.studies.samples import linearised, samples


def test_common_customers_cut_the_variance_as_known(newsvendor):
    """From 30.5642 to 6.3457 for S = 8 against S = 9, Poisson(5), h = 1, p = 9."""
    runs = [simulate(newsvendor(level), replications=400_000) for level in (8, 9)]
    eight, nine = (samples(run)["total_cost"][0] for run in runs)
    assert eight.var() + nine.var() == pytest.approx(30.5642, rel=0.02)
    assert (nine - eight).var() == pytest.approx(6.3457, rel=0.02)
    found = comparison({"8": {"cost": eight}, "9": {"cost": nine}}, ["cost"])
    assert found.variance_removed[0, 0] == pytest.approx(1 - 6.3457 / 30.5642, abs=0.005)


def test_a_comparison_by_hand():
    """Differences 1, 2, 3: mean 2, half-width 4.302653 / sqrt(3), p = 0.0742."""
    found = comparison(
        {"old": {"cost": np.array([5.0, 5, 8])}, "new": {"cost": np.array([6.0, 7, 11])}}, ["cost"]
    )
    assert found.base_mean.tolist() == [6]
    assert found.mean.tolist() == [[8]]
    assert found.difference.tolist() == [[2]]
    assert found.difference_half_width[0, 0] == pytest.approx(4.302653 / 3**0.5, abs=1e-6)
    assert found.p_value[0, 0] == pytest.approx(0.0741799, abs=1e-6)
    assert found.variance_removed[0, 0] == pytest.approx(1 - 1 / (3 + 7))
    assert not found.real.any()


def test_identical_cases_are_not_told_apart():
    """A case against itself: no difference, p = 1, all variance removed."""
    base = default_case().changed(days=20)
    found = compare(base, {"again": base}, replications=10, figures=["all"])
    known = ~np.isnan(found.difference)
    assert (found.difference[known] == 0).all()
    assert (found.p_value[known] == 1).all()
    assert not found.real.any()


def test_a_change_without_chance_is_real():
    """Where every replication differs by the same, nothing is left to chance: p = 0."""
    found = comparison({"a": {"x": np.arange(5.0)}, "b": {"x": np.arange(5.0) + 0.1}}, ["x"])
    assert found.p_value.tolist() == [[0]]
    assert found.real.all()


def test_alternatives_run_on_the_seed_of_the_base():
    """Another seed in an alternative's file does not give it other customers."""
    base = default_case().changed(days=20)
    found = compare(base, {"reseeded": base.changed(seed=5)}, replications=5)
    assert (found.difference == 0).all()


def test_policies_are_alternatives():
    """What `simulate` takes as policies rules the base."""
    base = default_case().changed(days=30)
    found = compare(base, {"lots": everywhere(BaseStock(order_up_to=900.0))}, replications=10)
    assert found.real[0, found.figures.index("avg_inventory")]


def test_results_are_those_of_simulate():
    """Means are the means of `simulate` with the same replications; ratios those of sums."""
    base = default_case().changed(days=40)
    late = apply_scenario(base, "supplier_delay")
    found = compare(base, {"late": late}, replications=30, figures=["all"])
    run = simulate(late, replications=30)
    at = found.figures.index("total_cost")
    assert found.mean[0, at] == pytest.approx(run.figures()["total_cost"].mean())
    lines, rate = (run.figures()[name][0] for name in ("order_lines", "order_fill_rate"))
    at = found.figures.index("order_fill_rate")
    assert found.mean[0, at] == pytest.approx((lines * rate).sum() / lines.sum())


def test_sums_over_other_days_are_refused():
    """Cases of other days or another warm-up do not compare; nor does an unknown figure."""
    base = default_case()
    with pytest.raises(StudyError, match="days = 30, and the base has 90"):
        compare(base, {"short": base.changed(days=30)}, replications=2)
    with pytest.raises(StudyError, match="warmup_days = 3, and the base has 7"):
        compare(base, {"other": base.changed(warmup_days=3)}, replications=2)
    with pytest.raises(StudyError, match="must be one of"):
        compare(base, {"again": base}, replications=2, days=10, figures=["cost"])
    with pytest.raises(StudyError, match="name of the base"):
        compare(base, {"base": base}, replications=2)
    with pytest.raises(StudyError, match="between 0 and 1"):
        compare(base, {"again": base}, replications=2, level=95)


def test_holm_by_hand():
    """The smallest of m is multiplied by m, the next by m - 1, and none falls below the last."""
    assert holm(np.array([[0.01, 0.02], [0.2, np.nan]]))[0] == pytest.approx([0.03, 0.04])
    assert holm(np.array([0.6, 0.7])).tolist() == [1, 1]


def test_holm_errs_in_a_family_as_rarely_as_it_says():
    """Of families without any difference, at most 5 % show one."""
    families = np.random.default_rng(2).uniform(size=(4000, 6))
    wrong = np.mean([holm(family).min() < 0.05 for family in families])
    assert wrong == pytest.approx(0.05, abs=0.014)


def test_ratios_over_replications_are_ratios_of_sums():
    """The mean of linearised values is sum / sum; empty replications add nothing."""
    upper, lower = np.array([[1.0, 3, 0]]), np.array([[4.0, 3, 0]])
    ratio = np.divide(upper, lower, out=np.full((1, 3), np.nan), where=lower > 0)
    values = linearised(ratio, lower)
    assert values.mean() == pytest.approx(4 / 7)
    assert np.isnan(linearised(ratio[:, 2:], lower[:, 2:])).all()


def test_intervals_of_ratios_cover_as_often_as_they_say():
    """The interval of a ratio of sums holds the ratio of means in about 95 % of trials."""
    from inventory_hmarl.studies.intervals import intervals

    random = np.random.default_rng(3)
    lower = random.poisson(5, size=(8000, 50)).astype(float)
    upper = random.binomial(lower.astype(int), 0.9).astype(float)
    ratio = np.divide(upper, lower, out=np.full(lower.shape, np.nan), where=lower > 0)
    found = intervals(linearised(ratio, lower))
    assert (np.abs(found.mean - 0.9) <= found.half_width).mean() == pytest.approx(0.945, abs=0.012)
