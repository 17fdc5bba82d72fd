"""The command line: figures on standard output, mistakes in a line, never a traceback."""

import json
import os
import subprocess
import sys

import pytest

from inventory_hmarl._version import __version__
from inventory_hmarl.case import starter_case
from inventory_hmarl.cli import main
from inventory_hmarl.scenarios import SCENARIOS


@pytest.fixture
def run(capsys):
    """Run a command line; return status, standard output and standard error."""

    def run(*words):
        with pytest.raises(SystemExit) as ended:
            main(list(map(str, words)), prog_name="inventory-hmarl")
        output = capsys.readouterr()
        return ended.value.code, output.out, output.err

    return run


@pytest.fixture
def case(tmp_path):
    """The path of the starter case."""
    path = tmp_path / "case.toml"
    path.write_text(starter_case(), encoding="utf-8")
    return path


def test_version_and_help(run):
    """`--version` says the version; without a command, the commands are listed."""
    assert run("--version") == (0, f"inventory-hmarl, version {__version__}\n", "")
    for words in ((), ("--help",)):
        status, out, _ = run(*words)
        assert status == 0
        assert all(
            name in out for name in ("check", "compare", "new", "run", "scenarios", "schema")
        )


@pytest.mark.parametrize("name", ["check", "compare", "new", "run", "scenarios", "schema"])
def test_each_command_has_help(run, name):
    """Each command says what it does."""
    status, out, err = run(name, "--help")
    assert (status, err) == (0, "")
    assert len(out.splitlines()) > 4


def test_a_run_says_why_units_were_missing(run, case):
    """`--why` names places and reasons; beside a JSON document it goes to the other stream."""
    status, out, err = run("run", case, "--days", 60, "--quiet", "--why")
    lines = [line for line in out.splitlines() if "units missing of" in line]
    assert (status, err) == (0, "")
    assert 1 <= len(lines) <= 3
    assert all("% of them: " in line for line in lines)
    _, out, err = run("run", case, "--days", 60, "--json", "--why")
    assert json.loads(out)
    assert err.splitlines() == lines


def test_a_run_prints_tables(run, case):
    """A run prints figures of the network, of locations and of SKUs, and nothing else."""
    status, out, err = run("run", case, "--days", 20)
    assert (status, err) == (0, "")
    assert all(text in out for text in ("Total cost", "store_1", "warehouse_1", "milk"))


def test_a_quiet_run_is_one_line(run, case):
    """`--quiet` prints the key figures alone."""
    status, out, err = run("run", case, "--days", 20, "--quiet")
    assert (status, err, len(out.splitlines())) == (0, "", 1)


def test_json_is_one_document(run, case):
    """`--json` prints one document with what was run and its figures, and nothing else."""
    status, out, err = run("run", case, "--days", 20, "--seed", 3, "--replications", 4, "--json")
    content = json.loads(out)
    assert (status, err) == (0, "")
    assert (content["days"], content["seed"], content["replications"]) == (20, 3, 4)
    assert content["network"]["total_cost"]["half_width"] > 0
    assert content["locations"]["warehouse_1"]["unit_fill_rate"]["mean"] is None


def test_options_change_the_run(run, case):
    """Days, seed and scenarios change what comes out."""
    seen = [
        run("run", case, "--quiet", *words)[1]
        for words in (
            (),
            ("--days", 30),
            ("--seed", 5),
            ("--scenario", "spike"),
            ("--scenario", "spike+supplier_delay"),
        )
    ]
    assert len(set(seen)) == len(seen)


def test_scenarios_combine_in_both_ways(run, case):
    """`a+b` is the same as giving `a` and `b`."""
    words = ("run", case, "--quiet", "--scenario")
    together = run(*words, "spike+supplier_delay")
    assert run(*words, "spike", "--scenario", "supplier_delay") == together


def test_a_checked_run_gives_the_same(run, case):
    """`--checked` asserts the laws and changes no figure."""
    words = ("run", case, "--days", 20, "--quiet")
    assert run(*words, "--checked") == run(*words)


def test_results_can_be_made_again(run, case, tmp_path, monkeypatch):
    """The manifest's command, in the results folder, makes the same files."""
    out = tmp_path / "out"
    words = ("--days", 20, "--scenario", "spike", "--replications", 2, "--events")
    assert run("run", case, *words, "--out", out)[0] == 0
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    command = json.loads((out / "manifest.json").read_text())["command"].split()
    for path in out.iterdir():
        if path.name != "case.json":
            path.unlink()
    (out / "case.json").rename(tmp_path / "again.json")
    monkeypatch.chdir(out)
    command[command.index("case.json")] = "../again.json"
    assert run(*command[1:])[0] == 0
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before


def test_a_folder_of_another_case_is_kept(run, case, tmp_path):
    """Results of another case are replaced with --force alone."""
    out, other = tmp_path / "out", tmp_path / "other.toml"
    other.write_text(starter_case().replace("warmup_days = 7", "warmup_days = 8"))
    assert run("run", case, "--days", 20, "--out", out)[0] == 0
    status, _, err = run("run", other, "--days", 20, "--out", out)
    assert (status, len(err.splitlines())) == (2, 1)
    assert str(out) in err
    assert run("run", other, "--days", 20, "--out", out, "--force")[0] == 0


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("--days -5", "--days -5"),
        ("--days 0", ">= 1"),
        ("--days 3", "warm-up"),
        ("--days 3.5", "whole number"),
        ("--seed x", "--seed x"),
        ("--seed -1", ">= 0"),
        ("--seed 99999999999999999999", "<="),
        ("--replications 0", ">= 1"),
        ("--replications 99999999 --days 3000", "GiB"),
        ("--scenario spkie", "'spike'"),
        ("--scenario spike+", "must be one of"),
        ("--events", "--out"),
        ("--dayz 3", "--days"),
    ],
)
def test_a_mistake_is_one_line(run, case, words, expected):
    """A bad value ends with status 2 and one line that names it, or what is allowed."""
    status, out, err = run("run", case, *words.split())
    assert (status, out, len(err.splitlines())) == (2, "", 1)
    assert expected in err


def test_an_unknown_command_names_the_nearest(run):
    """A slip in a command's name is answered with the name that is meant."""
    status, _, err = run("chekc")
    assert (status, len(err.splitlines())) == (2, 1)
    assert "Did you mean 'check'?" in err


@pytest.mark.parametrize("name", ["run", "check"])
def test_a_file_that_is_not_there(run, tmp_path, name):
    """A path without a file is told in a line."""
    status, _, err = run(name, tmp_path / "none.toml")
    assert (status, len(err.splitlines())) == (2, 1)
    assert "none.toml" in err


def test_a_folder_that_cannot_be_written_is_named(run, case, tmp_path):
    """Where a file stands in the way of the folder, its path is in the error."""
    status, _, err = run("run", case, "--days", 20, "--out", case / "out")
    assert (status, len(err.splitlines())) == (2, 1)
    assert str(case) in err


def test_check_tells_all_faults(run, tmp_path):
    """`check` prints every fault of a case."""
    path = tmp_path / "bad.toml"
    text = starter_case().replace("warmup_days = 7", "warmup_days = 900")
    path.write_text(text.replace("base_demand", "base_demnd"), encoding="utf-8")
    status, out, err = run("check", path)
    assert (status, out) == (2, "")
    assert "warmup_days" in err
    assert err.count("Did you mean 'base_demand'") == 4


def test_check_warns_of_bent_demand(run, tmp_path):
    """`check` and `run` warn on standard error where demand is not what its formula says."""
    path = tmp_path / "noisy.toml"
    text = starter_case()
    path.write_text(text.replace("demand_std = ", "demand_std = 9"), encoding="utf-8")
    for words in (("check", path), ("run", path, "--days", 20)):
        status, out, err = run(*words)
        assert status == 0
        assert out
        assert len(err.splitlines()) == 1
        assert "%" in err
        assert "realised" in err


def test_check_sums_up(run, case):
    """`check` says of a good case what it holds, in one line."""
    status, out, err = run("check", case)
    assert (status, err, len(out.splitlines())) == (0, "", 1)
    assert "3 stores, 1 warehouse, 1 supplier" in out


def test_scenarios_lists_all(run):
    """`scenarios` lists each registered scenario with its parameters."""
    assert all(name in run("scenarios")[1] for name in SCENARIOS)
    content = json.loads(run("scenarios", "--json")[1])
    assert set(content) == set(SCENARIOS)
    assert content["spike"]["parameters"]["multiplier"] == 2.5


def test_schema_is_a_json_schema(run):
    """`schema` prints the schema of case files."""
    content = json.loads(run("schema")[1])
    assert "skus" in content["properties"]


def test_new_writes_a_case_that_runs_and_keeps_what_is_there(run, tmp_path, monkeypatch):
    """A starter case passes its check; a file that exists is replaced with --force alone."""
    monkeypatch.chdir(tmp_path)
    assert run("new")[0] == 0
    assert run("check", "case.toml")[0] == 0
    (tmp_path / "case.toml").write_text("mine")
    status, _, err = run("new")
    assert (status, len(err.splitlines())) == (2, 1)
    assert "--force" in err
    assert (tmp_path / "case.toml").read_text() == "mine"
    assert run("new", "--force")[0] == 0
    assert (tmp_path / "case.toml").read_text(encoding="utf-8") == starter_case()


@pytest.fixture
def history(tmp_path):
    """The path of a short history of sales."""
    rows = ["day,shop,article,sold"]
    for day in range(100):
        date = f"2024-{1 + day // 28:02}-{1 + day % 28:02}"
        rows += [f"{date},{shop},tea,{day % 7}" for shop in ("north", "south")]
    path = tmp_path / "sales.csv"
    path.write_text("\n".join(rows) + "\n")
    return path


COLUMNS = ("--date", "day", "--store", "shop", "--sku", "article", "--units", "sold")


def test_a_history_becomes_a_case_that_runs(run, history, tmp_path):
    """`new --history` tells what it found and writes a case; with options for its assumptions."""
    folder = tmp_path / "shop"
    status, out, err = run("new", folder, "--history", history, *COLUMNS, "--store-lead-time", 3)
    assert (status, err) == (0, "")
    assert "200" in out
    assert run("run", folder / "case.toml", "--quiet")[0] == 0
    assert "lead_time = 3" in (folder / "case.toml").read_text()
    assert run("new", folder, "--history", history, *COLUMNS)[0] == 2
    assert run("new", folder / "case.toml", "--history", history, *COLUMNS, "--force")[0] == 0


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ((*COLUMNS[:-1], "solf"), "'sold'"),
        (COLUMNS[:-2], "--units"),
        ((*COLUMNS, "--margin", "3"), "--margin = 3.0"),
        ((*COLUMNS, "--margin", "x"), "--margin"),
        ((*COLUMNS, "--calendar", "c.csv"), "--calendar-key"),
    ],
)
def test_a_mistake_in_an_import_is_one_line(run, history, tmp_path, words, expected):
    """A column that is not there, or an assumption that cannot be, is told in one line."""
    status, _, err = run("new", tmp_path / "shop", "--history", history, *words)
    assert (status, len(err.splitlines())) == (2, 1)
    assert expected in err
    assert not (tmp_path / "shop").exists()


def test_import_options_without_a_history_are_refused(run, tmp_path):
    """Options of the import do nothing for a starter case, and so are an error."""
    status, _, err = run("new", tmp_path / "case.toml", "--units", "sold")
    assert (status, len(err.splitlines())) == (2, 1)
    assert "--history" in err


def test_a_full_pipe_and_an_odd_encoding_do_no_harm(case):
    """A reader that stops early, and a terminal without our letters, are no errors."""
    command = f"{sys.executable} -m inventory_hmarl run {case} --days 20 --replications 2"
    environment = os.environ | {"PYTHONIOENCODING": "ascii"}
    result = subprocess.run(
        f"{command} | head -2", shell=True, env=environment, capture_output=True, check=False
    )
    assert (result.returncode, result.stderr) == (0, b"")


def test_an_interrupt_ends_with_130(run, case, monkeypatch):
    """Ctrl-C ends a run with status 130, one word and no traceback."""

    def interrupted(*arguments, **settings):
        raise KeyboardInterrupt

    monkeypatch.setattr(sys.modules["inventory_hmarl.simulation"], "simulate", interrupted)
    status, out, err = run("run", case)
    assert (status, out, err.split()) == (130, "", ["interrupted"])


def test_a_workbook_goes_in_and_comes_out(run, tmp_path):
    """A planner's workbook is written, run, and answered with a workbook; faults end with 2."""
    from openpyxl import load_workbook

    plan, results = tmp_path / "plan.xlsx", tmp_path / "results.xlsx"
    assert run("new", plan)[0] == 0
    words = ("run", plan, "--days", 20, "--quiet", "--out", results)
    assert run(*words)[0] == 0
    names = ["about", "kpis", "locations", "skus", "points", "daily"]
    assert load_workbook(results).sheetnames == names
    status, _, err = run(*words)
    assert (status, "--force replaces it" in err) == (2, True)
    assert run(*words, "--events")[0] == 2
    status, _, _ = run("export", plan, tmp_path / "tables")
    assert status == 0
    assert run("check", tmp_path / "tables")[0] == 0
    assert run("check", results)[0] == 2
