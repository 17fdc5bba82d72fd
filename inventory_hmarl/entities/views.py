"""Read-only views: they hold a twin and a name, and nothing else."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Any, ClassVar, Protocol


class Twin(Protocol):
    """What a view needs of a twin."""

    def get_state(self) -> dict[str, Any]:
        """Return the nested state."""


class Entity:
    """One entry of a twin's state, under its name; it changes as the twin goes on."""

    kind: ClassVar[str] = ""

    def __init__(self, twin: Twin, name: str) -> None:
        self._twin, self.name = twin, name
        known = list(twin.get_state()[self.kind])
        if name not in known:
            near = difflib.get_close_matches(name, known, n=1)
            hint = f" Did you mean '{near[0]}'?" if near else ""
            raise KeyError(f"no '{name}' among the {self.kind}: {', '.join(known)}.{hint}")

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.name!r})"

    @property
    def state(self) -> Mapping[str, Mapping[str, float]]:
        """All of it: quantity -> SKU -> units."""
        entry: Mapping[str, Mapping[str, float]] = self._twin.get_state()[self.kind][self.name]
        return entry


class StockingEntity(Entity):
    """A location that holds stock."""

    @property
    def inventory(self) -> Mapping[str, float]:
        """Units on hand by SKU."""
        return self.state["inventory"]

    @property
    def on_order(self) -> Mapping[str, float]:
        """Units ordered and not here, by SKU."""
        return self.state["on_order"]

    @property
    def inventory_position(self) -> Mapping[str, float]:
        """On hand - owed + on order, by SKU."""
        return self.state["inventory_position"]


class Store(StockingEntity):
    """A store of a twin.

    >>> from inventory_hmarl import DigitalTwin, default_case
    >>> store = Store(DigitalTwin(default_case()), "store_1")
    >>> sorted(store.inventory) == sorted(default_case().carried("store_1"))
    True
    """

    kind = "stores"

    @property
    def backorders(self) -> Mapping[str, float]:
        """Units that customers wait for, by SKU."""
        return self.state["backorders"]


class Warehouse(StockingEntity):
    """A warehouse of a twin.

    >>> from inventory_hmarl import DigitalTwin, default_case
    >>> set(Warehouse(DigitalTwin(default_case()), "warehouse_1").owed.values())
    {0}
    """

    kind = "warehouses"

    @property
    def owed(self) -> Mapping[str, float]:
        """Units owed to the locations that it supplies, by SKU."""
        return self.state["owed"]


class Supplier(Entity):
    """A supplier of a twin.

    >>> from inventory_hmarl import DigitalTwin, default_case
    >>> set(Supplier(DigitalTwin(default_case()), "supplier_1").in_transit.values())
    {0}
    """

    kind = "suppliers"

    @property
    def in_transit(self) -> Mapping[str, float]:
        """Units on their way from it, by SKU."""
        return self.state["in_transit"]

    @property
    def owed(self) -> Mapping[str, float]:
        """Units ordered and not shipped for want of capacity, by SKU."""
        return self.state["owed"]
