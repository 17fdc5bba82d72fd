"""What all commands share: how they end, and the kinds of values that they take."""

from __future__ import annotations

import contextlib
import functools
import os
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any  # values on a command line are of any type

import click

USER_ERROR, INTERRUPTED = 2, 130


class UserError(click.ClickException):
    """A user's mistake, told in one line; the process ends with status 2."""

    exit_code = USER_ERROR


def execute(action: Callable[[], object]) -> int:
    """Run an action and return its exit status; a user's mistake becomes a line, no traceback."""
    _replace_what_cannot_be_written()
    try:
        status = action()
        sys.stdout.flush()
    except BrokenPipeError:  # the reader, `head` for example, has seen enough
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except (KeyboardInterrupt, click.Abort):
        click.echo("interrupted", err=True)
        return INTERRUPTED
    except click.UsageError as error:
        return _fail(_usage(error))
    except click.ClickException as error:
        return _fail(error.format_message())
    except Exception as error:
        message = _user_message(error)
        if message is None:
            raise
        return _fail(message)
    return status if isinstance(status, int) else 0


def _fail(message: str) -> int:
    click.echo(f"error: {message}", err=True)
    return USER_ERROR


def _usage(error: click.UsageError) -> str:
    message = " ".join(error.format_message().split("\n"))
    return f"{message} See `{error.ctx.command_path} --help`." if error.ctx else message


def _user_message(error: Exception) -> str | None:
    """Return what to say about an error that a user can mend, or None for a fault of ours."""
    from inventory_hmarl.calibration import HistoryError
    from inventory_hmarl.case import CaseError
    from inventory_hmarl.engines import EngineError
    from inventory_hmarl.extras import MissingExtra
    from inventory_hmarl.scenarios import UnknownScenario
    from inventory_hmarl.studies.errors import StudyError

    if isinstance(error, CaseError | HistoryError | StudyError):
        lines = str(error).split("\n")
        return lines[0] if len(lines) == 1 else "\n  ".join([f"{len(lines)} faults:", *lines])
    if isinstance(error, UnknownScenario | EngineError | MissingExtra):
        return str(error)
    if isinstance(error, OSError):
        place = f"{error.filename}: " if error.filename is not None else ""
        return f"{place}{error.strerror or error}"
    if isinstance(error, MemoryError):
        return "not enough memory: ask for fewer --replications or --days"
    return None


def _replace_what_cannot_be_written() -> None:
    """Let a name that a terminal's encoding lacks appear as `?`, instead of ending the run."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="replace")


@dataclass(frozen=True)
class Whole:
    """An option's callback: its word is a whole number within limits, both included."""

    minimum: int
    maximum: int

    def __call__(
        self, context: click.Context, option: click.Parameter, word: str | None
    ) -> int | None:
        """Return the number that a word means; what is allowed is part of the error."""
        if word is None:
            return None
        try:
            number = int(word)
        except ValueError:
            number = self.minimum - 1
        if self.minimum <= number <= self.maximum:
            return number
        limit = f"<= {self.maximum}" if number > self.maximum else f">= {self.minimum}"
        raise UserError(f"{option.opts[0]} {word:.80}: must be a whole number {limit}.")


LARGEST_SEED = 2**63 - 1
LARGEST_COUNT = 2**31 - 1

LONGEST_HORIZON = 10_000_000  # as in a case

DAYS = Whole(1, LONGEST_HORIZON)
SEED = Whole(0, LARGEST_SEED)
REPLICATIONS = Whole(1, LARGEST_COUNT)
WORKERS = Whole(1, 1024)


class Group(click.Group):
    """A group whose commands are the modules of a folder, loaded when they are asked for."""

    def __init__(self, *, package: str, folder: list[str], **settings: Any) -> None:
        """Take the package and its search path."""
        super().__init__(**settings)
        self.package, self.folder = package, folder

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names of the commands."""
        import pkgutil

        names = (module.name for module in pkgutil.iter_modules(self.folder))
        return sorted(name.replace("_", "-") for name in names if not name.startswith("_"))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return a command by its name."""
        import importlib

        if cmd_name not in self.list_commands(ctx):
            return None
        module = importlib.import_module(f"{self.package}.{cmd_name.replace('-', '_')}")
        found: click.Command = module.command
        found.name = cmd_name
        return found

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that is asked for, or fail with the nearest name."""
        from inventory_hmarl.case.faults import nearest

        known = self.list_commands(ctx)
        if args and not args[0].startswith("-") and args[0] not in known:
            near = nearest(args[0], known)
            hint = f" Did you mean '{near}'?" if near else ""
            ctx.fail(f"no command '{args[0]:.80}'; there are {', '.join(known)}.{hint}")
        return super().resolve_command(ctx, args)

    def main(self, *args: Any, standalone_mode: bool = True, **extra: Any) -> Any:  # noqa: ANN401 - whatever click's own returns
        """Run the command line; a user's mistake ends with status 2 and a line."""
        run: Callable[..., object] = super().main
        action = functools.partial(run, *args, standalone_mode=False, **extra)
        if not standalone_mode:
            return action()
        sys.exit(execute(action))


def print_json(document: Mapping[str, object]) -> None:
    """Print a document, and nothing else, on standard output."""
    import json

    click.echo(json.dumps(document, ensure_ascii=False, indent=2, allow_nan=False))
