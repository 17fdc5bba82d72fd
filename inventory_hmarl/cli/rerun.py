"""`inventory-hmarl rerun`: have all results of a folder again, and compare."""

from __future__ import annotations

from pathlib import Path

import click

from inventory_hmarl.cli._options import json_option, workers_option
from inventory_hmarl.cli._shell import print_json

DIFFERENT = 1


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@workers_option("Threads of a run, processes of a study.")
@json_option
def command(*, folder: Path, workers: int | None, as_json: bool) -> int:
    """Compute the results in FOLDER, of any command's --out, again; change nothing.

    The status is 0 where all are the same, and 1 where one is different.
    """
    from inventory_hmarl._version import __version__
    from inventory_hmarl.cli._progress import Bar
    from inventory_hmarl.reports.again import again

    with Bar("Computing again", quiet=as_json) as bar:
        found = again(folder, workers=workers, progress=bar)
    if as_json:
        results = [vars(each) | {"same": each.same} for each in found.compared]
        print_json({"same": found.same, "version": found.version, "results": results})
    else:
        for each in found.compared:
            click.echo(str(each))
        verdict = "same" if found.same else "different"
        versions = "" if found.version == __version__ else f" (made by version {found.version})"
        click.echo(f"{folder}: {verdict}{versions}")
    return 0 if found.same else DIFFERENT
