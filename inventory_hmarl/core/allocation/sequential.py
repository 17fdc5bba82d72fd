"""Customers are served whole in the order of the case until nothing is left.

As under `priority`, but lanes come in the order of the file, whatever their priorities.
"""

from __future__ import annotations

from inventory_hmarl.core.allocation.priority import priority

BY_PRIORITY = False

RULE = priority
