"""`by_formula`: the levels of a case by a closed form or an exact algorithm of the literature.

A formula reads a case (demand as it is drawn, rates, lead times) and writes numbers into the rules
that are there. So a case holds numbers and no formulas: what a run does can be read in its file,
and does not change with what a formula would estimate. What a formula cannot handle is an error
that names it, and then nothing is changed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any  # settings of a case are of any type

from inventory_hmarl.case import Case, as_case
from inventory_hmarl.case.compiling import compile_case
from inventory_hmarl.case.faults import nearest
from inventory_hmarl.studies.demands import demands
from inventory_hmarl.studies.errors import StudyError
from inventory_hmarl.studies.formula_rules import FORMULAS
from inventory_hmarl.studies.spots import SLACK, Chain, Spot
from inventory_hmarl.studies.tunable import TunedLevel, tunable


@dataclass(frozen=True)
class Computed:
    """A case with levels by a formula."""

    case: Case
    formula: str
    levels: tuple[TunedLevel, ...]


def by_formula(
    case: Case | Mapping[str, Any] | str | Path,
    formula: str,
    *,
    service: float = 0.95,
    locations: Sequence[str] = (),
) -> Computed:
    """Return a case whose rules have the levels that a formula gives.

    By default formulas of one location are for all stores, and those of chains for all of it.
    Raises `StudyError`, which names all that the formula cannot handle.

    >>> from inventory_hmarl.case import default_case
    >>> computed = by_formula(default_case(), "ready_rate", service=0.7)
    >>> computed.levels[0].location, computed.levels[0].sku, computed.levels[0].parameter
    ('store_1', 'milk', 'reorder_point')
    """
    if formula not in FORMULAS:
        near = nearest(formula, list(FORMULAS))
        hint = f" Did you mean '{near}'?" if near else ""
        raise StudyError(f"formula '{formula:.80}': must be one of {', '.join(FORMULAS)}.{hint}")
    if not 0 < service < 1:
        raise StudyError(f"service = {service:g}: must lie between 0 and 1, both excluded.")
    case = as_case(case)
    model = compile_case(case)
    chain = Chain(case, model, tunable(model), demands(model), service)
    spots = _chosen(chain, locations, whole=FORMULAS[formula].whole_chain)
    found = list(FORMULAS[formula].levels(chain, spots))
    faults = [f"{formula}: {each}" for each in found if isinstance(each, str)]
    if faults:
        raise StudyError(faults)
    changes = dict(each for each in found if not isinstance(each, str))
    return _applied(chain, formula, changes)


def _chosen(chain: Chain, locations: Sequence[str], *, whole: bool) -> list[Spot]:
    known = [*chain.case.stores, *chain.case.warehouses]
    for name in locations:
        if name not in known:
            near = nearest(name, known)
            hint = f" Did you mean '{near}'?" if near else ""
            raise StudyError(f"location '{name:.80}': is no store or warehouse of the case.{hint}")
        if whole:
            raise StudyError(
                f"location '{name:.80}': the formula is of the whole chain; leave locations out."
            )
    wanted = locations or (known if whole else [*chain.case.stores])
    return [spot for spot in chain.spots if spot.location in wanted]


def _applied(chain: Chain, formula: str, changes: Mapping[int, float]) -> Computed:
    """Return the case with the numbers, each in units that the case has and within its bounds."""
    table = chain.table
    values = table.shipped.copy()
    for row, value in changes.items():
        values[row] = value
    settled = table.levels_of(table.coded(values)[:, None])[:, 0]
    faults = [
        f"{formula}: {table.locations[row]}, {table.skus[row]}: {table.names[row]} = {value:.6g} "
        f"is outside {table.lower[row]:g} to {table.upper[row]:g}: see max_inventory."
        for row, value in changes.items()
        if abs(settled[row] - value) > (0.5 if table.whole_units else 0.0005) + SLACK
    ]
    if faults:
        raise StudyError(faults)
    levels = tuple(
        TunedLevel(
            table.locations[row],
            table.skus[row],
            table.names[row],
            float(table.shipped[row]),
            float(settled[row]),
        )
        for row in sorted(changes)
    )
    return Computed(table.applied(chain.case, settled), formula, levels)
