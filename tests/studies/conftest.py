"""Studies that are quick."""

import pytest

from inventory_hmarl.case import default_case
from inventory_hmarl.studies import planning
from inventory_hmarl.studies.sweeping import plan

PLACE = "suppliers.supplier_1.reliability"


@pytest.fixture
def made(monkeypatch):
    """The plan of a study of four points in four chunks."""
    monkeypatch.setattr(planning, "CHUNK_COST", 70_000)
    return plan(default_case().changed(days=20), {PLACE: [0.7, 0.8, 0.9, 1]}, replications=10)
