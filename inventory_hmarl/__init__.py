"""A digital twin of a retail supply chain: verified, fast, repeatable.

>>> import inventory_hmarl
>>> run = inventory_hmarl.simulate(inventory_hmarl.default_case(), replications=8)
>>> bool((run.figures()["unit_fill_rate"] > 0.9).all())
True
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

from inventory_hmarl._version import __version__
from inventory_hmarl.envs.registration import register_when_it_comes

if TYPE_CHECKING:
    from inventory_hmarl.case import Case, CaseError, case_from_dict, default_case, load_case
    from inventory_hmarl.engines.outcome import Keep
    from inventory_hmarl.evaluation import evaluate
    from inventory_hmarl.scenarios import SCENARIOS, apply_scenario, get_scenario
    from inventory_hmarl.simulation import Run, simulate
    from inventory_hmarl.studies.comparing import Comparison, compare
    from inventory_hmarl.studies.designs import Design
    from inventory_hmarl.studies.errors import StudyError
    from inventory_hmarl.studies.gradients import DifferentiableCost, differentiable_cost
    from inventory_hmarl.studies.precision import replicate_until
    from inventory_hmarl.studies.selection import Selection, select_best
    from inventory_hmarl.studies.sweeping import sweep
    from inventory_hmarl.studies.warmup import mser5
    from inventory_hmarl.twin import ActionError, DigitalTwin, SnapshotError

__all__ = [
    "SCENARIOS",
    "ActionError",
    "Case",
    "CaseError",
    "Comparison",
    "Design",
    "DifferentiableCost",
    "DigitalTwin",
    "Keep",
    "Run",
    "Selection",
    "SnapshotError",
    "StudyError",
    "__version__",
    "apply_scenario",
    "case_from_dict",
    "compare",
    "default_case",
    "differentiable_cost",
    "evaluate",
    "get_scenario",
    "load_case",
    "mser5",
    "replicate_until",
    "select_best",
    "simulate",
    "sweep",
]

# Imported when they are first asked for, so that `--version` and `--help` need no NumPy.
_HOMES = {
    "case": ("Case", "CaseError", "case_from_dict", "default_case", "load_case"),
    "engines.outcome": ("Keep",),
    "evaluation": ("evaluate",),
    "scenarios": ("SCENARIOS", "apply_scenario", "get_scenario"),
    "simulation": ("Run", "simulate"),
    "studies.gradients": ("DifferentiableCost", "differentiable_cost"),
    "studies.comparing": ("Comparison", "compare"),
    "studies.precision": ("replicate_until",),
    "studies.selection": ("Selection", "select_best"),
    "studies.warmup": ("mser5",),
    "studies.designs": ("Design",),
    "studies.errors": ("StudyError",),
    "studies.sweeping": ("sweep",),
    "twin": ("ActionError", "DigitalTwin", "SnapshotError"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}


def __getattr__(name: str) -> object:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(importlib.import_module(f"{__name__}.{_HOME_OF[name]}"), name)
    globals()[name] = value
    return value


register_when_it_comes()
