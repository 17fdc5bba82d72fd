"""Everything that runs days takes an engine, and without JAX names the extra."""

import importlib.util
import re
import subprocess
import sys
from types import ModuleType

import click
import pytest

from inventory_hmarl import DigitalTwin, default_case, differentiable_cost, simulate
from inventory_hmarl.case import starter_case
from inventory_hmarl.cli import main, run_simulation
from inventory_hmarl.cli._settings import command as settings_command
from inventory_hmarl.extras import MissingExtra
from inventory_hmarl.verification import run_verification

NAMED = r"pip install .inventory-hmarl\[jax\]"
COMMANDS = {  # what they need beside a case
    "compare": ("--scenario", "spike"),
    "optimise": (),
    "report": (),
    "risk": (),
    "run": (),
    "safety-stock": (),
    "sweep": ("--vary", "lanes[0].lead_time=3,5"),
    "verify": None,  # no case
}


@pytest.fixture
def _no_jax(monkeypatch):
    """Have JAX be missing."""
    find = importlib.util.find_spec
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name, *more: None if name == "jax" else find(name)
    )


def options(command):
    """Return the names of a command's options."""
    return {each.name for each in command.params if isinstance(each, click.Option)}


def test_every_command_that_runs_days_takes_an_engine():
    """The commands with `--engine` are those that are tried below, and the brief's script."""
    context = click.Context(main)
    found = {name: main.get_command(context, name) for name in main.list_commands(context)}
    assert {name for name, command in found.items() if "engine" in options(command)} == set(
        COMMANDS
    )
    assert "engine" in options(settings_command(ModuleType("settings")))


@pytest.mark.usefixtures("_no_jax")
@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_names_the_extra(name, tmp_path, capsys):
    """A command that is asked for JAX and has none ends with a line that says what to install."""
    words = [name, "--engine", "jax"]
    if COMMANDS[name] is not None:
        case = tmp_path / "case.toml"
        case.write_text(starter_case(), encoding="utf-8")
        words = [name, str(case), *COMMANDS[name], "--engine", "jax"]
    with pytest.raises(SystemExit) as ended:
        main(words, prog_name="inventory-hmarl")
    told = capsys.readouterr()
    assert (ended.value.code, told.out) == (2, "")
    assert 'pip install "inventory-hmarl[jax]"' in told.err


@pytest.mark.usefixtures("_no_jax")
def test_the_script_names_the_extra(monkeypatch, capsys):
    """`run_simulation.py --engine jax` says what to install, too."""
    monkeypatch.setattr(sys, "argv", ["run_simulation.py", "--engine", "jax"])
    assert run_simulation("config.simulation_config") == 2
    assert 'pip install "inventory-hmarl[jax]"' in capsys.readouterr().err


@pytest.mark.usefixtures("_no_jax")
@pytest.mark.parametrize(
    "start",
    [
        lambda: simulate(default_case(), engine="jax"),
        lambda: DigitalTwin(default_case(), engine="jax"),
        lambda: run_verification(["P13-T5"], engine="jax"),
        lambda: differentiable_cost(default_case().changed(units="continuous")),
    ],
    ids=["simulate", "twin", "verification", "gradient"],
)
def test_a_function_names_the_extra(start):
    """So does every function that runs days."""
    with pytest.raises(MissingExtra, match=NAMED):
        start()


@pytest.mark.usefixtures("_no_jax")
@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("chain_env", "ChainEnv"),
        ("store_env", "StoreEnv"),
        ("store_env", "StoreVectorEnv"),
        ("vector_env", "ChainVectorEnv"),
    ],
)
def test_an_environment_names_the_extra(module, name):
    """So do the environments."""
    envs = pytest.importorskip(f"inventory_hmarl.envs.{module}")
    with pytest.raises(MissingExtra, match=NAMED):
        getattr(envs, name)(engine="jax")


@pytest.mark.parametrize("module", ["envs.functional", "engines.compiled.program"])
def test_a_module_names_the_extra(module):
    """Modules that are JAX through and through say so when they are imported."""
    code = f"import sys; sys.modules['jax'] = None; import inventory_hmarl.{module}"
    ended = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 1
    assert re.search(NAMED, ended.stderr.splitlines()[-1])
