"""`run --precision`: a share of the mean, or how the engine computes."""

import json
import sys

import pytest

from inventory_hmarl.case import starter_case
from inventory_hmarl.cli import main
from inventory_hmarl.studies import precision


@pytest.fixture
def run(capsys, tmp_path):
    """Run the starter case with some options; return status, standard output and error."""
    path = tmp_path / "case.toml"
    path.write_text(starter_case(), encoding="utf-8")

    def run(words):
        with pytest.raises(SystemExit) as ended:
            main(["run", str(path), *words.split()], prog_name="inventory-hmarl")
        output = capsys.readouterr()
        return ended.value.code, output.out, output.err

    return run


def test_a_share_replicates_until_it_is_reached(run):
    """Half-widths are within the share, and the document says how many replications that took."""
    words = "--days 40 --precision 5% --figure total_cost --figure unit_fill_rate --json"
    status, out, err = run(words)
    content = json.loads(out)
    assert (status, err) == (0, "")
    assert content["relative_precision"] == 0.05
    assert content["replications"] > 30
    cost = content["network"]["total_cost"]
    assert cost["half_width"] <= 0.05 / 1.05 * cost["mean"]


def test_what_is_not_reached_is_said(run):
    """With too few replications, or nothing to reach, a warning names the figures."""
    status, out, err = run("--days 30 --precision 1% --precision exact --replications 40")
    assert status == 0
    assert "over 40 replications" in out
    assert "total_cost (" in err
    assert "0 in every replication, so no precision is asked: backorder_days" in err


def test_the_folder_says_how_to_make_it_again(run, tmp_path):
    """The manifest's command gives the number of replications that were run."""
    out = tmp_path / "out"
    assert run(f"--days 40 --precision 5% --figure total_cost --out {out}")[0] == 0
    content = json.loads((out / "manifest.json").read_text())
    assert f"--replications {content['replications']}" in content["command"]
    assert (content["precision"], content["relative_precision"]) == ("exact", 0.05)


def test_a_short_warmup_is_told(run):
    """Where a supplier is late from day 1, a week does not settle the warehouse's stock."""
    status, _, err = run("--days 300 --replications 20 --scenario supplier_delay")
    assert status == 0
    assert "warning: warmup_days = 7: stock of level 1 has not settled" in err
    assert "MSER-5 advises warmup_days = " in err


def test_ctrl_c_keeps_the_replications_that_are_finished(run, tmp_path, monkeypatch):
    """Ctrl-C at the third look prints and writes the first two, and ends with status 130."""
    simulate, calls = precision.simulate, []

    def interrupted(*arguments, **settings):
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return simulate(*arguments, **settings)

    monkeypatch.setattr(precision, "simulate", interrupted)
    out = tmp_path / "out"
    status, text, err = run(f"--days 20 --precision 0.1% --figure total_cost --json --out {out}")
    assert status == 130
    assert json.loads(text)["replications"] == 90
    assert "interrupted: 90 replications are finished" in err
    assert json.loads((out / "manifest.json").read_text())["replications"] == 90


def test_a_long_run_keeps_what_is_finished(run, monkeypatch):
    """Ctrl-C in the third part of a run of many replications shows the first two."""
    simulate, calls = precision.simulate, []

    def interrupted(*arguments, **settings):
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return simulate(*arguments, **settings)

    monkeypatch.setattr(sys.modules["inventory_hmarl.cli.run"], "LONG", 1)
    whole = json.loads(run("--days 20 --replications 16 --json")[1])
    monkeypatch.setattr(precision, "simulate", interrupted)
    status, text, err = run("--days 20 --replications 16 --json")
    assert status == 130
    assert json.loads(text)["replications"] == 4
    assert "interrupted: 4 replications are finished" in err
    monkeypatch.undo()
    assert whole == json.loads(run("--days 20 --replications 16 --json")[1])


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("--precision 0%", "between 0% and 100%"),
        ("--precision x%", "between 0% and 100%"),
        ("--precision 0.01", "with its sign"),
        ("--precision 1% --precision 2%", "one share"),
        ("--precision 1% --checked", "--replications"),
        ("--precision 1% --replications 1", "at least 2"),
        ("--precision 1% --figure cost", "must be one of"),
        ("--figure total_cost", "--precision 1%"),
        ("--precision quick", "exact, fast"),
        ("--precision fast", "jax"),
    ],
)
def test_a_mistake_is_one_line(run, words, expected):
    """A bad value ends with status 2 and one line that names it, or what is allowed."""
    status, out, err = run(f"--days 20 {words}")
    assert (status, out, len(err.splitlines())) == (2, "", 1)
    assert expected in err
