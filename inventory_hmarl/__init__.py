"""A digital twin of a retail supply chain: verified, fast, repeatable.

>>> import inventory_hmarl
>>> run = inventory_hmarl.simulate(inventory_hmarl.default_case(), replications=8)
>>> bool((run.figures()["unit_fill_rate"] > 0.9).all())
True
"""

from __future__ import annotations

from inventory_hmarl._version import __version__
from inventory_hmarl.case import Case, CaseError, case_from_dict, default_case, load_case
from inventory_hmarl.engines.numpy_engine import Keep
from inventory_hmarl.scenarios import SCENARIOS, apply_scenario, get_scenario
from inventory_hmarl.simulate import Run, simulate
from inventory_hmarl.twin import ActionError, DigitalTwin, SnapshotError

__all__ = [
    "SCENARIOS",
    "ActionError",
    "Case",
    "CaseError",
    "DigitalTwin",
    "Keep",
    "Run",
    "SnapshotError",
    "__version__",
    "apply_scenario",
    "case_from_dict",
    "default_case",
    "get_scenario",
    "load_case",
    "simulate",
]
