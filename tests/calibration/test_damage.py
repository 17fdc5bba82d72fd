"""Damaged sales files: each is refused with its place, and at once."""

from __future__ import annotations

import re
import time
import tracemalloc

import pytest

from inventory_hmarl.calibration import HistoryError, ReadOptions, read_history

GOOD = "2024-01-01,a,x,1"

ROWS = {
    "text in the units": ("2024-01-02,a,x,many", r"row 3, column 'sold': 'many' is not a number\."),
    "a decimal comma": ('2024-01-02,a,x,"3,5"', r"column 'sold': '3,5' .*a point, not a comma"),
    "an underscore": ("2024-01-02,a,x,1_000", r"row 3, column 'sold': '1_000' is not a number"),
    "infinity": ("2024-01-02,a,x,inf", r"row 3, column 'sold': 'inf' is beyond 1,000,000,000"),
    "a huge number": ("2024-01-02,a,x,1e300", r"row 3, column 'sold': '1e300' is beyond"),
    "not a number": ("2024-01-02,a,x,NaN", r"row 3, column 'sold': 'NaN' is missing"),
    "an empty cell": ("2024-01-02,a,x,", r"row 3, column 'sold': '' is missing"),
    "a return": ("2024-01-02,a,x,-2", r"row 3, column 'sold': '-2' is below 0"),
    "a bad date": ("2024-02-30,a,x,1", r"row 3, column 'day': '2024-02-30' is not a date written"),
    "another date order": ("02.01.2024,a,x,1", r"column 'day': '02.01.2024' .*YYYY-MM-DD"),
    "a date far off": ("9024-01-02,a,x,1", r"row 3, column 'day': '9024-01-02' makes the history"),
    "an empty id": ("2024-01-02,,x,1", r"row 3, column 'shop': '' is empty"),
    "a long id": (f"2024-01-02,a,{'x' * 101},1", r"row 3, column 'item': .* longer than 100"),
    "a control character": ("2024-01-02,a\x07,x,1", r"row 3, column 'shop': .* control characters"),
    "too few fields": ("2024-01-02,a,x", r"row 3: has 3 fields, not 4\."),
    "too many fields": ("2024-01-02,a,x,1,2", r"row 3: has 5 fields, not 4\."),
    "an open quote": ('2024-01-02,"a,x,1', r"row 3: cannot be split into fields"),
    "a double row": ("2024-01-01,a,x,5", r"row 3, column 'day': .*'a' and SKU 'x' already: row 2"),
}


@pytest.mark.parametrize("kind", ROWS)
def test_a_damaged_row_is_named(folder, kind):
    """The error names file, row, column and value of the damaged cell."""
    row, message = ROWS[kind]
    with pytest.raises(HistoryError, match=f"sales.csv, .*{message}"):
        folder.rows(GOOD, row)


def test_undecodable_bytes_are_named_with_their_row(folder):
    """Bytes that are not UTF-8 are a fault of their row."""
    with pytest.raises(HistoryError, match="row 3: has a byte 0xe9"):
        folder.read(b"day,shop,item,sold\n2024-01-01,a,x,1\n2024-01-02,caf\xe9,x,1\n")


FILES = {
    "an empty file": (b"", "sales.csv, row 1: is empty"),
    "nothing but a mark": (b"\xef\xbb\xbf", "is empty"),
    "a header only": (b"day,shop,item,sold\n", "has a header but no rows"),
    "UTF-16": ("day,shop,item,sold\n".encode("utf-16"), "is UTF-16 text"),
    "a bad header": (b"day,shop,item,s\xe9ld\n", "row 1: has a byte 0xe9"),
    "a doubled column": (b"day,shop,item,sold,sold\n2024-01-01,a,x,1,1\n", "'sold': appears more"),
}


@pytest.mark.parametrize("kind", FILES)
def test_a_file_that_is_no_table_is_refused(folder, kind):
    """A file without a usable header or rows is refused as a whole."""
    content, message = FILES[kind]
    with pytest.raises(HistoryError, match=message):
        folder.read(content)


def test_a_missing_column_is_named_with_those_that_exist(folder):
    """The error lists the columns of the file and the nearest name."""
    message = "no column 'sold'; its columns are: day, shop, item, solds. Did you mean 'solds'"
    with pytest.raises(HistoryError, match=message):
        folder.read("day,shop,item,solds\n2024-01-01,a,x,1\n")


def test_a_missing_file_is_an_error_of_the_history(tmp_path):
    """A file that cannot be opened is reported like any other fault."""
    with pytest.raises(HistoryError, match=r"none\.csv: cannot be read: No such file"):
        read_history(tmp_path / "none.csv", date="a", store="b", sku="c", units="d")


@pytest.mark.parametrize("row", [1, 3])
def test_an_endless_line_fails_fast_with_little_memory(folder, row):
    """A line of 200 MB is refused without being read."""
    path = folder.write("sales.csv", "day,shop,item,sold\n" + f"{GOOD}\n" if row == 3 else "")
    with path.open("r+b") as stream:
        stream.truncate(200_000_000)  # zero bytes without a line end, which take no room on disk
    tracemalloc.start()
    start = time.perf_counter()
    with pytest.raises(HistoryError, match=f"row {row}: is longer than 1,000,000 bytes"):
        read_history(path, date="day", store="shop", sku="item", units="sold")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert time.perf_counter() - start < 5
    assert peak < 20e6


def test_faults_come_together_in_order_with_their_count(folder):
    """Faults of different columns come in one error, sorted by row, the first twenty shown."""
    bad = [f"2024-01-{day:02},a,x,{'many' if day % 2 else -1}" for day in range(2, 31)]
    with pytest.raises(HistoryError) as caught:
        folder.rows("01/01/2024,a,x,1", *bad)
    error = caught.value
    assert [fault.row for fault in error.faults] == list(range(2, 22))
    assert error.faults[0].column == "day"
    assert error.total == 30
    assert str(error).endswith("... and 10 more faults (30 in all).")


def test_a_long_value_is_shortened(folder):
    """A value of thousands of characters does not fill the screen."""
    with pytest.raises(HistoryError) as caught:
        folder.rows(f"2024-01-01,a,x,{'z' * 5000}")
    assert len(str(caught.value)) < 200
    assert "(5,000 characters)" in str(caught.value)


def test_options_turn_faults_into_counts(folder):
    """Returns and missing cells count as no sale, double rows add up, and all are counted."""
    options = ReadOptions(negative="zero", missing="zero", duplicates="sum")
    history = folder.rows(
        GOOD, "2024-01-01,a,x,4", "2024-01-02,a,x,-3", "2024-01-03,a,x,NA", options=options
    )
    assert history.daily(3).tolist() == [[5, 0, 0]]
    repairs = history.repairs
    assert (repairs.negative, repairs.missing, repairs.duplicates) == (1, 1, 1)


def test_a_date_format_is_taken(folder):
    """Dates in the order of the country can be read by their format."""
    history = folder.rows("31.01.2024,a,x,1", options=ReadOptions(date_format="%d.%m.%Y"))
    assert history.first_day.isoformat() == "2024-01-31"


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_separators_marks_and_line_ends_are_found(folder, separator, mark, end):
    """The usual separators, a byte order mark and both line ends give the same history."""
    text = f"day,shop,item,sold\n{GOOD}\n\n2024-01-02,a,x,2\n"
    history = folder.read(mark + text.replace("\n", end).replace(",", separator).encode())
    assert history.daily(2).tolist() == [[1, 2]]


CALENDAR = "key,day,week\n1,2024-01-01,w1\n2,2024-01-02,w1\n"
NUMBERED = "key,shop,item,sold\n1,a,x,4\n2,a,x,5\n"


def numbered(folder, sales=NUMBERED, calendar=CALENDAR, prices=None, **settings):
    """Read sales whose days are keys of a calendar."""
    files = {"calendar": folder.write("calendar.csv", calendar), "calendar_key": "key"}
    if prices is not None:
        files["prices"] = folder.write("prices.csv", prices)
    return folder.read(sales, **(files | settings))


def test_a_calendar_gives_the_dates(folder):
    """Keys of the sales are dated by the calendar, whichever column is called the date."""
    assert numbered(folder).first_day.isoformat() == "2024-01-01"
    renamed = numbered(
        folder, calendar=CALENDAR.replace("day", "date"), sales=NUMBERED.replace("key", "day")
    )
    assert renamed.daily(2).tolist() == [[4, 5]]


CALENDARS = {
    "a missing key": (
        {"sales": NUMBERED + "9,a,x,1\n"},
        r"sales.csv, row 4, column 'key': '9' is not in column 'key'",
    ),
    "no key column": (
        {"calendar_key": "kee"},
        r"calendar.csv, row 1: has no column 'kee'.*mean 'key'",
    ),
    "no key given": (
        {"calendar_key": None},
        r"calendar.csv: needs a calendar key.*in both files: key",
    ),
    "a key twice": (
        {"calendar": CALENDAR + "2,2024-01-03,w1\n"},
        r"calendar.csv, row 4, column 'key': '2' stands in",
    ),
    "a date twice": (
        {"calendar": CALENDAR + "3,2024-01-02,w1\n"},
        r"calendar.csv, row 4, column 'day': .*key '2' too",
    ),
    "a bad date": (
        {"calendar": CALENDAR + "3,soon,w1\n"},
        r"calendar.csv, row 4, column 'day': 'soon' is not a date",
    ),
}


@pytest.mark.parametrize("kind", CALENDARS)
def test_a_damaged_calendar_is_named(folder, kind):
    """The error names the file, row and column at fault, in the calendar or in the sales."""
    settings, message = CALENDARS[kind]
    with pytest.raises(HistoryError, match=message):
        numbered(folder, **settings)


PRICES = {
    "a missing column": (
        "shop,itm,week,price\na,x,w1,2\n",
        r"prices.csv, row 1: has no column 'item'.*mean 'itm'",
    ),
    "no price column": (
        "shop,item,week\na,x,w1\n",
        r"prices.csv, row 1: needs one column of prices",
    ),
    "two columns": ("shop,item,week,low,high\na,x,w1,2,3\n", r"needs one column of prices"),
    "an unknown store": (
        "shop,item,week,price\nb,x,w1,2\n",
        r"prices.csv, row 2, column 'shop': 'b' is a store that",
    ),
    "an unknown SKU": (
        "shop,item,week,price\na,y,w1,2\n",
        r"prices.csv, row 2, column 'item': 'y' is a SKU that",
    ),
    "an unknown period": (
        "shop,item,week,price\na,x,w9,2\n",
        r"prices.csv, row 2, column 'week': 'w9' is a period",
    ),
    "a price twice": (
        "shop,item,week,price\na,x,w1,2\na,x,w1,3\n",
        r"prices.csv, row 3, .* after row 2",
    ),
    "a price of zero": (
        "shop,item,week,price\na,x,w1,0\n",
        r"prices.csv, row 2, column 'price': '0' is not a price",
    ),
    "text": (
        "shop,item,week,price\na,x,w1,dear\n",
        r"prices.csv, row 2, column 'price': 'dear' is not a number",
    ),
}


@pytest.mark.parametrize("kind", PRICES)
def test_a_damaged_price_file_is_named(folder, kind):
    """The error names file, row and column of the price that cannot be used."""
    content, message = PRICES[kind]
    with pytest.raises(HistoryError, match=message):
        numbered(folder, prices=content)


def test_a_sku_that_another_store_sells_has_no_price_here(folder):
    """A price of a SKU in a store that never sells it is a fault of its own."""
    sales = NUMBERED + "2,b,y,1\n"
    with pytest.raises(HistoryError, match=re.escape("'y' is a SKU that store 'a' does not sell")):
        numbered(folder, sales=sales, prices="shop,item,week,price\na,y,w1,2\n")


def test_unknown_prices_can_be_ignored(folder):
    """A price file of a whole chain can be used with the sales of a few stores."""
    prices = "shop,item,week,price\na,x,w1,2\na,x,w7,100\nb,y,w1,9\n"
    options = ReadOptions(unknown_prices="ignore")
    history = numbered(folder, prices=prices, options=options)
    assert history.prices.covered_rows == 2
    assert "y" not in history.prices.mean


def test_prices_without_a_period_cover_every_day(folder):
    """A price list of one price per store and SKU is enough."""
    history = numbered(folder, prices="shop,item,price\na,x,2.5\n")
    assert history.prices.mean == {"x": 2.5}
    assert history.prices.covered_rows == 2


def test_prices_by_date_need_no_calendar(folder):
    """The period may be a column of the sales file."""
    prices = folder.write("prices.csv", "day,shop,item,price\n2024-01-02,a,x,3\n")
    history = folder.rows(GOOD, "2024-01-02,a,x,2", prices=prices)
    assert history.prices.covered_rows == 1
