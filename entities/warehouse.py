"""Door: a warehouse of a twin, by name.

>>> from entities.warehouse import Warehouse
>>> Warehouse.__module__.startswith("inventory_hmarl")
True
"""

from inventory_hmarl.entities import Warehouse

__all__ = ["Warehouse"]
