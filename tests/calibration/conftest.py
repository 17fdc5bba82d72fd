"""Small sales files for the tests of this folder."""

from __future__ import annotations

from pathlib import Path

import pytest

from inventory_hmarl.calibration import History, ReadOptions, read_history

EXAMPLES = Path(__file__).parents[2] / "examples" / "history"
HEADER = "day,shop,item,sold"


class Folder:
    """A folder that sales files are written to and read from."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def write(self, name: str, content: str | bytes) -> Path:
        """Write a file."""
        data = content.encode() if isinstance(content, str) else content
        (self.path / name).write_bytes(data)
        return self.path / name

    def read(self, content: str | bytes, options: ReadOptions | None = None, **files) -> History:
        """Read a sales file with this content."""
        path = self.write("sales.csv", content)
        return read_history(
            path, date="day", store="shop", sku="item", units="sold", options=options, **files
        )

    def rows(self, *rows: str, options: ReadOptions | None = None, **files) -> History:
        """Read a sales file with these rows."""
        return self.read("\n".join([HEADER, *rows]) + "\n", options, **files)


@pytest.fixture
def folder(tmp_path):
    """A folder of its own for each test."""
    return Folder(tmp_path)


@pytest.fixture(scope="session")
def by_number() -> History:
    """The example with calendar and prices."""
    return read_history(
        EXAMPLES / "sales_by_number.csv",
        date="date",
        store="store_id",
        sku="item_id",
        units="cnt",
        calendar=EXAMPLES / "sales_by_number_calendar.csv",
        calendar_key="date_id",
        prices=EXAMPLES / "sales_by_number_prices.csv",
    )


@pytest.fixture(scope="session")
def by_date() -> History:
    """The example with dates in the sales file."""
    return read_history(
        EXAMPLES / "sales_by_date.csv", date="date", store="store", sku="item", units="sales"
    )
