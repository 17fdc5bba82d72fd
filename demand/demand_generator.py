"""Door: the demand of a case, day by day.

>>> from demand.demand_generator import DemandGenerator
>>> DemandGenerator.__module__.startswith("inventory_hmarl")
True
"""

from inventory_hmarl.entities import DemandGenerator

__all__ = ["DemandGenerator"]
