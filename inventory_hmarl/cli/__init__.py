"""The command line: thin shells over library functions, one file a command.

To add a command, write a module here that defines `command`, a `click.Command`; its name is the
module's, with hyphens for underscores. What it returns, if anything, is the status that the process
ends with. Modules whose name starts with an underscore are no commands.
"""

from __future__ import annotations

from types import ModuleType

from inventory_hmarl.cli._main import main

__all__ = ["main", "run_simulation"]


def run_simulation(settings: ModuleType | str) -> int:
    """Run the command line of `simulation/run_simulation.py`; return its exit status.

    `settings` is the module of settings, or its name.
    """
    from inventory_hmarl.cli._settings import command, imported
    from inventory_hmarl.cli._shell import execute

    return execute(lambda: command(imported(settings)).main(standalone_mode=False))
