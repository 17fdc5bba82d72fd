"""`tools/environment.py`: what happens where the project cannot run yet."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from tools import environment

ROOT = Path(__file__).resolve().parents[2]
OLD = (3, 7)
READ_BY_OLD_PYTHONS = ["tools/environment.py", "simulation/run_simulation.py"]


@pytest.mark.parametrize("name", READ_BY_OLD_PYTHONS)
def test_old_pythons_can_read_the_scripts(name):
    """What an old Python reads before it says that it is too old is in its own syntax."""
    ast.parse((ROOT / name).read_text(encoding="utf-8"), feature_version=OLD)


def test_nothing_lacks_here():
    """Where the tests run, the project runs."""
    assert environment.shortage() is None


def test_a_missing_package_is_one_line_with_the_command(tmp_path, monkeypatch, capsys):
    """Without a package and without an environment: one line, the command, status 2."""
    monkeypatch.setattr(environment, "FOLDER", str(tmp_path / "none"))
    monkeypatch.setattr(environment, "NEEDED", ("numpy", "no_such_package"))
    with pytest.raises(SystemExit) as ended:
        environment.enter()
    line = capsys.readouterr().err
    assert ended.value.code == 2
    assert line.count("\n") == 1
    assert "no_such_package" in line
    assert environment.SET_UP in line


def test_an_old_python_is_one_line_with_the_version(tmp_path, monkeypatch, capsys):
    """On an older Python: one line, the version that is needed, status 2."""
    monkeypatch.setattr(environment, "FOLDER", str(tmp_path / "none"))
    monkeypatch.setattr(environment, "OLDEST", (99, 0))
    with pytest.raises(SystemExit) as ended:
        environment.enter()
    assert ended.value.code == 2
    assert "Python 99.0 or newer" in capsys.readouterr().err


def test_a_bare_python_goes_on_in_the_environment(tmp_path):
    """A script that is started with a bare Python goes on in `.venv`, with its arguments."""
    script = tmp_path / "script.py"
    script.write_text(
        "import sys\n"
        f"sys.path.insert(0, {str(ROOT)!r})\n"
        "from tools import environment\n"
        f"environment.FOLDER = {sys.prefix!r}\n"
        "environment.enter()\n"
        "print(sys.prefix, sys.argv[1:])\n",
        encoding="utf-8",
    )
    command = [sys.executable, "-I", "-S", str(script), "--days", "5"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.stdout.split(" ", 1) == [sys.prefix, "['--days', '5']\n"], result.stderr


def test_the_needed_packages_are_the_base_install():
    """The packages that are looked for are those that the project depends on."""
    import tomllib

    with (ROOT / "pyproject.toml").open("rb") as file:
        listed = tomllib.load(file)["project"]["dependencies"]
    assert sorted(environment.NEEDED) == sorted(name.split(">=")[0] for name in listed)
