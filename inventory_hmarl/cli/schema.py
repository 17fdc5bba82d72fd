"""`inventory-hmarl schema`: the JSON Schema of case files, for editors."""

from __future__ import annotations

import click

from inventory_hmarl.cli._shell import print_json


@click.command()
def command() -> None:
    """Print the JSON Schema of case files, which editors complete and check settings by."""
    from inventory_hmarl.case import case_schema

    print_json(case_schema())
