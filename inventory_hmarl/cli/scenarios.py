"""`inventory-hmarl scenarios`: list the what-ifs and their parameters."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any  # parameters of scenarios are of any type

import click

from inventory_hmarl.cli._options import json_option
from inventory_hmarl.cli._shell import print_json

if TYPE_CHECKING:
    from inventory_hmarl.scenarios import Scenario


# What none stands for, where it is not all: of stores, SKUs and others that have ids.
NONE = {"last_day": "to the end", "elasticity": "the case's", "like": "the first store"}


@click.command()
@json_option
def command(*, as_json: bool) -> None:
    """List the scenarios that `run --scenario` knows, with their parameters."""
    from inventory_hmarl.scenarios import EXAMPLE, SCENARIOS

    found = {
        name: {"description": each.description, "parameters": parameters(each)}
        for name, each in sorted(SCENARIOS.items())
    }
    if as_json:
        print_json(found)
        return
    for name, each in found.items():
        click.echo(f"{name}: {each['description']}")
        for parameter, default in parameters(SCENARIOS[name]).items():
            meaning = f" ({NONE.get(parameter, 'all')})" if default is None else ""
            click.echo(f"    {parameter} = {'none' if default is None else default}{meaning}")
    click.echo(f"\nWith parameters: --scenario '{EXAMPLE}'")


def parameters(scenario: Scenario) -> dict[str, Any]:
    """Return the parameters of a scenario and their values.

    >>> from inventory_hmarl.scenarios import SCENARIOS
    >>> parameters(SCENARIOS["supplier_delay"])["extra_days"]
    7
    """
    fields: Any = dataclasses.fields(scenario)  # type: ignore[arg-type]  # each is a dataclass
    return {field.name: getattr(scenario, field.name) for field in fields}
