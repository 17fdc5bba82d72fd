"""What you check a supply chain, or your own policy, against.

`simulate_reference` runs a case slowly and obviously. `inventory_hmarl.testing.strategies` draws
random cases; it needs Hypothesis, so it is imported by its own name only.
"""

from inventory_hmarl.testing.plain_costs import PlainCosts, reference_costs
from inventory_hmarl.testing.records import DayRecord, DemandOf, FailsOn, Line, Point
from inventory_hmarl.testing.reference import never, simulate_reference

__all__ = [
    "DayRecord",
    "DemandOf",
    "FailsOn",
    "Line",
    "PlainCosts",
    "Point",
    "never",
    "reference_costs",
    "simulate_reference",
]
