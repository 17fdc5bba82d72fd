"""The parts of a case, each field with its meaning, unit and bounds: one file a group."""

from __future__ import annotations

from inventory_hmarl.case.models.case import Case
from inventory_hmarl.case.models.demand import Demand
from inventory_hmarl.case.models.disruptions import Disruption, LaneEnds
from inventory_hmarl.case.models.items import (
    Correlation,
    CostChange,
    CostWeights,
    Event,
    Promotion,
    Sku,
    Spike,
)
from inventory_hmarl.case.models.lanes import Lane, OnOrder
from inventory_hmarl.case.models.locations import Store, Supplier, Warehouse
from inventory_hmarl.case.models.policy import PolicySettings
from inventory_hmarl.case.models.pools import Pool
from inventory_hmarl.case.models.recorded import Recorded
from inventory_hmarl.case.models.values import Level, level_of

__all__ = [
    "Case",
    "Correlation",
    "CostChange",
    "CostWeights",
    "Demand",
    "Disruption",
    "Event",
    "Lane",
    "LaneEnds",
    "Level",
    "OnOrder",
    "PolicySettings",
    "Pool",
    "Promotion",
    "Recorded",
    "Sku",
    "Spike",
    "Store",
    "Supplier",
    "Warehouse",
    "level_of",
]
