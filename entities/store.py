"""Door: a store of a twin, by name.

>>> from entities.store import Store
>>> from inventory_hmarl import DigitalTwin, default_case
>>> store = Store(DigitalTwin(default_case()), "store_1")
>>> store.inventory == store.inventory_position  # nothing is on order yet
True
"""

from inventory_hmarl.entities import Store

__all__ = ["Store"]
