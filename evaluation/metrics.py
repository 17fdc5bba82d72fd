"""Door: the metrics of a run.

>>> from evaluation.metrics import compute_metrics
>>> callable(compute_metrics)
True
"""

from inventory_hmarl.metrics import compute_metrics

__all__ = ["compute_metrics"]
