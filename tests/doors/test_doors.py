"""The doors at the root: they open, and hold nothing of their own."""

import ast
import importlib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ["config", "demand", "entities", "env", "evaluation", "scenarios", "simulation"]
NOT_DOORS = ["config/simulation_config.py", "simulation/run_simulation.py"]
FILES = sorted(path for folder in FOLDERS for path in (ROOT / folder).glob("*.py"))
DOORS = [path for path in FILES if path.relative_to(ROOT).as_posix() not in NOT_DOORS]
NAMES = {
    "demand/demand_generator.py": {"DemandGenerator"},
    "entities/store.py": {"Store"},
    "entities/supplier.py": {"Supplier"},
    "entities/warehouse.py": {"Warehouse"},
    "env/digital_twin.py": {"DigitalTwin"},
    "evaluation/metrics.py": {"compute_metrics"},
    "scenarios/scenarios.py": {"SCENARIOS", "apply_scenario", "get_scenario"},
}


def relative(path):
    """Return a path as it is written in the brief."""
    return path.relative_to(ROOT).as_posix()


def is_passing_on(statement):
    """Tell whether a statement is a docstring, an import from the package or `__all__`."""
    match statement:
        case ast.Expr(value=ast.Constant(value=str())):
            return True
        case ast.ImportFrom(module=str(module), level=0):
            return module.split(".")[0] == "inventory_hmarl"
        case ast.Assign(targets=[ast.Name(id="__all__")]):
            return True
    return False


@pytest.mark.parametrize("path", DOORS, ids=relative)
def test_a_door_defines_nothing(path):
    """A door is a docstring, imports from the package and `__all__`."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree)
    own = [ast.unparse(statement) for statement in tree.body if not is_passing_on(statement)]
    assert not own, f"{relative(path)} is a door: move this into inventory_hmarl/: {own}"


@pytest.mark.parametrize("name", NAMES)
def test_a_door_opens_on_the_names_of_the_brief(name):
    """Each path of the brief exports its names, and they are the package's own."""
    module = importlib.import_module(name.removesuffix(".py").replace("/", "."))
    assert Path(module.__file__) == ROOT / name
    assert set(module.__all__) == NAMES[name]
    assert all(hasattr(module, exported) for exported in module.__all__)


def test_each_folder_of_the_brief_is_a_package():
    """Without an `__init__.py`, any installed package of that name would win over ours."""
    assert [folder for folder in FOLDERS if not (ROOT / folder / "__init__.py").exists()] == []
