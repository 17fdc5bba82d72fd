"""One setting of a case, by the place that errors name: another value, another case."""

from __future__ import annotations

import copy
from typing import Any  # settings are of any type

from inventory_hmarl.case.build import changed
from inventory_hmarl.case.faults import CaseError, Fault, nearest
from inventory_hmarl.case.models import Case
from inventory_hmarl.case.plain import case_to_dict


def with_setting(case: Case, place: str, value: Any) -> Case:  # noqa: ANN401 - settings are of any type
    """Return a case with one setting replaced; raises `CaseError`.

    `place` is written with points, as in a TOML file; entries of lists count from 1. A number in
    place of a table of levels holds for every SKU.

    >>> from inventory_hmarl.case import default_case
    >>> with_setting(default_case(), "lanes.1.lead_time", 9).lanes[0].lead_time
    9
    """
    head, *steps = place.split(".")
    if not steps:
        return changed(case, {head: value})
    whole = case_to_dict(case)
    if head not in whole:
        raise _unknown(place, head, whole)
    content = copy.deepcopy(whole[head])
    inner: Any = content
    for number, step in enumerate(steps[:-1], start=2):
        inner = _into(inner, step, ".".join(place.split(".")[:number]))
    if isinstance(inner, list):
        _into(inner, steps[-1], place)
        inner[int(steps[-1]) - 1] = value
    elif isinstance(inner, dict):
        inner[steps[-1]] = value
    else:
        raise CaseError([Fault(place, value, "lies inside of what is no table")])
    return changed(case, {head: content})


def _into(table: Any, step: str, place: str) -> Any:  # noqa: ANN401 - settings are of any type
    """Return what a table or list holds at a step."""
    if isinstance(table, list):
        if step.isdecimal() and 1 <= int(step) <= len(table):
            return table[int(step) - 1]
        raise CaseError([Fault(place, step, f"must be a number from 1 to {len(table)}")])
    if not isinstance(table, dict) or step not in table:
        raise _unknown(place, step, table)
    return table[step]


def _unknown(place: str, step: str, table: object) -> CaseError:
    names = list(table) if isinstance(table, dict) else []
    return CaseError([Fault(place, step, "is not a place of this case", nearest(step, names))])
