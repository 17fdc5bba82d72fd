"""Whatever a user has of a case, as a case."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from types import ModuleType

from inventory_hmarl.case.build import case_from_dict
from inventory_hmarl.case.faults import CaseError, Fault
from inventory_hmarl.case.models import Case
from inventory_hmarl.case.reading.load import load_case
from inventory_hmarl.case.settings import case_from_module, case_from_settings


def as_case(config: object) -> Case:
    """Return the case of a Case, a file's path, a module, the brief's dict, or a case file's data.

    A dict with an upper-case key is the brief's. Raises `CaseError`.

    >>> from inventory_hmarl.case import default_case
    >>> as_case(default_case()).days
    90
    """
    if isinstance(config, Case):
        return config
    if isinstance(config, str | Path):
        return load_case(config)
    if isinstance(config, ModuleType):
        return case_from_module(config)
    if isinstance(config, Mapping):
        brief = any(isinstance(name, str) and name.isupper() for name in config)
        return case_from_settings(config) if brief else case_from_dict(config)
    rule = "must be a case, a dict, a module with settings, or the path of a case file"
    raise CaseError([Fault("case", config, rule)])
