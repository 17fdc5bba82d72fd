"""The commands that the README shows work as they stand."""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SHOWN = re.compile(r"^```sh\n(.*?)^```", re.MULTILINE | re.DOTALL)


def shown_commands():
    """Return the commands of the README's sh blocks but the two that set up, in order."""
    blocks = [b for b in SHOWN.findall((ROOT / "README.md").read_text()) if "tools/" not in b]
    lines = "".join(blocks).replace("\\\n", " ").splitlines()
    return [shlex.split(line, comments=True) for line in lines if line.strip()]


def test_shown_commands_run(tmp_path):
    """Each command of the README runs, one after the other, from the root of a checkout."""
    for entry in ROOT.iterdir():
        (tmp_path / entry.name).symlink_to(entry)
    commands = shown_commands()
    assert len(commands) >= 10
    for words in commands:
        tool = [sys.executable, "-m", "inventory_hmarl"]
        command = tool if words[0] == "inventory-hmarl" else [sys.executable]
        result = subprocess.run(
            [*command, *words[1:]],
            cwd=tmp_path,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert result.returncode == 0, (words, result.stdout[-500:], result.stderr[-2000:])
