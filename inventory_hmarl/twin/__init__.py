"""`DigitalTwin`: one chain, a day at a time, with the brief's interface."""

from __future__ import annotations

from inventory_hmarl.twin.actions import ActionError
from inventory_hmarl.twin.snapshot import SnapshotError
from inventory_hmarl.twin.twin import DigitalTwin

__all__ = ["ActionError", "DigitalTwin", "SnapshotError"]
