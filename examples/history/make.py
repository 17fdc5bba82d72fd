"""Make the sales files of this folder, by a formula: ``python examples/history/make.py``."""

from __future__ import annotations

import math
from datetime import date, timedelta
from pathlib import Path

HERE = Path(__file__).parent
DAYS = 460
FIRST_DAY = date(2023, 1, 2)
WEEK = (0.8, 0.8, 0.9, 1.0, 1.3, 1.5, 0.7)  # Monday first


def sold(series: int, day: int, mean: float) -> int:
    """Units sold on a day counted from 0: season x weekday x noise of period 101 days."""
    season = 1 + 0.25 * math.sin(2 * math.pi * day / 365)
    noise = 0.5 + (37 * day + 53 * series) % 101 / 100
    return int(mean * season * WEEK[day % 7] * noise)


def with_dates() -> dict[str, list[str]]:
    """Two stores that both carry two items; the date stands in the sales file."""
    rows = ["date,store,item,sales"]
    for series, (store, item, mean) in enumerate(
        [(1, 1, 12), (1, 2, 5), (2, 1, 20), (2, 2, 3)], start=1
    ):
        for day in range(DAYS):
            rows.append(f"{FIRST_DAY + timedelta(day)},{store},{item},{sold(series, day, mean)}")
    return {"sales_by_date.csv": rows}


def with_calendar() -> dict[str, list[str]]:
    """Each item in one store only; days are numbers, dates and weeks stand in a calendar file."""
    items = [("north_001", "north", 15, 2.5), ("north_002", "north", 2, 8.0)]
    items.append(("south_001", "south", 9, 4.2))
    sales = ["item_id,store_id,date_id,cnt"]
    prices = ["store_id,item_id,week,sell_price"]
    for series, (item, store, mean, price) in enumerate(items, start=1):
        first_sale = 40 if item == "north_002" else 0
        for day in range(DAYS):
            units = sold(series, day, mean) if day >= first_sale else 0
            sales.append(f"{item},{store},{day + 1},{units}")
        for week in range(first_sale // 7 + 1, DAYS // 7 + 2):
            prices.append(f"{store},{item},{week},{price + 0.1 * (week > 30):.2f}")
    calendar = ["date,week,date_id"]
    calendar += [f"{FIRST_DAY + timedelta(day)},{day // 7 + 1},{day + 1}" for day in range(DAYS)]
    return {
        "sales_by_number.csv": sales,
        "sales_by_number_calendar.csv": calendar,
        "sales_by_number_prices.csv": prices,
    }


if __name__ == "__main__":
    for name, rows in (with_dates() | with_calendar()).items():
        (HERE / name).write_text("\n".join(rows) + "\n", encoding="utf-8", newline="\n")
