"""`inventory-hmarl bench`: measure the speeds that the documentation quotes."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import click

from inventory_hmarl.cli._options import json_option
from inventory_hmarl.cli._shell import UserError

SCRIPT = Path(__file__).resolve().parents[2] / "benchmarks" / "bench.py"


@click.command()
@click.argument("measures", nargs=-1)
@json_option
@click.option(
    "--markdown",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Also write the table between the markers of this file.",
)
def command(measures: tuple[str, ...], *, as_json: bool, markdown: Path | None) -> int:
    """Time MEASURES, by default all of them.

    step, command (a step and a run, as users take them); batch, compiled, cores, single (small
    chains: NumPy, JAX, on two cores, one at a time); fast (what 32-bit floats change); large, huge,
    memory (many SKUs); study (what a study costs beside its days); features (what each feature of a
    case costs, in pairs); agents, agents_jax, agents_memory (environments); gpu (where there is
    one); peers (other simulators, installed into .bench/).

    Each figure is a median, with what it is compared with beside it. Each measure runs in a process
    held to one core, cores to two. Needs a checkout: the measures are in its folder benchmarks/.
    """
    spec = importlib.util.spec_from_file_location("inventory_hmarl_bench", SCRIPT)
    if not SCRIPT.exists() or spec is None or spec.loader is None:
        raise UserError(f"{SCRIPT} is missing: run bench from a checkout of the project")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    status: int = module.main(measures, as_json=as_json, markdown=markdown)
    return status
