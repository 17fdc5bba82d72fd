"""The figures of the report, against histories small enough to count by hand."""

from __future__ import annotations

import pytest

from inventory_hmarl.calibration import ReadOptions, Series, history_report, read_history
from inventory_hmarl.calibration.history import natural_order

ROWS = (
    "2024-01-01,2,x,0",
    "2024-01-02,2,x,3",
    "2024-01-05,2,x,0",  # two days without a row before it
    "2024-01-03,10,x,0",
    "2024-01-04,10,x,0",
    "2024-01-01,2,y,1",
    "2024-01-06,2,y,2",  # four days without a row before it
)


def test_every_figure_of_a_small_file(folder):
    """Counts of rows, series, gaps, zeros and leading days are those counted by hand."""
    report = history_report(folder.rows(*ROWS))
    assert (report.rows, report.series, report.days, report.units) == (7, 3, 6, 6)
    assert (report.stores, report.skus) == (("2", "10"), ("x", "y"))
    assert (str(report.first_day), str(report.last_day)) == ("2024-01-01", "2024-01-06")
    assert report.gaps == 2 + 4
    assert (report.zeros, report.share_of_zeros) == (4, 4 / 7)
    assert (report.leading_days, report.leading_series) == (1, 1)
    assert report.unsold == (Series("10", "x"),)
    assert report.late == (Series("10", "x"),)
    assert report.early == (Series("2", "x"), Series("10", "x"))
    assert report.price_coverage is None


def test_repairs_are_reported(folder):
    """Negative, missing and double rows appear in the report with what was done about them."""
    options = ReadOptions(negative="zero", missing="zero", duplicates="sum")
    history = folder.rows(
        *ROWS, "2024-01-06,2,y,2", "2024-01-06,2,x,-1", "2024-01-06,10,x,", options=options
    )
    report = history_report(history)
    assert (report.negative, report.missing, report.duplicates) == (1, 1, 1)
    text = "\n".join(report.lines())
    assert "1 (added up)" in text
    assert text.count("1 (read as 0)") == 2


def test_price_coverage_counts_rows(folder):
    """Coverage is the share of sales rows with a price; SKUs without any are named."""
    prices = folder.write("prices.csv", "shop,item,price\n2,x,2.5\n10,x,3.5\n")
    report = history_report(folder.rows(*ROWS, prices=prices))
    assert report.price_coverage == pytest.approx(5 / 7)
    assert report.unpriced == ("y",)
    assert "no price at all: y" in "\n".join(report.lines())


def test_the_examples_are_told_apart(by_number, by_date):
    """Both example files are read whole, one item per store in the first, all in the second."""
    first, second = history_report(by_number), history_report(by_date)
    assert (first.series, first.days, first.rows) == (3, 460, 1380)
    assert (second.series, second.days, second.rows) == (4, 460, 1840)
    assert first.leading_days >= 40
    assert first.price_coverage == pytest.approx(1 - 35 / 1380)


def test_the_order_of_the_rows_does_not_matter(folder):
    """A shuffled file is the same history."""
    one, other = folder.rows(*ROWS), folder.rows(*reversed(ROWS))
    assert one.series == other.series
    assert one.daily(6).tolist() == other.daily(6).tolist()


def test_numbers_in_ids_count_as_numbers():
    """Store 2 comes before store 10, whatever stands around the number."""
    assert natural_order(["a10", "a2", "10", "9", "b"]) == ("9", "10", "a2", "a10", "b")


def test_each_column_name_acts(tmp_path):
    """The history is read from the columns that are named, wherever they stand."""
    path = tmp_path / "wide.csv"
    path.write_text("note,n,m,who,what,when\n,1,7,a,x,2024-01-01\n")
    names = {"date": "when", "store": "who", "sku": "what"}
    assert read_history(path, units="n", **names).units.tolist() == [1]
    assert read_history(path, units="m", **names).units.tolist() == [7]
    swapped = read_history(path, units="n", date="when", store="what", sku="who")
    assert swapped.series == (Series("x", "a"),)
