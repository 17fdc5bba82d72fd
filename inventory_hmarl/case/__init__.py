"""Cases: what a user writes, checked, and read into frozen values.

A case is a TOML or JSON file (`load_case`), plain data (`case_from_dict`), or the upper-case
settings of the brief (`case_from_settings`, `case_from_module`). `CaseError` has all its faults.
"""

from __future__ import annotations

from inventory_hmarl.case.anything import as_case
from inventory_hmarl.case.build import case_from_dict
from inventory_hmarl.case.digest import case_hash
from inventory_hmarl.case.faults import CaseError, Fault
from inventory_hmarl.case.models import (
    Case,
    CostWeights,
    Demand,
    Lane,
    Level,
    OnOrder,
    PolicySettings,
    Sku,
    Spike,
    Store,
    Supplier,
    Warehouse,
    level_of,
)
from inventory_hmarl.case.plain import case_to_dict, dump_toml
from inventory_hmarl.case.reading.load import load_case
from inventory_hmarl.case.schema import case_schema
from inventory_hmarl.case.settings import case_from_module, case_from_settings
from inventory_hmarl.case.starter import default_case, starter_case

__all__ = [
    "Case",
    "CaseError",
    "CostWeights",
    "Demand",
    "Fault",
    "Lane",
    "Level",
    "OnOrder",
    "PolicySettings",
    "Sku",
    "Spike",
    "Store",
    "Supplier",
    "Warehouse",
    "as_case",
    "case_from_dict",
    "case_from_module",
    "case_from_settings",
    "case_hash",
    "case_schema",
    "case_to_dict",
    "default_case",
    "dump_toml",
    "level_of",
    "load_case",
    "starter_case",
]
