"""Door: the scenarios by name.

>>> from scenarios.scenarios import SCENARIOS, get_scenario
>>> sorted(SCENARIOS)[-3:]
['store_closed', 'strong_seasonality', 'supplier_delay']
>>> get_scenario("spike", multiplier=3.0).multiplier
3.0
"""

from inventory_hmarl.scenarios import SCENARIOS, apply_scenario, get_scenario

__all__ = ["SCENARIOS", "apply_scenario", "get_scenario"]
