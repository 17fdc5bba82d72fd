"""A run as one HTML page that needs no network: drawings, tables that sort, and what they mean.

Needs the extra `report` (jinja2).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any  # choices of several types

from inventory_hmarl._version import __version__
from inventory_hmarl.case import Case, CaseError, Fault, as_case
from inventory_hmarl.engines.workers import Progress
from inventory_hmarl.extras import needed
from inventory_hmarl.reports.catalogue import shown
from inventory_hmarl.reports.figures import summarise
from inventory_hmarl.reports.files import write_file
from inventory_hmarl.reports.manifest import Request
from inventory_hmarl.reports.page import gather
from inventory_hmarl.reports.reasons import missing
from inventory_hmarl.reports.tables import spread
from inventory_hmarl.scenarios import apply_scenario
from inventory_hmarl.simulation import Run, simulate

__all__ = ["Wanted", "report_html", "write_report"]

REPLICATIONS = 20
TUNED = "recommended levels"


@dataclass(frozen=True)
class Wanted:
    """What a page is to show: the base, and what to hold against it on the same customers."""

    replications: int = REPLICATIONS
    days: int | None = None
    seed: int | None = None
    scenarios: Sequence[str] = ()  # each an alternative; "a+b" is both together
    levels: object = None  # a case, or its file, of the same chain with other levels
    engine: str = "numpy"
    precision: str = "exact"  # of the engine
    workers: int | None = None  # threads; None: what suits the engine

    @property
    def method(self) -> dict[str, Any]:
        """How runs are computed, as `simulate` takes it."""
        return {"engine": self.engine, "precision": self.precision, "workers": self.workers}


def write_report(
    case: object, path: Path, wanted: Wanted | None = None, *, force: bool = False
) -> Path:
    """Write the page of a case, whole or not at all; return its path.

    Raises `FileExistsError` where there is one, unless `force`; `MissingExtra` without the extra
    `report`; `CaseError` for a case, or for levels of another chain.
    """
    write_file(path, report_html(case, wanted), force=force)
    return path


def report_html(
    case: object, wanted: Wanted | None = None, progress: Progress | None = None
) -> str:
    """Return the page of a case, a file's path or whatever else `simulate` takes.

    >>> from inventory_hmarl.case import default_case
    >>> page = report_html(default_case(), Wanted(replications=2, days=20))
    >>> page.startswith("<!DOCTYPE html>")
    True
    """
    jinja2 = needed("jinja2", "report", "A report")
    wanted = wanted or Wanted()
    written = as_case(case)
    tuned = None if wanted.levels is None else _tuned(written, as_case(wanted.levels))
    base = _changed(written, wanted)
    run = _run(base, wanted, progress)
    others = [
        gather.Alternative(name, _run(apply_scenario(base, name), wanted))
        for name in dict.fromkeys(wanted.scenarios)
    ]
    if tuned is not None:
        others.append(gather.Alternative(TUNED, _run(_changed(tuned, wanted), wanted)))
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("inventory_hmarl.reports.page"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    page: str = environment.get_template("report.html.j2").render(
        _content(Request(written).case_hash, run, others, wanted),
        levels=None if tuned is None else gather.levels(written, tuned),
    )
    return page


def _changed(case: Case, wanted: Wanted) -> Case:
    changes = {"days": wanted.days, "seed": wanted.seed}
    return case.changed(**{name: each for name, each in changes.items() if each is not None})


def _run(case: Case, wanted: Wanted, progress: Progress | None = None) -> Run:
    return simulate(case, replications=wanted.replications, progress=progress, **wanted.method)


def _tuned(case: Case, tuned: Case) -> Case:
    """Return the case with other levels; `CaseError` if it is of another chain."""
    for name in ("stores", "warehouses", "skus"):
        ours, theirs = set(getattr(case, name)), set(getattr(tuned, name))
        if ours != theirs:
            rule = f"must be the {name} of the case; {len(ours ^ theirs):,} are in one of them only"
            raise CaseError([Fault(f"levels: {name}", sorted(ours ^ theirs), rule)])
    return tuned


def _sizes(case: Case) -> str:
    """Return how large a chain is, in words."""
    words = {"stores": "store", "warehouses": "warehouse", "suppliers": "supplier", "skus": "SKU"}
    sizes = {word: len(getattr(case, name)) for name, word in words.items()}
    return ", ".join(f"{size:,} {word}{'' if size == 1 else 's'}" for word, size in sizes.items())


def _content(
    case_hash: str, run: Run, others: Sequence[gather.Alternative], wanted: Wanted
) -> dict[str, object]:
    """Return what the template fills in."""
    figures, case = summarise(run), run.case
    stock, service = gather.over_time(run)
    missing_chart, by_store, by_sku = gather.reasons(run, missing(case, run, **wanted.method))
    compared, cost_chart = gather.comparison(run, others) if others else (None, None)
    several = wanted.replications > 1
    return {
        "title": case.title or "Supply chain",
        "version": __version__,
        "replications": wanted.replications,
        "several": several,
        "seed": case.seed,
        "days": case.days,
        "first_day": case.warmup_days + 1,
        "warmup_days": case.warmup_days,
        "hash": case_hash,
        "sizes": _sizes(case),
        "key": [
            (shown(name).label, spread(figures.network[name], name))
            for name in ("unit_fill_rate", "total_lost_sales", "avg_inventory", "total_cost")
        ],
        "chain": gather.chain(run, figures),
        "stock": stock,
        "service": service,
        "costs": gather.costs(figures),
        "reasons": missing_chart,
        "reason_tables": [by_store, by_sku],
        "bullwhip": gather.bullwhip(run, figures),
        "compared": compared,
        "cost_chart": cost_chart,
        "network": gather.network(figures),
        "tables": [
            gather.groups("Locations", figures.locations),
            gather.groups("SKUs", figures.skus),
            gather.groups("Locations and SKUs", figures.points, gather.MOST_POINTS),
        ],
    }
