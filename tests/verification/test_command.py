"""The command `inventory-hmarl verify`."""

import dataclasses
import json

import pytest
from click.testing import CliRunner

from inventory_hmarl.cli import main
from inventory_hmarl.verification import run_verification
from inventory_hmarl.verification.report import BEGIN, END, write_markdown


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
        write_markdown([], page)


def test_statistics_are_a_case_like_any_other(run, tmp_path):
    """P14 alone, as JSON and on a page."""
    page = tmp_path / "page.md"
    page.write_text(f"{BEGIN}\n{END}\n", encoding="utf-8")
    answer = run("p14", "--json", "--markdown", str(page))
    assert answer.exit_code == 0, answer.output
    assert json.loads(answer.output)["passed"] is True
    assert "| P14 | Statistics" in page.read_text(encoding="utf-8")
