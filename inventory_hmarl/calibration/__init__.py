"""From real sales to a case that runs: read, report, set levels, write.

>>> from pathlib import Path
>>> from inventory_hmarl.calibration import case_from_history, history_report, read_history
"""

from inventory_hmarl.calibration.assumptions import Assumptions
from inventory_hmarl.calibration.errors import HistoryError, HistoryFault
from inventory_hmarl.calibration.history import History, Prices, Repairs, Series
from inventory_hmarl.calibration.levels import (
    Levels,
    economic_order_quantity,
    order_point,
    safety_factor,
)
from inventory_hmarl.calibration.plan import CasePlan, SkuPlan, plan_case
from inventory_hmarl.calibration.reading import ReadOptions, read_history
from inventory_hmarl.calibration.report import HistoryReport, history_report
from inventory_hmarl.calibration.writing import case_from_history, write_case
from inventory_hmarl.core.demand.intermittent import demand_class

__all__ = [
    "Assumptions",
    "CasePlan",
    "History",
    "HistoryError",
    "HistoryFault",
    "HistoryReport",
    "Levels",
    "Prices",
    "ReadOptions",
    "Repairs",
    "Series",
    "SkuPlan",
    "case_from_history",
    "demand_class",
    "economic_order_quantity",
    "history_report",
    "order_point",
    "plan_case",
    "read_history",
    "safety_factor",
    "write_case",
]
