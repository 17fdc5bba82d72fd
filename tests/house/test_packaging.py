"""Facts of the packaging that stand in two places, and must agree."""

import re
import tomllib
from pathlib import Path

import inventory_hmarl
from inventory_hmarl._version import __version__

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def resolved(group):
    """Return the requirements of a dependency group, with what it includes."""
    listed = PROJECT["dependency-groups"][group]
    parts = [resolved(r["include-group"]) if isinstance(r, dict) else {r} for r in listed]
    return set().union(*parts)


def test_requirements_are_the_base_install():
    """`requirements.txt` lists what the project depends on, no more and no less."""
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    listed = [line for line in lines if line and not line.startswith("#")]
    assert sorted(listed) == sorted(PROJECT["project"]["dependencies"])


def test_the_dev_extra_is_the_dev_group():
    """Plain pip's extra `dev` and the dependency group `dev` install the same."""
    assert set(PROJECT["project"]["optional-dependencies"]["dev"]) == resolved("dev")


def test_the_version_is_the_same_everywhere():
    """The citation and the changelog name the version of the package."""
    assert inventory_hmarl.__version__ == __version__
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert f"\nversion: {__version__}\n" in citation
    assert __version__ in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_readme_marks_its_two_commands():
    """The CI runs the README's own commands, which it finds between markers."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for name in ("run", "test"):
        pattern = rf"<!-- command: {name} -->\n```sh\n([^\n]+)\n```\n<!-- end -->"
        assert len(re.findall(pattern, readme)) == 1, f"no single command '{name}' in README.md"


def test_contributing_fits_one_screen():
    """CONTRIBUTING.md stays short enough to be read."""
    assert len((ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").splitlines()) <= 40
