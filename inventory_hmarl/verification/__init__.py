"""Cases whose answer is known: published, exact or worked out by hand.

Each is a file of its own in `cases/`: a case as users write it, and what must come out. To add
one, write a file there. `inventory-hmarl verify` runs them through `simulate`.
"""

from __future__ import annotations

from inventory_hmarl.verification.case_files import (
    Figure,
    Trace,
    VerificationCase,
    select,
    verification_cases,
)
from inventory_hmarl.verification.engine_cases import EngineRow, known_cases, run_engine_cases
from inventory_hmarl.verification.estimates import Estimate, Sample
from inventory_hmarl.verification.runner import Row, run_verification, verify_case

__all__ = [
    "EngineRow",
    "Estimate",
    "Figure",
    "Row",
    "Sample",
    "Trace",
    "VerificationCase",
    "known_cases",
    "run_engine_cases",
    "run_verification",
    "select",
    "verification_cases",
    "verify_case",
]
