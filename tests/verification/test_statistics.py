"""P14: statistics that are known."""

from inventory_hmarl.verification.statistics import coverage_row, statistics_rows


def test_every_figure_of_p14_passes():
    """Coverage, quantiles, MSER-5, variances and selections are as they must be."""
    rows = statistics_rows()
    assert [row.verdict for row in rows] == ["pass"] * 7


def test_coverage_lies_in_its_band():
    """Of 40,000 intervals of ten normal values, .9456 to .9544 hold the mean."""
    row = coverage_row()
    assert row.replications == 40_000
    assert 0.9456 <= row.measured <= 0.9544
