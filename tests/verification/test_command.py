"""The command `inventory-hmarl verify`."""

import dataclasses
import importlib.util
import json

import pytest
from click.testing import CliRunner

from inventory_hmarl.cli import main
from inventory_hmarl.verification import EngineRow, run_verification
from inventory_hmarl.verification.report import BEGIN, BEGIN_ENGINES, END, write_markdown


@pytest.fixture
def run():
    """Give the function that runs the command line."""
    return lambda *arguments: CliRunner().invoke(main, ["verify", *arguments])


def test_a_table_with_a_verdict_a_figure(run):
    """The table names case, figure and verdict, and success ends with status 0."""
    answer = run("P13", "P05")
    assert answer.exit_code == 0, answer.output
    assert "P13-T5" in answer.output
    assert "6 of 6 figures pass." in answer.output


def test_json_holds_all_there_is_to_say(run):
    """With --json one document is printed, with days, seed and source of each figure."""
    document = json.loads(run("P13-T5", "--json").output)
    assert document["passed"] is True
    (row,) = document["rows"]
    assert row["expected"] == row["measured"] == 1380
    assert {"standard_error", "z", "verdict", "replications", "days", "seed"} <= row.keys()


def test_a_figure_that_is_off_fails_the_command(run, monkeypatch):
    """The exit status is 1 unless every verdict is pass."""
    rows = [dataclasses.replace(row, verdict="off") for row in run_verification(["P13-T1"])]
    monkeypatch.setattr("inventory_hmarl.verification.run_verification", lambda *_, **__: rows)
    answer = run("P13-T1")
    assert answer.exit_code == 1
    assert "0 of 1 figures pass." in answer.output


def test_an_unknown_case_is_told(run):
    """An unknown name ends with status 2 and a line that names it."""
    answer = run("P99")
    assert answer.exit_code == 2
    assert "P99" in answer.output


def test_the_document_is_written_between_its_markers(run, tmp_path):
    """--markdown replaces what stands between the markers, and leaves the rest alone."""
    page = tmp_path / "page.md"
    page.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n", encoding="utf-8")
    assert run("P13-T5", "--markdown", str(page)).exit_code == 0
    text = page.read_text(encoding="utf-8")
    assert text.startswith(f"before\n{BEGIN}\n")
    assert text.endswith(f"{END}\nafter\n")
    assert "| P13-T5 | total cost | 1380 | 1380 |" in text
    assert "old" not in text


def test_a_document_without_markers_is_refused(run, tmp_path):
    """A file without the markers is left as it is, and named."""
    page = tmp_path / "page.md"
    page.write_text("nothing\n", encoding="utf-8")
    answer = run("P13-T5", "--markdown", str(page))
    assert answer.exit_code == 2
    assert "page.md" in answer.output
    with pytest.raises(ValueError, match="once"):
        write_markdown("", page)


@pytest.fixture
def compared(monkeypatch):
    """Give the function that sets what comparing the engines finds."""

    def pretend(*differing):
        rows = [
            EngineRow("cases of the package", 21, 900, ()),
            EngineRow("random cases", 7, 5000, differing),
        ]
        run = "inventory_hmarl.verification.run_engine_cases"
        monkeypatch.setattr(run, lambda count, workers, progress: rows)

    return pretend


def test_engines_that_agree(run, compared, tmp_path):
    """--engines says how much was compared, in a document too, and ends with status 0."""
    compared()
    page = tmp_path / "page.md"
    page.write_text(f"{BEGIN}\n{END}\n{BEGIN_ENGINES}\n{END}\n", encoding="utf-8")
    answer = run("--engines", "7", "--markdown", str(page))
    assert answer.exit_code == 0, answer.output
    assert "random cases: 7, 5,000 numbers compared, 0 cases differ" in answer.output
    text = page.read_text(encoding="utf-8")
    assert text.startswith(f"{BEGIN}\n{END}\n{BEGIN_ENGINES}\n")
    assert "| random cases | 7 | 5,000 | 0 |" in text


def test_engines_that_differ(run, compared):
    """A case on which the engines differ is named, and ends with status 1."""
    compared("random case 3: 2, first ...")
    answer = run("--engines", "7")
    assert answer.exit_code == 1
    assert "random case 3" in answer.output
    document = run("--engines", "7", "--json")
    assert document.exit_code == 1
    assert json.loads(document.output)["passed"] is False


@pytest.mark.parametrize("arguments", [("P01", "--engines", "3"), ("--engines", "3", "--long")])
def test_engines_have_cases_of_their_own(run, arguments):
    """Cases and --long belong to the known answers."""
    answer = run(*arguments)
    assert answer.exit_code == 2
    assert "--engines" in answer.output


@pytest.mark.parametrize("library", ["jax", "hypothesis"])
def test_what_comparing_engines_needs(run, library, monkeypatch):
    """What is not installed is named."""
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == library else find(name)
    )
    answer = run("--engines", "0")
    assert answer.exit_code == 2
    assert "pip install" in answer.output
    assert library in answer.output


def test_statistics_are_a_case_like_any_other(run, tmp_path):
    """P14 alone, as JSON and on a page."""
    page = tmp_path / "page.md"
    page.write_text(f"{BEGIN}\n{END}\n", encoding="utf-8")
    answer = run("p14", "--json", "--markdown", str(page))
    assert answer.exit_code == 0, answer.output
    assert json.loads(answer.output)["passed"] is True
    assert "| P14 | Statistics" in page.read_text(encoding="utf-8")
