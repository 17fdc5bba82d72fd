"""`config/simulation_config.py`: the settings that a user edits."""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ["config", "simulation", "tools"]
REGENERATE = (
    "config/simulation_config.py and inventory_hmarl/case/data/default.toml differ: "
    "run `python tools/write_settings.py` to write the first from the second."
)


def test_the_settings_are_the_default_case():
    """The settings of the checkout and the package's default case are one and the same."""
    from config import simulation_config
    from inventory_hmarl.case import case_from_module, default_case

    assert case_from_module(simulation_config) == default_case(), REGENERATE


def run_copy(folder):
    """Run the script of a copy of the checkout."""
    command = [sys.executable, "simulation/run_simulation.py", "--days", "20"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stdout


def test_editing_the_settings_changes_the_run(tmp_path):
    """A number that a user edits in the settings changes what the script prints."""
    for name in FOLDERS:
        shutil.copytree(ROOT / name, tmp_path / name)
    (tmp_path / "inventory_hmarl").symlink_to(ROOT / "inventory_hmarl")
    before = run_copy(tmp_path)
    settings = tmp_path / "config" / "simulation_config.py"
    text = settings.read_text(encoding="utf-8")
    assert "RANDOM_SEED = 42" in text
    settings.write_text(text.replace("RANDOM_SEED = 42", "RANDOM_SEED = 43"), encoding="utf-8")
    assert run_copy(tmp_path) != before
