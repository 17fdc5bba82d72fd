"""`compute_metrics`: the brief's figures of a finished or running twin."""

from __future__ import annotations

from typing import Any, Protocol


class Measured(Protocol):
    """Anything that counts: a `DigitalTwin`."""

    def get_metrics(self) -> dict[str, Any]:
        """Return figures."""


def compute_metrics(twin: Measured) -> dict[str, Any]:
    """Return the figures of a twin's days after the warm-up.

    >>> from inventory_hmarl import DigitalTwin, default_case
    >>> twin = DigitalTwin(default_case())
    >>> for _ in range(30):
    ...     _ = twin.step()
    >>> metrics = compute_metrics(twin)
    >>> metrics["total_demand"] == metrics["total_sales"] + metrics["total_lost_sales"]
    True
    """
    return twin.get_metrics()
