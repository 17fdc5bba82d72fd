"""The command `inventory-hmarl`, whose commands are the files of this folder."""

from __future__ import annotations

from pathlib import Path

import click

from inventory_hmarl._version import __version__
from inventory_hmarl.cli._shell import Group


@click.group(
    cls=Group,
    package="inventory_hmarl.cli",
    folder=[str(Path(__file__).parent)],
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, prog_name="inventory-hmarl")
@click.pass_context
def main(context: click.Context) -> None:
    """A digital twin of a retail supply chain.

    Start with `inventory-hmarl new` and `inventory-hmarl run case.toml`.
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())
