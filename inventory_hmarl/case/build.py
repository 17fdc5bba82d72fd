"""From plain data to a case, or to all that is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path as FilePath

from inventory_hmarl.case.checks import findings_between
from inventory_hmarl.case.checks.demand import drawn
from inventory_hmarl.case.faults import CaseError, Fault, Finding, Path, as_faults, dotted, nearest
from inventory_hmarl.case.models import Case
from inventory_hmarl.case.models.demand import BY_RECORD
from inventory_hmarl.case.parts import Parts, parts_of, read_parts, read_section
from inventory_hmarl.case.plain import plain
from inventory_hmarl.case.reading.calendar import with_events
from inventory_hmarl.case.reading.record import read_record

Words = Callable[[Path], str]


def case_from_dict(data: object, folder: FilePath | str = ".") -> Case:
    """Return the case that plain data (dicts, lists, text, numbers) describe, as a file would.

    Demand files and the calendar are looked for in `folder`. Raises `CaseError` with all faults.

    >>> from inventory_hmarl.case import case_to_dict, default_case
    >>> case_from_dict(case_to_dict(default_case())) == default_case()
    True
    """
    data, words, faults = with_events(data, FilePath(folder))
    try:
        case = built(read_parts(data), FilePath(folder), words)
    except CaseError as error:
        raise CaseError([*faults, *error.faults]) from None
    if faults:
        raise CaseError(faults)
    return case


def built(parts: Parts, folder: FilePath, words: Words = dotted) -> Case:
    """Return the case of some parts; `words` puts places into the words of who wrote them."""
    read_records(parts, folder)
    found = [*parts.findings, *findings_between(parts)]
    if found:
        raise CaseError(as_faults(found, words))
    recorded = {name: record for name, record in parts.recorded.items() if record is not None}
    return Case.assembled(parts.values, recorded)


def read_records(parts: Parts, folder: FilePath) -> None:
    """Read each demand file that is used and not read yet."""
    whole = parts.values.get("units") == "whole"
    places = {
        store: parts.carried_at(("stores", store))
        for store in parts.ids.get("stores", ())
        if store in parts.stores
    }
    if len(places) < len(parts.ids.get("stores", ())) or None in places.values():
        return  # rows of a file cannot be told from slips of the pen before stores and SKUs are
    carried: dict[str, frozenset[str]] = {}
    for one in drawn(parts):
        name = one.demand.file
        if one.demand.distribution not in BY_RECORD or name is None or name in parts.recorded:
            continue
        carried = carried or {store: frozenset(skus or ()) for store, skus in places.items()}
        try:
            record, found = read_record(folder / name, name, carried, whole=whole)
        except CaseError as error:
            rule = error.faults[0].rule
            record, found = None, [Finding(one.place("file"), name, rule)]
        parts.recorded[name] = record
        parts.findings += found


def faults_of(case: Case) -> list[Fault]:
    """Return what is wrong between the parts of a case, each of which is right by itself."""
    return as_faults(findings_between(parts_of(case)))


def changed(case: Case, changes: Mapping[str, object]) -> Case:
    """Return a case with settings of its top level replaced; raises `CaseError`.

    Demand files that the case has not read yet are looked for in the working directory.
    """
    for name in changes:
        if name not in Case.model_fields:
            near = nearest(name, Case.model_fields)
            raise CaseError([Fault(name, changes[name], "is not a known setting", near)])
    parts = parts_of(case)
    for name, value in changes.items():
        read_section(parts, name, plain(value))
    return built(parts, FilePath())
