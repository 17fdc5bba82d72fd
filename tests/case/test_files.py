"""Cases and recorded demand in files."""

import json
import time

import numpy as np
import pytest

from inventory_hmarl.case import (
    CaseError,
    case_from_dict,
    case_hash,
    case_to_dict,
    dump_toml,
    load_case,
    starter_case,
)
from inventory_hmarl.case.reading import files


def refusal(path):
    """Return why a file is refused."""
    with pytest.raises(CaseError) as caught:
        load_case(path)
    return str(caught.value)


def test_toml_and_json_give_the_same_case(tmp_path, default_data):
    """The starter case reads the same from TOML, JSON, and TOML with Windows line ends."""
    (tmp_path / "case.toml").write_text(starter_case(), encoding="utf-8")
    (tmp_path / "crlf.TOML").write_bytes(starter_case().replace("\n", "\r\n").encode("utf-8-sig"))
    (tmp_path / "case.json").write_text(json.dumps(default_data), encoding="utf-8")
    assert load_case(str(tmp_path / "case.toml")) == load_case(tmp_path / "case.json")
    assert load_case(tmp_path / "case.toml") == load_case(tmp_path / "crlf.TOML")


BROKEN = [
    ("case.yaml", b"", "must end in .toml, .json or .xlsx"),
    ("case.toml", b"days = \n", "at line 1"),
    ("case.toml", b"days = 1\ndays = 2\n", "at line 2"),
    ("case.toml", b"\xff\xfe", "is not text in UTF-8"),
    ("case.toml", b"days = " + b"9" * 5000, "cannot be understood"),
    ("case.toml", b"x = " + b"[" * 20000, "nested too deeply"),
    ("case.json", b'{"days": }', "line 1 column"),
    ("case.json", b"", "line 1 column"),
    ("case.json", b'{"days": NaN}', "NaN is not a number"),
    ("case.json", b'{"days": -Infinity}', "-Infinity is not a number"),
    ("case.json", b'{"days": 1, "days": 2}', "the key 'days' is there twice"),
    ("case.json", b'{"days": ' + b"9" * 5000 + b"}", "cannot be understood"),
    ("case.json", b"[" * 200_000, "nested too deeply"),
    ("case.json", b"[]", "case = []: must be a table of settings"),
]


@pytest.mark.parametrize(("name", "content", "text"), BROKEN, ids=lambda each: str(each)[:30])
def test_files_that_are_no_case_are_refused(tmp_path, name, content, text):
    """A file that cannot be understood is refused, with the line where there is one."""
    (tmp_path / name).write_bytes(content)
    assert text in refusal(tmp_path / name)


def test_files_that_cannot_be_read_are_refused(tmp_path, monkeypatch):
    """A missing, too large or non-regular file is refused before it is read."""
    assert "there is no such file" in refusal(tmp_path / "none.toml")
    (tmp_path / "folder.toml").mkdir()
    assert "is not a file" in refusal(tmp_path / "folder.toml")
    assert "cannot be read" in refusal(tmp_path / "a\0b.toml")
    with (tmp_path / "large.toml").open("wb") as stream:
        stream.truncate(files.LARGEST_CASE + 1)
    assert "at most 67,108,864 are read" in refusal(tmp_path / "large.toml")

    def fail(path):
        raise PermissionError(13, "Permission denied")

    (tmp_path / "case.toml").write_text("days = 1")
    monkeypatch.setattr("pathlib.Path.read_bytes", fail)
    assert "cannot be read: Permission denied" in refusal(tmp_path / "case.toml")


@pytest.fixture
def replay(data, tmp_path):
    """Give the function that writes rows of demand, and a case that replays them."""

    def write(text, **changes):
        (tmp_path / "demand.csv").write_text(text, encoding="utf-8")
        data["demand"] = {"distribution": "replay", "file": "demand.csv"}
        data["days"] = 3
        data.update(changes)
        path = tmp_path / "case.json"
        path.write_text(json.dumps(data), encoding="utf-8")
        return path

    return write


HEAD = "day,store,sku,units\n"
GOOD = HEAD + "1,shop,milk,3\n3,shop,milk,0\n2,shop,tea,7\n"


def test_recorded_demand_is_read(replay):
    """What the file says is what is asked for; what it does not say is 0."""
    case = load_case(replay(GOOD))
    assert case.replay_units("shop", "milk").tolist() == [3, 0, 0]
    assert case.replay_units("shop", "tea").tolist() == [0, 7, 0]
    assert case.replay_units("shop", "tea").dtype == np.float64
    assert case.changed(days=2, warmup_days=1).replay_units("shop", "tea").tolist() == [0, 7]


def test_columns_may_come_in_any_order_with_others(replay):
    """Columns are found by name; others are left alone."""
    text = "units,note,sku,store,day\n4,x,milk,shop,3\n"
    assert load_case(replay(text)).replay_units("shop", "milk").tolist() == [0, 0, 4]


ROWS = [
    ("", "demand.csv: is empty."),
    ("day,store,sku\n", "demand.csv, row 1 = ['day', 'store', 'sku']: column 'units' is missing."),
    ("day,store,sku,unit\n", "column 'units' is missing; 'unit' may be meant by it."),
    ("day,day,store,sku,units\n", "column 'day' is there twice."),
    (GOOD + "1,shop,milk\n", "row 5 = ['1', 'shop', 'milk']: has 3 columns; the first row has 4."),
    (GOOD + "0,shop,milk,1\n", "row 5, column 'day' = '0': must be a whole number from 1"),
    (GOOD + "1.5,shop,milk,1\n", "row 5, column 'day' = '1.5': must be a whole number from 1"),
    (GOOD + "2,shop,milk,many\n", "row 5, column 'units' = 'many': must be a number."),
    (GOOD + "2,shop,milk,\n", "row 5, column 'units' = '': must be a number."),
    (GOOD + "2,shop,milk,1_0\n", "row 5, column 'units' = '1_0': must be a number."),
    (GOOD + "2,shop,milk,nan\n", "row 5, column 'units' = 'nan': must be a finite number."),
    (GOOD + "2,shop,milk,-1\n", "row 5, column 'units' = '-1': must be at least 0."),
    (GOOD + "2,shop,milk,1e300\n", "row 5, column 'units' = '1e300': must be at most 1e+09."),
    (GOOD + "2,shop,milk,2.5\n", "'2.5': must be a whole number, because units are whole."),
    (GOOD + "2,sop,milk,1\n", "row 5, column 'store' = 'sop': is not the id of a store. Did you"),
    (GOOD + "2,shop,mlk,1\n", "row 5, column 'sku' = 'mlk': is not the id of a SKU. Did you mean"),
    (GOOD + "2,shop,tea,1\n", "row 5: has day 2 of 'shop', 'tea' again, as row 4."),
    (HEAD + "2,shop,tea,1\n", "demand.file = 'demand.csv': ends on day 2, before day 3"),
    (GOOD + "2,shop,tea,\0\n", "row 5"),
    (GOOD + "2,shop,tea," + "9" * 200_000, "cannot be read: field larger than field limit"),
]


@pytest.mark.parametrize(("text", "said"), ROWS, ids=lambda each: each[-30:])
def test_damaged_records_are_explained(replay, text, said):
    """A fault of recorded demand is told with its row and column."""
    assert said in refusal(replay(text))


def test_all_faults_of_a_record_come_at_once(replay):
    """Rows with different faults are told together, and beside faults of the case."""
    told = refusal(replay(GOOD + "x,shop,milk,1\n2,sop,milk,-1\n", seed=-1)).splitlines()
    assert len(told) == 4


def test_a_column_of_text_makes_no_endless_message(replay):
    """Of thousands of faults in one file, some are shown and the others counted."""
    rows = "".join(f"{day},shop,milk,x\n" for day in range(1, 5001))
    told = refusal(replay(HEAD + rows)).splitlines()
    assert told[-1] == "demand.csv: has 4,980 more faults like these."
    assert len(told) == 21


def test_an_undecodable_record_is_refused(replay, tmp_path):
    """A record that is not UTF-8 is a fault."""
    path = replay(GOOD)
    (tmp_path / "demand.csv").write_bytes(GOOD.encode() + b"\xff")
    assert "cannot be read" in refusal(path)


def test_a_row_for_a_sku_that_is_not_carried_is_refused(replay, data):
    """Demand for what a store does not sell is a fault."""
    data["stores"]["shop"]["skus"] = ["milk"]
    data["skus"].pop("tea")
    data["skus"]["tea"] = {"base_demand": 1}
    data["stores"]["kiosk"] = {**data["stores"]["shop"], "skus": ["tea"]}
    data["lanes"].append({"source": "depot", "destination": "kiosk", "lead_time": 1})
    assert "column 'sku' = 'tea': is not carried by store 'shop'." in refusal(replay(GOOD))


def test_inline_units_take_the_place_of_the_file(replay, tmp_path):
    """A case written out with its records needs no file, and asks for the same."""
    case = load_case(replay(GOOD))
    again = case_from_dict(case_to_dict(case, inline=True), tmp_path / "nowhere")
    for sku in case.skus:
        assert (again.replay_units("shop", sku) == case.replay_units("shop", sku)).all()
    (tmp_path / "again.toml").write_text(dump_toml(case, inline=True), encoding="utf-8")
    assert load_case(tmp_path / "again.toml") == again


def test_the_hash_covers_recorded_demand(replay):
    """One more unit in the file is another hash; the order of rows is not."""
    head, *rows = GOOD.splitlines(keepends=True)
    first = case_hash(load_case(replay(GOOD)))
    assert case_hash(load_case(replay(head + "".join(reversed(rows))))) == first
    assert case_hash(load_case(replay(GOOD.replace("7", "8")))) != first


def test_long_records_are_read_fast(replay, data):
    """40 series of 1,000 days are read in about a tenth of a second; the bound is generous."""
    data["skus"] = {f"sku_{number}": {} for number in range(40)}
    rows = (
        f"{day},shop,sku_{number},{day % 7}\n" for day in range(1, 1001) for number in range(40)
    )
    path = replay(HEAD + "".join(rows))
    start = time.perf_counter()
    case = load_case(path)
    assert time.perf_counter() - start < 5
    assert case.recorded["demand.csv"].series["shop", "sku_3"].dtype == np.uint8
