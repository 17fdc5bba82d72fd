"""Door: a store of a twin, by name.

>>> from entities.store import Store
>>> Store.__module__.startswith("inventory_hmarl")
True
"""

from inventory_hmarl.entities import Store

__all__ = ["Store"]
