"""Door: a supplier of a twin, by name.

>>> from entities.supplier import Supplier
>>> from inventory_hmarl import DigitalTwin, default_case
>>> supplier = Supplier(DigitalTwin(default_case()), "supplier_1")
>>> sum(supplier.in_transit.values())
0
"""

from inventory_hmarl.entities import Supplier

__all__ = ["Supplier"]
