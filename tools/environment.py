"""Make the project's environment, `.venv`, or enter it.

`python3 tools/environment.py` makes it: the one set-up command of the README. Scripts of the
checkout call `enter()`, so that they work in a shell where nothing has been activated.

Standard library only, and in the syntax of Python 3.7: an older Python must be able to read it
to say what is needed.
"""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from typing import List, NoReturn, Optional

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
FOLDER = os.path.join(ROOT, ".venv")
STAMP = os.path.join(FOLDER, "made-from")
OLDEST = (3, 11)
NEEDED = ("click", "numpy", "pydantic", "rich")  # the base install of pyproject.toml
SET_UP = "python3 tools/environment.py"


def enter() -> None:
    """Return where the project can run; else go on in `.venv`; else end with one line, status 2."""
    lacking = shortage()
    if lacking is None:
        return
    if works(interpreter()) and not inside():
        become(interpreter())
    stop("{}: set the project up with `{}` (in {}).".format(lacking, SET_UP, ROOT))


def make() -> None:
    """Make `.venv` and install the project into it; where that is done already, do nothing."""
    if sys.version_info < OLDEST:
        become(newer_python() or stop(shortage() + ": install one and run it again."))
    if made_from() == fingerprint() and works(interpreter()):
        return
    sys.stderr.write("Setting up {} (about a minute, once) ...\n".format(FOLDER))
    if not works(interpreter()):
        create()
    install = [*installer(), "--quiet", "-e", ".[dev]"]
    if subprocess.call(install, cwd=ROOT) != 0:
        stop("The installation failed, see above; then run `{}` again.".format(SET_UP))
    with open(STAMP, "w", encoding="ascii") as stamp:
        stamp.write(fingerprint())


def shortage() -> Optional[str]:
    """Say what this interpreter lacks to run the project, or None."""
    if sys.version_info < OLDEST:
        return "Python {}.{} or newer is needed, and this is {}.{}".format(
            *OLDEST, *sys.version_info[:2]
        )
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    return "Missing here: {}".format(", ".join(missing)) if missing else None


def interpreter() -> str:
    """Return the path of the environment's Python, whether it exists or not."""
    parts = ("Scripts", "python.exe") if os.name == "nt" else ("bin", "python")
    return os.path.join(FOLDER, *parts)


def works(python: str) -> bool:
    """Tell whether an interpreter starts and is new enough."""
    check = "import sys; sys.exit(sys.version_info < {!r})".format(OLDEST)
    return os.path.exists(python) and succeeds([python, "-c", check])


def inside() -> bool:
    """Tell whether this process runs in `.venv` already."""
    return os.path.realpath(sys.prefix) == os.path.realpath(FOLDER)


def become(python: str) -> NoReturn:
    """Go on as another interpreter, with the same script and arguments."""
    sys.stdout.flush()
    command = [python, *sys.argv]
    if os.name == "nt":  # there, exec returns to the shell before the new process ends
        sys.exit(subprocess.call(command))
    os.execv(python, command)


def newer_python() -> Optional[str]:
    """Find a Python that is new enough on the path."""
    names = ["python3.{}".format(minor) for minor in range(OLDEST[1], 30)]
    found = [path for path in map(shutil.which, names) if path and works(path)]
    return found[-1] if found else None


def create() -> None:
    """Create `.venv`: with pip, or without where this Python cannot (Debian splits that off)."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    venv = [sys.executable, "-m", "venv"]
    if not succeeds([*venv, FOLDER]) and not succeeds([*venv, "--clear", "--without-pip", FOLDER]):
        stop(no_installer())


def installer() -> List[str]:
    """Return the command that installs into `.venv`: its own pip, this Python's pip, or uv."""
    python = interpreter()
    for pip in ([python, "-m", "pip"], [sys.executable, "-m", "pip", "--python", python]):
        if succeeds([*pip, "--version"]):
            return [*pip, "install", "--no-user", "--disable-pip-version-check"]
    if shutil.which("uv"):
        return ["uv", "pip", "install", "--python", python]
    return stop(no_installer())


def no_installer() -> str:
    """Say how to get what no fallback can replace."""
    return (
        "{} has neither venv's pip nor a pip of its own: install them "
        "(Debian, Ubuntu: `sudo apt install python3-venv`), then run `{}` again."
    ).format(sys.executable, SET_UP)


def made_from() -> Optional[str]:
    """Return the fingerprint that `.venv` was made from, if it was completed."""
    if not os.path.exists(STAMP):
        return None
    with open(STAMP, encoding="ascii") as stamp:
        return stamp.read()


def fingerprint() -> str:
    """Identify what an installation depends on: the project file and where the checkout lies."""
    with open(os.path.join(ROOT, "pyproject.toml"), "rb") as project:
        return hashlib.sha256(project.read() + ROOT.encode()).hexdigest()


def succeeds(command: List[str]) -> bool:
    """Run a command silently and tell whether it ended with status 0."""
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    try:
        return subprocess.call(command, **quiet) == 0
    except OSError:
        return False


def stop(message: str) -> NoReturn:
    """End with one line on standard error and status 2."""
    sys.stderr.write(message + "\n")
    sys.exit(2)


if __name__ == "__main__":
    make()
