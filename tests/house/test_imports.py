"""Who may import whom, where import-linter cannot say it."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "inventory_hmarl"
CORE = sorted((PACKAGE / "core").rglob("*.py"))
REFERENCE = sorted([*PACKAGE.glob("testing/reference.py"), *PACKAGE.glob("testing/plain_*.py")])


def imported(path):
    """Return the full names of the modules that a file imports, in functions too."""
    package = path.relative_to(ROOT).with_suffix("").parts[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            yield ".".join([*base, *filter(None, [node.module])])


def name_of(path):
    """Return a path as it is written in an error."""
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", CORE, ids=name_of)
def test_the_core_imports_numpy_and_the_standard_library(path):
    """A file of the core imports NumPy, the standard library and the core."""
    allowed = {"numpy", *sys.stdlib_module_names}
    for module in imported(path):
        ours = f"{module}.".startswith("inventory_hmarl.core.")
        assert ours or module.split(".")[0] in allowed, f"{name_of(path)} imports {module}"


@pytest.mark.parametrize("path", REFERENCE, ids=name_of)
def test_the_reference_knows_the_case_alone(path):
    """The second implementation shares the case's types with the first, and nothing else."""
    for module in imported(path):
        if module.split(".")[0] == "inventory_hmarl":
            assert module.split(".")[1] in {"case", "testing"}, f"{name_of(path)} imports {module}"


def test_the_reference_is_there():
    """The tests above have files to look at."""
    assert CORE
    assert REFERENCE


def test_importing_the_package_loads_no_heavy_library():
    """`import inventory_hmarl` loads no library beyond the base install."""
    heavy = ["jax", "pandas", "polars", "ray", "scipy", "torch", "gymnasium", "matplotlib"]
    code = f"import sys, inventory_hmarl; print([n for n in {heavy} if n in sys.modules])"
    assert subprocess.check_output([sys.executable, "-c", code], text=True) == "[]\n"
