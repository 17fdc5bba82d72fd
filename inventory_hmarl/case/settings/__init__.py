"""Cases from the upper-case settings of the brief: a dict, or a module."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path as FilePath

from inventory_hmarl.case.build import built
from inventory_hmarl.case.faults import ABSENT, CaseError, Fault, Finding, as_faults, nearest
from inventory_hmarl.case.models import Case
from inventory_hmarl.case.parts import read_parts
from inventory_hmarl.case.settings.places import Places
from inventory_hmarl.case.settings.read import KNOWN, read_settings

MODULE_CUTOFF = 0.8  # a module may hold other constants; only a near miss is a slip of the pen


def case_from_settings(settings: object) -> Case:
    """Return the case of a dict with the keys `SKU_CONFIG`, `STORE_CONFIG`, ....

    Keys: `SIMULATION_DAYS` (default 90), `WARMUP_DAYS` (0), `RANDOM_SEED` (0), `SKU_CONFIG`,
    `STORE_CONFIG`, `WAREHOUSE_CONFIG`, `SUPPLIER_CONFIG`, and optionally `SUPPLY_CHAIN_GRAPH`
    (source -> list of destinations), `DEMAND_CONFIG`, `COST_CONFIG`. A location with several
    sources splits its orders equally among them. Raises `CaseError`; its places are the user's.
    """
    if not isinstance(settings, Mapping):
        rule = "must be a dict with the keys " + ", ".join(KNOWN)
        raise CaseError([Fault("settings", settings, rule)])
    data, findings, lanes = read_settings(settings)
    words = Places(lanes)
    parts = read_parts(data)
    said = {found.path for found in findings} | {("lanes",)}  # the graph may be left out
    parts.findings = [*findings, *(f for f in parts.findings if f.path not in said)]
    return built(parts, FilePath(), words)


def case_from_module(module: object) -> Case:
    """Return the case of a module such as `config.simulation_config`; raises `CaseError`.

    A name of the module that is nearly one of ours is an error; others are left alone.
    """
    names = [name for name in dir(module) if name.isupper()]
    slips = [
        Finding((name,), ABSENT, "is not a known setting", near)
        for name in names
        if name not in KNOWN and (near := nearest(name, KNOWN, MODULE_CUTOFF)) is not None
    ]
    settings = {name: getattr(module, name) for name in names if name in KNOWN}
    try:
        case = case_from_settings(settings)
    except CaseError as error:
        raise CaseError([*as_faults(slips), *error.faults]) from None
    if slips:
        raise CaseError(as_faults(slips))
    return case
