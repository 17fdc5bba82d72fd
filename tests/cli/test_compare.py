"""`inventory-hmarl compare`: tables, documents, folders, and mistakes in one line."""

import json
import sys

import pytest

from inventory_hmarl.case import starter_case
from inventory_hmarl.cli import main


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


SHORT = ("--days", 30, "--replications", 20)


def test_scenarios_and_settings_against_a_base(run, case):
    """Each scenario and each setting is one alternative, with a verdict for each figure."""
    words = ("--scenario", "spike+supplier_delay", "--set", "lanes.2.lead_time=4")
    status, out, err = run("compare", case, *words, *SHORT)
    assert (status, err) == (0, "")
    assert "spike+supplier_delay against" in out
    assert "lanes.2.lead_time=4 against" in out
    assert all(word in out for word in ("Total cost", "real", "not told apart", "Variance"))


def test_cases_against_a_base_as_json(run, case, tmp_path):
    """The document has every comparison, with what it was made from."""
    other = tmp_path / "other.toml"
    other.write_text(starter_case().replace("seed = 42", "seed = 7"), encoding="utf-8")
    status, out, _ = run("compare", case, other, *SHORT, "--json", "--figure", "total_cost")
    content = json.loads(out)
    assert status == 0
    assert (content["seed"], content["replications"], content["level"]) == (42, 20, 0.95)
    (row,) = content["comparisons"]
    assert (row["difference"], row["verdict"]) == (0, "not told apart")
    assert row["figure"] == "total_cost"


def test_a_folder_makes_its_results_again(run, case, tmp_path, monkeypatch):
    """The command of the manifest writes the same numbers from the folder's own cases."""
    out = tmp_path / "out"
    assert run("compare", case, "--scenario", "spike", *SHORT, "--out", out)[0] == 0
    before = (out / "comparison.csv").read_text()
    command = json.loads((out / "manifest.json").read_text())["command"].split()
    monkeypatch.chdir(out)
    assert run(*command[1:])[0] == 0
    assert (out / "comparison.csv").read_text() == before.replace("spike", "alternative_1.json")
    status, _, err = run("compare", case, "--scenario", "normal", *SHORT, "--out", out)
    assert (status, len(err.splitlines())) == (2, 1)
    assert "--force" in err


@pytest.mark.parametrize(
    "more", [(), ("--best", "--indifference", 500), ("--best", "--budget", 60)]
)
def test_a_comparison_can_be_had_again(run, case, tmp_path, more):
    """`rerun` computes the table again from the folder's own cases, and says if one was changed."""
    out = tmp_path / "out"
    words = (*SHORT[:2], *(() if more else SHORT[2:]), *more)
    assert run("compare", case, "--scenario", "spike", *words, "--out", out)[0] == 0
    status, text, err = run("rerun", out)
    assert (status, err, text.splitlines()[-1]) == (0, "", f"{out}: same")
    table = next(out.glob("*.csv"))
    table.write_text("mine")
    assert run("rerun", out)[0] == 1
    (out / "alternative_1.json").write_bytes((out / "base.json").read_bytes())
    status, _, err = run("rerun", out)
    assert (status, err.count("\n")) == (2, 1)
    assert "put that case back" in err


def test_what_ctrl_c_ended_cannot_be_had_again(run, case, tmp_path):
    """The instant of a Ctrl-C is nobody's to repeat: the folder says so."""
    out = tmp_path / "out"
    words = ("--replications", 2, "--outage-days", 7, "--days", 40, "--out", out)
    assert run("risk", case, *words)[0] == 0
    manifest = json.loads((out / "manifest.json").read_text())
    (out / "manifest.json").write_text(json.dumps(manifest | {"interrupted": True}))
    status, _, err = run("rerun", out)
    assert (status, err.count("\n")) == (2, 1)
    assert "was interrupted" in err


def test_an_interrupt_shows_what_is_finished(run, case, monkeypatch):
    """Ctrl-C during the second alternative shows the first, and ends with status 130."""
    comparing = sys.modules["inventory_hmarl.studies.comparing"]
    simulate, calls = comparing.simulate, []

    def interrupted(*arguments, **settings):
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        return simulate(*arguments, **settings)

    monkeypatch.setattr(comparing, "simulate", interrupted)
    words = ("--scenario", "spike", "--scenario", "supplier_delay")
    status, out, err = run("compare", case, *words, *SHORT)
    assert status == 130
    assert "spike against" in out
    assert "supplier_delay" not in out
    assert "1 of 2 alternatives" in err


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("", "--scenario"),
        ("--scenario spkie", "'spike'"),
        ("--scenario spike --scenario spike", "given twice"),
        ("--scenario spike --confidence 95", "between 0 and 1"),
        ("--scenario spike --figure cost", "must be one of"),
        ("--scenario spike --figure total_costs", "Did you mean 'total_cost'"),
        ("--set days", "PLACE=VALUE"),
        ("--set dayz=3", "Did you mean 'days'"),
        ("--set stores.stroe_1.demand_multiplier=3", "Did you mean 'store_1'"),
        ("--set lanes.9.lead_time=3", "from 1 to 4"),
        ("--set title.x=3", "no table"),
        ("--set stroes.store_1=3", "Did you mean 'stores'"),
        ("--set lanes.1.lead_time=x", "lead_time = 'x'"),
        ("--set days=20", "the base has 90"),
    ],
)
def test_a_mistake_is_one_line(run, case, words, expected):
    """A bad value ends with status 2 and one line that names it, or what is allowed."""
    status, out, err = run("compare", case, *words.split(), "--replications", 2)
    assert (status, out, len(err.splitlines())) == (2, "", 1)
    assert expected in err


def test_a_difference_needs_several_replications(run, case):
    """One replication has no interval, so nothing is compared on it."""
    status, out, err = run("compare", case, "--scenario", "spike", "--replications", 1)
    assert (status, out) == (2, "")
    assert ">= 2" in err


BEST = ("--scenario", "spike", "--scenario", "supplier_delay", "--days", 30, "--best")


def test_the_best_is_chosen_with_a_guarantee(run, case, tmp_path):
    """`--best --indifference` names the best and its guarantee; a folder has table and cases."""
    out = tmp_path / "out"
    status, text, err = run("compare", case, *BEST, "--indifference", 100, "--out", out)
    assert (status, err) == (0, "")
    assert f"Best: {case}, with probability 95 %" in text.replace("\n", " ")
    assert "ruled out" in text
    cases = {"base.json", "alternative_1.json", "alternative_2.json"}
    assert {path.name for path in out.iterdir()} == {"selection.csv", "manifest.json", *cases}


def test_the_best_is_chosen_within_a_budget(run, case):
    """`--best --budget` spends the budget, and estimates how sure the choice is."""
    status, text, _ = run("compare", case, *BEST, "--budget", 300, "--json", "--figure", "profit")
    content = json.loads(text)
    assert status == 0
    assert sum(row["replications"] for row in content["alternatives"]) == 300
    assert content["procedure"] == "OCBA"
    status, text, _ = run("compare", case, *BEST, "--budget", 300, "--figure", "profit")
    assert status == 0
    assert "estimated" in text


@pytest.mark.parametrize("words", [("--indifference", 1), ("--budget", 500)])
def test_ctrl_c_keeps_what_is_known_of_the_best(run, case, tmp_path, monkeypatch, words):
    """Ctrl-C after the first look prints and writes its figures, and ends with status 130."""
    selection = sys.modules["inventory_hmarl.studies.selection"]
    simulate, calls, out = selection.simulate, [], tmp_path / "out"

    def interrupted(*arguments, **settings):
        calls.append(1)
        if len(calls) == 5:  # the second case of the second look
            raise KeyboardInterrupt
        return simulate(*arguments, **settings)

    monkeypatch.setattr(selection, "simulate", interrupted)
    others = ("--set", "seed=3", "--set", "stores.store_1.policy.reorder_point.milk=227")
    status, text, err = run("compare", case, *others, "--best", *words, "--days", 30, "--out", out)
    assert status == 130
    assert "Best" in text
    assert "interrupted" in err
    content = json.loads((out / "manifest.json").read_text())
    assert content["interrupted"]
    assert [row["replications"] for row in content["alternatives"]] == [20, 20, 20]


def test_a_choice_that_is_not_settled_says_so(run, case):
    """With too few replications several cases remain."""
    words = ("--set", "stores.store_1.policy.reorder_point.milk=227", "--best", "--days", 30)
    capped = ("--indifference", 0.01, "--replications", 20)
    status, text, _ = run("compare", case, *words, *capped)
    assert status == 0
    assert "nothing is guaranteed" in " ".join(text.split())


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("--best", "--indifference D"),
        ("--best --indifference 1 --budget 100", "one of"),
        ("--best --indifference 0", "> 0"),
        ("--best --budget 10", "at least 40"),
        ("--best --budget 100 --replications 5", "--budget"),
        ("--best --budget 100 --figure profit --figure total_cost", "one figure"),
        ("--budget 100", "give --best"),
        ("--precision 1%", "--replications"),
    ],
)
def test_a_mistake_in_a_choice_is_one_line(run, case, words, expected):
    """A choice that cannot be made ends with status 2 and one line."""
    status, out, err = run("compare", case, "--scenario", "spike", "--days", 20, *words.split())
    assert (status, out, len(err.splitlines())) == (2, "", 1)
    assert expected in err
