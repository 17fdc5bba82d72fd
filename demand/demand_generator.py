"""Door: the demand of a case, day by day.

>>> from demand.demand_generator import DemandGenerator
>>> from inventory_hmarl import default_case
>>> tomorrow = DemandGenerator(default_case()).generate(day=1)
>>> sorted(tomorrow)
['store_1', 'store_2', 'store_3']
"""

from inventory_hmarl.entities import DemandGenerator

__all__ = ["DemandGenerator"]
