"""The installed package by itself: these tests need no checkout."""

import json
import subprocess
import sys
from importlib import metadata, resources


def command(*arguments):
    """Run the installed command line."""
    return subprocess.run(
        [sys.executable, "-m", "inventory_hmarl", *arguments],
        capture_output=True,
        text=True,
        check=True,
        stdin=subprocess.DEVNULL,
    ).stdout


def test_the_package_is_typed_and_has_its_version():
    """The installed package carries its marker for type checkers and the metadata's version."""
    import inventory_hmarl as package

    assert resources.files(package).joinpath("py.typed").is_file()
    assert metadata.version("inventory-hmarl") == package.__version__


def test_a_new_case_runs(tmp_path):
    """A starter case that the command writes passes its check and runs."""
    case = tmp_path / "case.toml"
    command("new", str(case))
    command("check", str(case))
    assert json.loads(command("run", str(case), "--days", "20", "--json"))


def test_a_user_s_first_lines_work():
    """The twin runs from the package's own default case, without the doors of the checkout."""
    from inventory_hmarl.case import default_case
    from inventory_hmarl.twin import DigitalTwin

    twin = DigitalTwin(default_case())
    twin.reset()
    state, metrics, done, _ = twin.step()
    assert (state["day"], done) == (1, False)
    assert metrics["total_cost"] > 0


def test_the_report_s_templates_are_installed():
    """The installed package has what a report is made from."""
    folder = resources.files("inventory_hmarl.reports.page") / "templates"
    names = {each.name for each in folder.iterdir()}
    assert {"report.html.j2", "charts.html.j2", "style.css", "sort.js"} <= names


def test_a_case_goes_into_tables_and_runs(tmp_path):
    """A folder of CSV tables needs the base install alone."""
    case, tables = tmp_path / "case.toml", tmp_path / "tables"
    command("new", str(case))
    command("export", str(case), str(tables))
    assert json.loads(command("run", str(tables), "--days", "20", "--json"))
