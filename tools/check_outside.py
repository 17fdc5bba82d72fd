"""Check the agents' environments with libraries that need an environment of their own.

`python tools/check_outside.py rllib` trains RLlib's PPO on the event view for a few iterations;
`torchrl` runs TorchRL's `check_env_specs` on the PettingZoo views; `sb3` compares the adapter for
Stable-Baselines3 with its own loop over single environments, and trains PPO and MaskablePPO.
Each makes `.bench/NAME` once (1.4, 0.8 and 0.8 GB); with `--python PATH`, one that is there
already is used. All need PyTorch, whose build for CPU alone is enough, and far smaller: where pip
would take another one, let PIP_EXTRA_INDEX_URL name the index that https://pytorch.org/get-started
tells for CPU.
"""

from __future__ import annotations

import argparse
import importlib
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BASE = ["click>=8.1", "numpy>=2.0", "pydantic>=2.7", "rich>=13.7", "pettingzoo>=1.25", "torch>=2"]
NEEDS = {
    "rllib": ["ray[rllib]>=2.60"],
    "sb3": ["stable-baselines3>=2.7", "sb3-contrib>=2.7"],
    "torchrl": ["torchrl>=0.10"],
}


def main() -> None:
    """Make the environment if need be, and run the check in it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("library", choices=NEEDS)
    parser.add_argument("--python", type=Path, help="an interpreter that has the library")
    parser.add_argument("--iterations", type=int, default=3, help="of training (rllib, sb3)")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        sys.path.insert(0, str(ROOT))
        importlib.import_module(f"tools.outside.{options.library}").check(options.iterations)
        return
    python = options.python or made(options.library)
    command = [str(python), __file__, options.library, "--inside"]
    command += ["--iterations", str(options.iterations)]
    sys.exit(subprocess.call(command, cwd=ROOT))


def made(library: str) -> Path:
    """Return the interpreter of a library's own environment, made now if need be."""
    folder = ROOT / ".bench" / library
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    stamp = folder / "made"
    if not stamp.exists():
        subprocess.check_call([sys.executable, "-m", "venv", "--clear", str(folder)])
        subprocess.check_call([str(python), "-m", "pip", "install", "-q", *BASE, *NEEDS[library]])
        stamp.touch()
    return python


if __name__ == "__main__":
    main()
