"""Student's t and the intervals of replications."""

import math

import numpy as np
import pytest

from inventory_hmarl.studies import intervals
from inventory_hmarl.studies.intervals import Interval, interval, t_quantile

# Tables of Student's t distribution, for example NIST/SEMATECH e-Handbook, 1.3.6.7.2.
KNOWN = {
    (0.975, 1): 12.706205,
    (0.975, 2): 4.302653,
    (0.975, 4): 2.776445,
    (0.975, 9): 2.262157,
    (0.975, 19): 2.093024,
    (0.975, 29): 2.045230,
    (0.975, 120): 1.979930,
    (0.95, 10): 1.812461,
    (0.995, 5): 4.032143,
}


@pytest.mark.parametrize(("at", "expected"), KNOWN.items())
def test_quantiles_are_those_of_the_tables(at, expected):
    """The quantile is that of printed tables, to their last digit."""
    assert t_quantile(*at) == pytest.approx(expected, abs=1e-6)


def test_the_expansion_continues_the_sum():
    """Where the sum over terms ends, the expansion gives the same quantile."""
    freedom = intervals.MOST_TERMS
    expansion = intervals._expansion  # noqa: SLF001 - the seam between two formulas
    assert expansion(0.975, freedom) == pytest.approx(t_quantile(0.975, freedom), abs=1e-12)
    assert t_quantile(0.975, 10**9) == pytest.approx(1.959963985, abs=1e-8)


def test_quantiles_are_symmetric():
    """The distribution is symmetric about 0."""
    assert t_quantile(0.025, 7) == -t_quantile(0.975, 7)
    assert t_quantile(0.5, 7) == 0


@pytest.mark.parametrize(("probability", "freedom"), [(0, 3), (1, 3), (math.nan, 3), (0.9, 0)])
def test_impossible_quantiles_are_refused(probability, freedom):
    """A probability outside (0, 1) or no degree of freedom is an error that says so."""
    with pytest.raises(ValueError, match="must"):
        t_quantile(probability, freedom)


def test_an_interval_by_hand():
    """Mean 5, deviation 2 and four values: 3.182 x 2 / 2."""
    values = np.array([3.0, 5.0, 5.0, 7.0])
    deviation = math.sqrt(8 / 3)
    found = interval(values)
    assert found.mean == 5
    assert found.half_width == pytest.approx(3.182446 * deviation / 2, abs=1e-6)
    assert found.undefined == 0


def test_undefined_values_are_left_out_and_counted():
    """A NaN is in the count of the undefined and in nothing else."""
    whole, holed = interval(np.array([1.0, 2.0])), interval(np.array([1.0, np.nan, 2.0]))
    assert (holed.mean, holed.half_width) == (whole.mean, whole.half_width)
    assert holed.undefined == 1
    assert interval(np.array([np.nan, 4.0])) == Interval(4.0, None, 1)
    assert interval(np.array([np.nan, np.nan])) == Interval(None, None, 2)


def test_intervals_cover_the_mean_as_often_as_they_say():
    """Of many intervals of normal samples, about 95 % hold the true mean."""
    samples = np.random.default_rng(1).normal(size=(20_000, 5))
    found = intervals.intervals(samples)
    covered = (np.abs(found.mean) <= found.half_width).mean()
    assert covered == pytest.approx(0.95, abs=0.006)


@pytest.mark.parametrize("freedom", [1, 2, 9, 199, 5000])
@pytest.mark.parametrize("probability", [0.6, 0.9, 0.975, 0.9995])
def test_p_values_are_the_inverse_of_quantiles(probability, freedom):
    """A statistic at a quantile has the p-value of what lies beyond it, on both sides."""
    statistic = t_quantile(probability, freedom)
    beyond = 2 * (1 - probability)
    assert intervals.p_value(statistic, freedom) == pytest.approx(beyond, rel=1e-9)
    assert intervals.p_value(-statistic, freedom) == pytest.approx(beyond, rel=1e-9)


def test_p_values_at_the_ends():
    """No difference is certain to be exceeded; a huge one never is; no freedom is an error."""
    assert intervals.p_value(0.0, 5) == 1
    assert intervals.p_value(math.inf, 5) == 0
    assert intervals.p_value(30.0, 199) == pytest.approx(8.9429e-76, rel=1e-4)
    with pytest.raises(ValueError, match="must"):
        intervals.p_value(1.0, 0)
