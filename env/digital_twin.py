"""Door: the digital twin of a supply chain.

>>> import config.simulation_config as config
>>> from env.digital_twin import DigitalTwin
>>> twin = DigitalTwin(
...     {
...         "SIMULATION_DAYS": 30,
...         "WARMUP_DAYS": 7,
...         "RANDOM_SEED": 42,
...         "SKU_CONFIG": config.SKU_CONFIG,
...         "STORE_CONFIG": config.STORE_CONFIG,
...         "WAREHOUSE_CONFIG": config.WAREHOUSE_CONFIG,
...         "SUPPLIER_CONFIG": config.SUPPLIER_CONFIG,
...     }
... )
>>> twin.reset()["day"]
0
>>> state, metrics, done, info = twin.step()
>>> state["day"], done
(1, False)
"""

from inventory_hmarl.twin import DigitalTwin

__all__ = ["DigitalTwin"]
