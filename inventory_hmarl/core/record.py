"""A day's flows as one matrix, so that counting a day is one addition.

A record's rows are named quantities of each level: `(rows, R)`. Totals are sums of records over
days, the event table is read off kept ones, and every figure comes from either.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter
from typing import Any, TypeAlias

import numpy as np

from inventory_hmarl.core.arrays import Array
from inventory_hmarl.core.network import Level, Network
from inventory_hmarl.core.state import Flows, LevelSales, LevelShipments, remaining

MONEY = frozenset(
    {"received"}
    | {"demand", "lost", "filled", "sales", "waiting", "overdue", "stock", "ordered", "orders"}
    | {"expired", "overflow", "joint_orders", "trips", "carried", "travelling"}
    | {"extra_stock", "extra_missing", "extra_orders", "extra_travelling"}
)
"""What money and the unit fill rate are counted from."""

# What is recorded of a level's flows: an attribute of theirs, or a function of them and of what
# counts as nothing: 0, or the rounding noise of continuous units.
Field: TypeAlias = str | Callable[[Any, float], Array]
Read: TypeAlias = Callable[[LevelSales | LevelShipments], Sequence[Array]]

# Quantities of points that sell; units, or 1 and 0 for days on which something was so.
SALES: Mapping[str, Field] = {
    "demand": "demand",
    "lost": "lost",
    "switched": "switched",
    "stayed_away": "stayed_away",
    "received": "received",
    "given": "given",
    "filled": "filled",  # this and what follows: where customers may wait
    "sales": "sales",
    "waiting": "waiting",
    "overdue": "overdue",
    "stockout_days": lambda sales, noise: sales.demand - sales.filled > noise,
    "demand_days": lambda sales, noise: sales.demand > noise,
}
# Quantities of points, then of lines.
STOCK: Mapping[str, Field] = {
    "stock": "charged_stock",
    "position": "position",
    "remaining": "remaining",
    "ready_days": lambda moved, noise: remaining(moved) > noise,
    "destroyed": "destroyed",
    "expired": "expired",
    "overflow": "overflow",
    "extra_stock": "extra_stock",
    "extra_missing": "extra_missing",
}
LINES: Mapping[str, Field] = {
    "ordered": "ordered",
    "orders": "placed",
    "in_full": "in_full",
    "shipped": "shipped",
    "arrived": "arrived",
    "failed": "failed",
    "dropped": "dropped",
    "refused": "refused",
    "joint_orders": "joint",  # this and what follows: for all SKUs of a lane, at its first one
    "trips": "trips",
    "carried": "shipped",  # where that costs money
    "travelling": "travelling",
    "extra_orders": "extra_orders",
    "extra_travelling": "extra_travelling",
}
# What does not occur at every level: whether it does at one.
OCCURS: Mapping[str, Callable[[Level], bool]] = {
    "filled": lambda level: level.backordered is not None,
    "sales": lambda level: level.backordered is not None,
    "waiting": lambda level: level.backordered is not None,
    "lost": lambda level: level.loses,
    "expired": lambda level: level.shelf is not None,
    "overflow": lambda level: level.storage is not None,
    "switched": lambda level: level.substitution is not None,
    "received": lambda level: level.pools is not None,
    "given": lambda level: level.pools is not None,
    "remaining": lambda level: level.charged_before is not None,
    "refused": lambda level: level.doors is not None,
    "stayed_away": lambda level: level.goodwill is not None,
    "overdue": lambda level: level.due is not None,
    "failed": lambda level: level.fail_probability is not None,
    "joint_orders": lambda level: level.ways is not None and level.ways.joint,
    "trips": lambda level: level.ways is not None and level.ways.trips,
    "carried": lambda level: level.carried,
    "travelling": lambda level: level.owned,
    "extra_stock": lambda level: level.tariff is not None and level.tariff.stock is not None,
    "extra_missing": lambda level: level.tariff is not None and level.tariff.missing is not None,
    "extra_orders": lambda level: level.tariff is not None and level.tariff.orders is not None,
    "extra_travelling": lambda level: (
        level.tariff is not None and level.tariff.travelling is not None
    ),
}
WHERE_WAITING = frozenset({"filled", "sales", "waiting"})
ALL = frozenset({*SALES, *STOCK, *LINES})


@dataclass(frozen=True)
class Recorder:
    """Which quantities of which level stand in which rows of a record."""

    rows: Mapping[tuple[str, int], slice]
    sales: tuple[Read, ...]  # of each level
    shipments: tuple[Read, ...]
    size: int

    def parts(self, flows: Flows) -> list[Array]:
        """Return the day's quantities in the order of `rows`, `(rows of it, R)` each."""
        parts: list[Any] = []  # no field that is recorded is None
        for level, sales in enumerate(flows.sales):
            if sales is not None:
                parts += self.sales[level](sales)
            parts += self.shipments[level](flows.shipments[level])
        return parts

    def record(self, flows: Flows) -> Array:
        """Return the day's record, `(rows, R)` float64."""
        return stack(self.parts(flows))

    def of(self, records: Array, name: str, level: int) -> Array:
        """Return the rows of a quantity of a level, `(..., rows of it, R)`; one of zeros for none.

        Where nobody can wait, what is filled and sold is what is asked for, less lost and switched.
        """
        if (name, level) in self.rows:
            return records[..., self.rows[name, level], :]
        if name in {"filled", "sales"} and ("demand", level) in self.rows:
            gone = self.of(records, "lost", level) + self.of(records, "switched", level)
            return self.of(records, "demand", level) - gone
        return np.zeros((*records.shape[:-2], 1, records.shape[-1]))

    def sells(self, level: int) -> bool:
        """Whether sales of a level are recorded."""
        return ("demand", level) in self.rows


def stack(parts: Sequence[Array]) -> Array:
    """Return a day's quantities one below the other, `(rows, R)` float64."""
    return np.concatenate(parts, dtype=np.float64)


def recorder(network: Network, wanted: frozenset[str] = ALL) -> Recorder:
    """Return the recorder of the wanted quantities that can occur in a network.

    What is filled and sold where nobody can wait is read off what is asked for and lost: these are
    recorded with it.
    """
    if wanted & {"filled", "sales"}:
        wanted = wanted | {"demand", "lost", "switched"}
    rows: dict[tuple[str, int], slice] = {}
    sales, shipments, start = [], [], 0
    for number, level in enumerate(network.levels):
        mine = [n for n in SALES if n in wanted and _occurs(n, level)] if level.sells else []
        stock = [n for n in STOCK if n in wanted and _occurs(n, level, network, number)]
        lines = [n for n in LINES if n in wanted and _occurs(n, level, network, number)]
        for name in (*mine, *stock, *lines):
            size = len(level.lines) if name in LINES else len(level.points)
            rows[name, number] = slice(start, start + size)
            start += size
        sales.append(_reader([SALES[name] for name in mine], network.noise))
        moved = (*(STOCK[name] for name in stock), *(LINES[name] for name in lines))
        shipments.append(_reader(moved, network.noise))
    return Recorder(rows, tuple(sales), tuple(shipments), start)


def _reader(fields: Sequence[Field], noise: float) -> Read:
    """Return what reads some fields of a flow: if all are attributes of it, in one go."""
    if len(fields) > 1 and all(isinstance(field, str) for field in fields):
        return attrgetter(*fields)  # type: ignore[arg-type]  # strings all
    return lambda flow: [
        getattr(flow, field) if isinstance(field, str) else field(flow, noise) for field in fields
    ]


def _occurs(name: str, level: Level, network: Network | None = None, number: int = 0) -> bool:
    if name in OCCURS:
        return OCCURS[name](level)
    if name == "destroyed":
        troubles = None if network is None else network.disruptions
        return troubles is not None and troubles.levels[number].stock is not None
    if name == "dropped" and network is not None:
        return any(stage.keeps is not None for stage in network.stages)
    return True
