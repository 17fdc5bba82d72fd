"""Where a fault is, in the words of the settings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from inventory_hmarl.case.faults import Path, Verbatim, dotted, shorten

TOPS = {
    "days": "SIMULATION_DAYS",
    "warmup_days": "WARMUP_DAYS",
    "seed": "RANDOM_SEED",
    "skus": "SKU_CONFIG",
    "stores": "STORE_CONFIG",
    "warehouses": "WAREHOUSE_CONFIG",
    "suppliers": "SUPPLIER_CONFIG",
    "demand": "DEMAND_CONFIG",
    "cost_weights": "COST_CONFIG",
    "lanes": "SUPPLY_CHAIN_GRAPH",
}
DEMAND_WORDS = {"noise": "noise_type", "seasonality": "enable_seasonality"}
WEIGHT_WORDS = {name: f"{name}_cost_weight" for name in ("holding", "ordering")} | {
    "stockout": "stockout_penalty_weight"
}
POLICY_WORDS = ("reorder_point", "order_up_to")


@dataclass(frozen=True)
class LaneOrigin:
    """The setting that a lane was made from."""

    source: str
    destination: str
    position: int  # in the source's list
    lead_time: Path  # where its lead time is written
    from_graph: bool


@dataclass(frozen=True)
class Places:
    """Puts the places of a case file into the words of the settings."""

    lanes: Sequence[LaneOrigin]

    def __call__(self, path: Path) -> str:
        """Return a place such as `STORE_CONFIG['store_1']['reorder_point']`."""
        if not path:
            return "settings"
        if isinstance(path[0], Verbatim):
            return dotted(path)
        steps = self._lane(path) if path[0] == "lanes" and len(path) > 1 else _words(path)
        head = TOPS.get(str(steps[0]), str(steps[0]))
        return head + "".join(
            f"[{step}]" if isinstance(step, int) else f"[{shorten(step)}]" for step in steps[1:]
        )

    def _lane(self, path: Path) -> Path:
        number = path[1]
        if not isinstance(number, int):  # a place in the graph itself
            return path
        lane = self.lanes[number]
        if len(path) > 2 and path[2] == "lead_time":
            return (*lane.lead_time, *path[3:])
        if not lane.from_graph:
            return lane.lead_time[:2]
        if len(path) > 2 and path[2] == "source":
            return ("lanes", lane.source)
        return ("lanes", lane.source, lane.position)


def _words(path: Path) -> Path:
    head, rest = path[0], path[1:]
    if head == "demand" and rest:
        return (head, DEMAND_WORDS.get(str(rest[0]), rest[0]), *rest[1:])
    if head == "cost_weights" and rest:
        return (head, WEIGHT_WORDS.get(str(rest[0]), rest[0]), *rest[1:])
    if path[2:3] == ("policy",) and path[3:4] and path[3] in POLICY_WORDS:
        return (head, path[1], *path[3:])
    return path
