"""Door: a supplier of a twin, by name.

>>> from entities.supplier import Supplier
>>> Supplier.__module__.startswith("inventory_hmarl")
True
"""

from inventory_hmarl.entities import Supplier

__all__ = ["Supplier"]
