"""The written case: its figures are those of the plan, and it is written whole or not at all."""

from __future__ import annotations

import csv
import os
import re
import tomllib
from pathlib import Path

import numpy as np
import pytest

from inventory_hmarl import load_case, simulate
from inventory_hmarl.calibration import (
    Assumptions,
    Series,
    case_from_history,
    plan_case,
)

ASSUMED = Assumptions(calibration_days=30)


def written(history, folder, assumptions=None):
    """The case file of a history, parsed."""
    return tomllib.loads(case_from_history(history, folder, assumptions).read_text())


def replayed(folder):
    """The rows of the replayed demand."""
    with (folder / "demand.csv").open(newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.mark.parametrize("name", ["by_number", "by_date"])
def test_the_case_holds_the_plan(request, tmp_path, name):
    """Stores, assortments, levels, opening stock and days are those of the plan."""
    history = request.getfixturevalue(name)
    plan = plan_case(history)
    case = written(history, tmp_path)
    assert (case["days"], case["warmup_days"]) == (plan.days, plan.warmup_days)
    assert case["demand"] == {"distribution": "replay", "file": "demand.csv"}
    assert list(case["skus"]) == list(history.skus)
    carried = {Series(store, sku) for store, one in case["stores"].items() for sku in one["skus"]}
    assert carried == set(history.series)
    for (store, sku), levels in plan.store_levels.items():
        policy = case["stores"][store]["policy"]
        assert policy["rule"] == "s_S"
        assert policy["reorder_point"][sku] == levels.reorder_point
        assert policy["order_up_to"][sku] == levels.order_up_to
        assert case["stores"][store]["initial_inventory"][sku] == levels.order_up_to
    for sku, levels in plan.warehouse_levels.items():
        assert case["warehouses"]["warehouse_1"]["policy"]["order_up_to"][sku] == levels.order_up_to
    assert len(case["lanes"]) == len(history.stores) + 1


@pytest.mark.parametrize("name", ["by_number", "by_date"])
def test_the_replay_is_the_rest_of_the_history(request, tmp_path, name):
    """Every unit after the first year is replayed on its day, and rows of zero are left out."""
    history = request.getfixturevalue(name)
    case_from_history(history, tmp_path)
    number = {series: index for index, series in enumerate(history.series)}
    found = np.zeros((len(number), history.days - 365))
    rows = replayed(tmp_path)
    for row in rows:
        found[number[row["store"], row["sku"]], int(row["day"]) - 1] += int(row["units"])
    assert np.array_equal(found, history.daily(history.days)[:, 365:])
    assert all(row["units"] != "0" for row in rows)


@pytest.mark.parametrize("name", ["by_number", "by_date"])
def test_the_case_runs_and_meets_its_history(request, tmp_path, name):
    """A run of the written case sees, in every series, the units of the history after warm-up."""
    history = request.getfixturevalue(name)
    case = load_case(case_from_history(history, tmp_path))
    run = simulate(case, checked=True)
    late = history.daily(history.days)[:, 365 + case.warmup_days :]
    assert run.figures()["total_demand"].sum() == late.sum()
    carried = {Series(store, sku) for store in case.stores for sku in case.carried(store)}
    assert carried == set(history.series)
    assert 0.8 < run.figures()["unit_fill_rate"].item() <= 1


def test_costs_come_from_prices_and_stated_assumptions(by_number, tmp_path):
    """Price, cost, holding and penalty follow from the mean price of the SKU."""
    sku = written(by_number, tmp_path)["skus"]["north_002"]
    price = by_number.prices.mean["north_002"]
    assert 8 < price < 8.1
    assert sku["unit_price"] == pytest.approx(price, rel=1e-5)
    assert sku["unit_cost"] == pytest.approx(0.7 * price, rel=1e-5)
    assert sku["holding_cost"] == pytest.approx(0.7 * price * 0.25 / 365, rel=1e-5)
    assert sku["stockout_penalty"] == pytest.approx(0.3 * price, rel=1e-5)
    assert sku["ordering_cost"] == 1


def test_comments_say_source_and_assumptions(by_date, tmp_path):
    """A reader of the case finds where the figures come from, in lines that fit a screen."""
    text = case_from_history(by_date, tmp_path).read_text()
    comments = [line for line in text.splitlines() if line.startswith("#")]
    assert all(len(line) <= 100 for line in comments)
    joined = "\n".join(comments)
    for words in (
        "Silver, Pyke and Thomas",
        "margin 0.3",
        "0.25 a year",
        "365 days (2023-01-02",
        "2024-01-02",
    ):
        assert words in joined


def test_unmet_demand_is_written(by_date, tmp_path):
    """Stores keep the customers waiting where the assumption says so."""
    case = written(by_date, tmp_path, Assumptions(unmet_demand="backordered"))
    assert {store["unmet_demand"] for store in case["stores"].values()} == {"backordered"}


def test_strange_ids_survive(folder, tmp_path):
    """Ids with quotes, dots, numbers, umlauts or our own names are kept, and stay unique."""
    stores = ['a "b".c', "7", "warehouse_1", "supplier_1", "Köln\\"]
    rows = [
        f'2024-{1 + day // 28:02}-{1 + day % 28:02},"{store.replace(chr(34), chr(34) * 2)}",é#1,2'
        for store in stores
        for day in range(60)
    ]
    case = written(folder.rows(*rows), tmp_path / "case", ASSUMED)
    assert set(case["stores"]) == set(stores)
    assert list(case["warehouses"]) == ["warehouse_2"]
    assert list(case["suppliers"]) == ["supplier_2"]
    assert {row["store"] for row in replayed(tmp_path / "case")} == set(stores)


def test_series_without_a_later_row_are_left_out(folder, tmp_path):
    """A series that ends within the calibration is neither carried nor replayed."""
    long = [f"2024-{1 + day // 28:02}-{1 + day % 28:02},a,x,2" for day in range(60)]
    case = written(folder.rows(*long, "2024-01-01,b,y,9"), tmp_path / "case", ASSUMED)
    assert list(case["stores"]) == ["a"]
    assert list(case["skus"]) == ["x"]


def test_half_units_make_a_continuous_case(folder, tmp_path):
    """Units with decimals are replayed as they are, in a continuous case."""
    rows = [f"2024-{1 + day // 28:02}-{1 + day % 28:02},a,x,2.25" for day in range(60)]
    assert written(folder.rows(*rows), tmp_path / "case", ASSUMED)["units"] == "continuous"
    assert {row["units"] for row in replayed(tmp_path / "case")} == {"2.25"}


def test_an_existing_case_is_kept_unless_forced(by_date, by_number, tmp_path):
    """A case is not overwritten by accident; with force it is replaced whole."""
    case_from_history(by_date, tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(FileExistsError, match=r"case\.toml exists already"):
        case_from_history(by_number, tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
    case_from_history(by_number, tmp_path, force=True)
    assert {row["store"] for row in replayed(tmp_path)} == {"north", "south"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["case.toml", "demand.csv"]


@pytest.mark.parametrize("fails", ["demand.csv", "case.toml"])
def test_a_failed_write_leaves_nothing_behind(by_date, tmp_path, monkeypatch, fails):
    """When a rename fails, no case and no temporary file stay in the folder."""
    replace = Path.replace

    def broken(self, target):
        if target.name == fails:
            raise OSError("disk gone")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", broken)
    with pytest.raises(OSError, match="disk gone"):
        case_from_history(by_date, tmp_path)
    assert not (tmp_path / "case.toml").exists()
    assert not list(tmp_path.glob("*.tmp"))
    assert not list(tmp_path.glob(".*"))


def test_a_failed_sync_keeps_the_old_case(by_date, tmp_path, monkeypatch):
    """When the disk is full, the case that was there is still there."""
    case_from_history(by_date, tmp_path)
    before = (tmp_path / "case.toml").read_bytes()

    def full(handle):
        raise OSError("no space")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="no space"):
        case_from_history(by_date, tmp_path, force=True)
    assert (tmp_path / "case.toml").read_bytes() == before
    assert len(list(tmp_path.iterdir())) == 2


def test_the_same_history_writes_the_same_bytes(by_number, tmp_path):
    """Nothing in a case depends on when or where it was written."""
    files = []
    for name in ("one", "two"):
        case_from_history(by_number, tmp_path / name)
        files.append(
            [(tmp_path / name / file).read_bytes() for file in ("case.toml", "demand.csv")]
        )
    assert files[0] == files[1]


def test_the_example_files_are_what_the_formula_makes(tmp_path):
    """The example files are made by the script beside them, byte for byte."""
    folder = Path(__file__).parents[2] / "examples" / "history"
    names: dict[str, object] = {"__name__": "make", "__file__": str(folder / "make.py")}
    # The folder is no package: run the script as a user would, without writing its files.
    exec(compile((folder / "make.py").read_text(), "make.py", "exec"), names)
    made = names["with_dates"]() | names["with_calendar"]()
    assert set(made) == {path.name for path in folder.glob("*.csv")}
    for name, rows in made.items():
        assert (folder / name).read_text() == "\n".join(rows) + "\n"
        assert re.fullmatch(r"[a-z_]+\.csv", name)
