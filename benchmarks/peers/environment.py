"""The environment in which the peers are installed: `.bench/peers`, ignored by git.

It is made once, and anew when the pins or Python have changed.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
FOLDER = HERE.parents[1] / ".bench" / "peers"
STAMP = FOLDER / "made-from"
PINS, LIBRARIES = HERE / "requirements.txt", HERE / "constraints.txt"
PATIENCE = 600  # seconds that an installation may take


class AbsentError(RuntimeError):
    """A peer cannot be measured; the message says why."""


def interpreter() -> Path:
    """Return the path of the environment's Python, whether it exists or not."""
    return FOLDER / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def pinned() -> dict[str, str]:
    """Return the pinned version of each peer, by its distribution."""
    lines = PINS.read_text(encoding="utf-8").splitlines()
    return dict(line.split("==") for line in lines if "==" in line)


def prepare(distribution: str) -> Path:
    """Return the Python that has a peer, installed now if need be; else raise `AbsentError`."""
    if distribution not in pinned():
        raise AbsentError(f"not installed: {PINS.name} has no pin for it")
    if not interpreter().exists() or _made_from() != _fingerprint():
        _make()
    if _installed(distribution) != pinned()[distribution]:
        _install(distribution)
    return interpreter()


def clean_environment() -> dict[str, str]:
    """Return the variables of this process without those that lead Python to its own packages."""
    return {k: v for k, v in os.environ.items() if k not in {"PYTHONPATH", "PYTHONHOME"}}


def _fingerprint() -> str:
    """Return what an environment depends on: the pins, and the Python that it is made with."""
    pins = [path.read_text(encoding="utf-8") for path in (PINS, LIBRARIES)]
    return "\n".join([sys.executable, sys.version, *pins])


def _made_from() -> str | None:
    return STAMP.read_text(encoding="utf-8") if STAMP.exists() else None


def _make() -> None:
    _say(f"making an environment in {FOLDER} (once)")
    shutil.rmtree(FOLDER, ignore_errors=True)
    done, told = _run([sys.executable, "-m", "venv", str(FOLDER)])
    if not done:
        raise AbsentError(f"not installed: no environment could be made: {_reason(told)}")
    STAMP.write_text(_fingerprint(), encoding="utf-8")


def _installed(distribution: str) -> str:
    code = "import importlib.metadata as m, sys; print(m.version(sys.argv[1]))"
    done, told = _run([str(interpreter()), "-c", code, distribution])
    return told.strip() if done else ""


def _install(distribution: str) -> None:
    requirement = f"{distribution}=={pinned()[distribution]}"
    _say(f"installing {requirement} (once, up to a minute)")
    pip = [str(interpreter()), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    quick = ["--no-input", "--retries", "1"]  # without a network, this is to be said soon
    done, told = _run([*pip, *quick, "--constraint", str(LIBRARIES), requirement])
    if not done:
        raise AbsentError(f"not installed: {_reason(told)}")


def _run(command: list[str]) -> tuple[bool, str]:
    """Run a command; return whether it succeeded, and what it said."""
    try:
        ended = subprocess.run(
            command,
            check=False,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=clean_environment(),
            timeout=PATIENCE,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return False, str(error)
    return ended.returncode == 0, ended.stdout


def _reason(told: str) -> str:
    """Return the line that says what went wrong: the first error, or the last line."""
    lines = [line.strip() for line in told.splitlines() if line.strip()] or ["no reason given"]
    errors = [line for line in lines if line.upper().startswith("ERROR")]
    line = (errors or lines[-1:])[0].removeprefix("ERROR: ")[:160]
    return f"{line}; is there a network?" if "versions: none" in line else line


def _say(text: str) -> None:
    print(f"peers: {text} ...", file=sys.stderr, flush=True)
