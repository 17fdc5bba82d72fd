"""Cases as workbooks and folders of CSV tables: there and back, and faults by sheet and row."""

import csv
import sys
import tomllib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from inventory_hmarl.case import (
    CaseError,
    case_from_dict,
    case_hash,
    case_to_dict,
    default_case,
    load_case,
    starter_case,
)
from inventory_hmarl.extras import MissingExtra
from inventory_hmarl.reports.manifest import Request
from inventory_hmarl.reports.workbook import write_case, write_workbook
from inventory_hmarl.testing.strategies import cases

KINDS = ("plan.xlsx", "tables")
EVERYTHING = Path(__file__).parents[2] / "examples" / "cases" / "everything.toml"


@pytest.fixture(params=KINDS)
def place(request, tmp_path):
    """Where to write tables of each kind."""
    return tmp_path / request.param


@given(data=cases())
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_tables_give_back_every_case(data, tmp_path_factory):
    """A case that is written as a workbook or a folder and read again is the same."""
    case, folder = case_from_dict(data), tmp_path_factory.mktemp("case")
    for name in KINDS:
        write_case(case, folder / name)
        again = load_case(folder / name)
        assert again == case
        assert case_hash(again) == case_hash(case)


def test_tables_give_back_the_case_of_everything(place):
    """The example that has all features, spans with places and SKUs among them, comes back."""
    case = load_case(EVERYTHING)
    write_case(case, place)
    assert load_case(place) == case
    assert case.cost_changes[0].locations


def test_tables_give_back_the_very_text(place):
    """The text of a case, whose hash manifests and reports show, is that of its tables' case."""
    case = case_from_dict(tomllib.loads(starter_case()))
    write_case(case, place)
    assert Request(load_case(place)).case_hash == Request(case).case_hash


@pytest.mark.parametrize("name", ["plan.xls", "plan.CSV", "plan.toml"])
def test_no_folder_has_the_name_of_another_file(tmp_path, name):
    """Tables are a workbook .xlsx or a folder: a name that looks like another file is refused."""
    with pytest.raises(OSError, match=r"plan\.xlsx"):
        write_case(default_case(), tmp_path / name)
    assert not any(tmp_path.iterdir())


def test_ids_survive_what_a_spreadsheet_makes_of_them(place):
    """Ids that look like numbers, formulas or lists stay the text that they are."""
    data = case_to_dict(default_case())
    names = dict(zip(data["skus"], ["=1+1", "007", "a, b; c", "TRUE"], strict=True))
    data["skus"] = {names[sku]: each for sku, each in data["skus"].items()}
    for location in (*data["stores"].values(), *data["warehouses"].values()):
        for level in (location, location["policy"]):
            for setting, value in level.items():
                if isinstance(value, dict) and set(value) <= set(names):
                    level[setting] = {names[sku]: each for sku, each in value.items()}
    case = case_from_dict(data | {"title": "12", "seed": 2**63 - 1})
    write_case(case, place)
    assert load_case(place) == case


def test_recorded_demand_goes_into_the_tables(place, tmp_path):
    """Demand of a file is written out, so that the tables stand by themselves."""
    data = case_to_dict(default_case())
    store, sku = next(iter(data["stores"])), next(iter(data["skus"]))
    (tmp_path / "sales.csv").write_text(
        f"day,store,sku,units\n2,{store},{sku},5\n90,{store},{sku},1\n"
    )
    data["skus"][sku]["demand"] = {"distribution": "replay", "file": "sales.csv"}
    case = case_from_dict(data, tmp_path)
    write_case(case, place)
    again = load_case(place)
    assert again.replay_units(store, sku).tolist() == case.replay_units(store, sku).tolist()


def changed(folder, table, change):
    """Change the rows of a CSV table."""
    path = folder / f"{table}.csv"
    rows = list(csv.reader(path.read_text(encoding="utf-8").splitlines()))
    change(rows)
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(rows)


def set_cell(row, column, value):
    """Return what sets a cell; rows count from 1, the head."""

    def change(rows):
        rows[row - 1][rows[0].index(column)] = value

    return change


FAULTS = {
    "a number": ("skus", set_cell(2, "base_demand", "a dozen"), "skus.csv, row 2, column 'base_d"),
    "a head": ("lanes", set_cell(1, "lead_time", "lead_tme"), "Did you mean 'lead_time'?"),
    "a rule": ("stores", set_cell(3, "rule", "s_T"), "stores.csv, row 3, column 'rule' = 's_T'"),
    "a source": ("lanes", set_cell(2, "source", "nobody"), "lanes.csv, row 2, column 'source'"),
    "an id twice": ("stores", set_cell(3, "store", "store_1"), "is given already"),
    "a lane twice": ("lanes", lambda rows: rows.append(rows[1]), "is there twice, as in row 2"),
    "a setting": ("settings", lambda rows: rows.append(["dys", "3"]), "Did you mean 'days'?"),
    "no id": ("stores", set_cell(2, "store", ""), "row 2, column 'store': is required"),
    "a location": ("levels", set_cell(2, "location", "x"), "levels.csv, row 2, column 'location'"),
    "both": ("stores", set_cell(2, "initial_inventory", "5"), "leave one empty"),
    "a lane's name": (
        "lead_times",
        lambda rows: rows.append(["nowhere", "milk", "3"]),
        "lead_times.csv, row 2, column 'lane' = 'nowhere'",
    ),
    "a day": (
        "demand_units",
        lambda rows: rows.append(["", "milk", "1.5", "3"]),
        "demand_units.csv, row 2, column 'day'",
    ),
    "a store without a SKU": (
        "demand",
        lambda rows: rows.append(["store_1"] + [""] * (len(rows[0]) - 1)),
        "column 'sku': is required, because a store is named",
    ),
    "a stray cell": (
        "stores",
        lambda rows: rows[1].append("note"),
        "stands in a column without a name",
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_names_its_cell(fault, tmp_path):
    """A fault of a table names the file, the row, the column, and what to do."""
    table, change, expected = FAULTS[fault]
    write_case(default_case(), tmp_path)
    changed(tmp_path, table, change)
    with pytest.raises(CaseError) as caught:
        load_case(tmp_path)
    assert expected in str(caught.value)


def test_all_faults_come_at_once(tmp_path):
    """Faults of tables and of the case that they describe are told together."""
    write_case(default_case(), tmp_path)
    for name in ("a number", "a rule", "a source", "a setting"):
        changed(tmp_path, *FAULTS[name][:2])
    with pytest.raises(CaseError) as caught:
        load_case(tmp_path)
    assert all(FAULTS[n][2] in str(caught.value) for n in ("a number", "a rule", "a source"))


def test_a_workbook_s_fault_names_its_sheet(tmp_path):
    """A fault of a workbook names the file, the sheet, the row and the column."""
    from openpyxl import load_workbook

    path = tmp_path / "plan.xlsx"
    write_case(default_case(), path)
    book = load_workbook(path)
    book["skus"]["C2"] = -1
    book["lead_times"].title = "lead_tmes"
    book.create_sheet("my notes").append(["anything"])
    book.save(path)
    with pytest.raises(CaseError) as caught:
        load_case(path)
    first, second = str(caught.value).split("\n")
    assert first == "plan.xlsx, sheet 'lead_tmes': is not a known table. Did you mean 'lead_times'?"
    assert second == (
        "plan.xlsx, sheet 'skus', row 2, column 'base_demand' = -1: must be at least 0."
    )


@pytest.mark.parametrize("content", [b"", b"PK", b"not a workbook"])
def test_what_is_no_workbook_is_refused(content, tmp_path):
    """A file that is no workbook is told in one line."""
    path = tmp_path / "plan.xlsx"
    path.write_bytes(content)
    with pytest.raises(CaseError, match="no Excel workbook"):
        load_case(path)


def test_a_folder_without_tables_is_refused(tmp_path):
    """A folder that holds no table is told so, with the names of the tables."""
    with pytest.raises(CaseError, match=r"settings\.csv"):
        load_case(tmp_path)


def test_nothing_is_replaced_unasked(place):
    """Tables that are there stay, unless `force`."""
    write_case(default_case(), place)
    with pytest.raises(FileExistsError, match="--force"):
        write_case(default_case(), place)
    write_case(default_case(), place, force=True)


def test_a_missing_extra_is_named(monkeypatch, tmp_path):
    """Without openpyxl, a workbook's error says which extra to install; CSV needs none."""
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(MissingExtra, match=r'pip install "inventory-hmarl\[excel\]"'):
        write_case(default_case(), tmp_path / "plan.xlsx")
    write_case(default_case(), tmp_path / "tables")
    assert load_case(tmp_path / "tables") == default_case()


def test_a_table_too_long_for_excel_is_refused(monkeypatch, tmp_path):
    """What no sheet can hold is refused before anything is written."""
    monkeypatch.setattr("inventory_hmarl.reports.workbook.MOST_ROWS", 2)
    with pytest.raises(OSError, match="write a folder instead"):
        write_workbook(tmp_path / "a.xlsx", {"rows": [["a"], [1], [2]]})
    assert not list(tmp_path.iterdir())
