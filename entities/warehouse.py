"""Door: a warehouse of a twin, by name.

>>> from entities.warehouse import Warehouse
>>> from inventory_hmarl import DigitalTwin, default_case
>>> warehouse = Warehouse(DigitalTwin(default_case()), "warehouse_1")
>>> min(warehouse.inventory.values()) > 0
True
"""

from inventory_hmarl.entities import Warehouse

__all__ = ["Warehouse"]
