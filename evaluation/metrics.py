"""Door: the metrics of a run.

>>> from evaluation.metrics import compute_metrics
>>> from inventory_hmarl import DigitalTwin, default_case
>>> twin = DigitalTwin(default_case())
>>> for _ in range(10):
...     state, metrics, done, info = twin.step()
>>> figures = compute_metrics(twin)
>>> figures["total_demand"] == figures["total_sales"] + figures["total_lost_sales"]
True
"""

from inventory_hmarl.metrics import compute_metrics

__all__ = ["compute_metrics"]
