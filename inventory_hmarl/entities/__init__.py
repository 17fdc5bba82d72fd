"""Named, read-only views of a twin's stores, warehouses and suppliers, and its customers."""

from __future__ import annotations

from inventory_hmarl.entities.demand_generator import DemandGenerator
from inventory_hmarl.entities.views import Store, Supplier, Warehouse

__all__ = ["DemandGenerator", "Store", "Supplier", "Warehouse"]
