"""The brief's scripts, run as a user's shell runs them."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
RUN = "simulation/run_simulation.py"


def script(*arguments, folder=ROOT, **environment):
    """Run a script of the checkout in a process of its own."""
    path, *options = arguments
    return subprocess.run(
        [sys.executable, str(ROOT / path), *options],
        cwd=folder,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )


@pytest.mark.parametrize(
    "options",
    [
        "",
        "--days 60 --scenario spike",
        "--days 180 --scenario normal --seed 123",
        "--days 30 --scenario normal --verbose",
        "--days 30 --scenario spike",
        "--days 90 --scenario strong_seasonality",
        "--quiet",
    ],
)
def test_the_commands_of_the_brief_end_well(options):
    """Each command of the brief ends with status 0 and writes nothing on standard error."""
    result = script(RUN, *options.split())
    assert (result.returncode, result.stderr) == (0, "")


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ("--days -5", "-5"),
        ("--scenario spkie", "spike"),
        ("--seed x", "x"),
    ],
)
def test_a_bad_value_is_refused_in_one_line(options, expected):
    """A bad value ends with status 2 and one line that names it, or the nearest known name."""
    result = script(RUN, *options.split())
    assert result.returncode == 2
    assert expected in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_the_run_is_the_same_from_any_folder_and_process(tmp_path):
    """The folder and the hash seed change nothing that is printed."""
    here = script(RUN, "--days", "20", PYTHONHASHSEED="1")
    there = script(RUN, "--days", "20", folder=tmp_path, PYTHONHASHSEED="2")
    assert here.stdout == there.stdout
    assert here.stdout


def test_the_basic_test_runs_as_a_script():
    """`python tests/test_basic.py` passes without pytest."""
    result = script("tests/test_basic.py")
    assert result.returncode == 0, result.stderr
