"""What an agent asks for, checked and laid over what the policies decide."""

from __future__ import annotations

import difflib
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias, TypeVar

import numpy as np

from inventory_hmarl.core.arrays import Array
from inventory_hmarl.core.day import Desk
from inventory_hmarl.core.decide import ByPolicy
from inventory_hmarl.core.model import Model
from inventory_hmarl.core.state import Memory

Orders: TypeAlias = Mapping[str, Mapping[str, float]]
Actions: TypeAlias = Mapping[str, Orders] | Callable[[Mapping[str, Any]], Orders]

Describe: TypeAlias = Callable[[int, Desk], Mapping[str, Any]]
Value = TypeVar("Value")

MOST_UNITS = 1e9  # as in a case
KINDS = ("store_orders", "warehouse_orders")


class ActionError(ValueError):
    """An action that cannot be carried out; nothing has happened."""


@dataclass(frozen=True)
class Places:
    """Where the order of a location and SKU goes: kind, then location, then SKU."""

    kinds: Mapping[str, Mapping[str, Mapping[str, tuple[int, int]]]]


def places(model: Model, stores: Iterable[str]) -> Places:
    """Return where orders go, for a model whose `stores` are named."""
    named = set(stores)
    kinds: dict[str, dict[str, dict[str, tuple[int, int]]]] = {kind: {} for kind in KINDS}
    for point, place in model.network.index().items():
        kind = KINDS[0] if point.location in named else KINDS[1]
        kinds[kind].setdefault(point.location, {})[point.sku] = place
    return Places(kinds)


def check_actions(actions: Mapping[str, Orders], known: Places) -> dict[tuple[int, int], float]:
    """Return units by (level, row).

    Raises `ActionError` for an unknown kind, location or SKU, and for units that are negative, NaN,
    infinite or no number.
    """
    wanted: dict[tuple[int, int], float] = {}
    for kind, orders in _items(actions, "actions"):
        locations = _find(known.kinds, kind, "kind of action", "actions")
        for location, units in _items(orders, kind):
            rows = _find(locations, location, "location", kind)
            place = f"{kind}['{location}']"
            for sku, amount in _items(units, place):
                row = _find(rows, sku, "SKU", place)
                wanted[row] = _units(amount, f"{place}['{sku}']")
    return wanted


def _items(mapping: object, place: str) -> Iterable[tuple[str, Any]]:
    if not isinstance(mapping, Mapping):
        raise ActionError(f"{place} = {mapping!r:.80}: must be a mapping")
    return mapping.items()


def _find(known: Mapping[str, Value], name: str, kind: str, place: str) -> Value:
    if name in known:
        return known[name]
    near = difflib.get_close_matches(str(name), list(known), n=1, cutoff=0.5)
    hint = f" Did you mean '{near[0]}'?" if near else ""
    raise ActionError(
        f"{place}: unknown {kind} {name!r:.80}; it must be one of {', '.join(known)}.{hint}"
    )


def _units(amount: object, place: str) -> float:
    try:
        units = float(amount)  # type: ignore[arg-type]  # what is no number is caught
    except (TypeError, ValueError, OverflowError):
        units = math.nan
    if isinstance(amount, bool | str | bytes) or not 0 <= units <= MOST_UNITS:
        raise ActionError(
            f"{place} = {amount!r:.80}: an order is a number of units from 0 to {MOST_UNITS:g}"
        )
    return units


class Overruled:
    """The `decide` of a day on which somebody acts: who is not named keeps its policy."""

    def __init__(self, model: Model, actions: Actions, known: Places, describe: Describe) -> None:
        if not callable(actions) and not isinstance(actions, Mapping):
            raise ActionError(
                f"actions = {actions!r:.80}: must be a callable, None, or a mapping of "
                f"{KINDS[0]} and {KINDS[1]}"
            )
        self.model, self.known, self.describe = model, known, describe
        self.actions = actions
        self.wanted = check_actions(actions, known) if isinstance(actions, Mapping) else {}
        self.asked: dict[tuple[int, int], float] = {}

    @property
    def policies(self) -> ByPolicy:
        """The policies that are overruled."""
        return self.model.policies

    def __call__(self, number: int, desk: Desk, memory: Memory) -> tuple[Array, Memory]:
        """Return the orders of a level, `(P, 1)`."""
        orders, memory = self.policies(number, desk, memory)
        wanted = self.wanted
        if callable(self.actions):
            answer = self.actions(self.describe(number, desk))
            wanted = check_actions(_by_kind(answer, self.known), self.known)
            self._only_of(number, wanted)
        mine = {row: units for (level, row), units in wanted.items() if level == number}
        if not mine:
            return orders, memory
        orders = np.array(orders)
        for row, asked in mine.items():
            units = math.floor(asked + 0.5) if self.model.network.whole_units else asked
            orders[row] = units
            self.asked[number, row] = units
        return orders, memory

    def _only_of(self, number: int, wanted: Mapping[tuple[int, int], float]) -> None:
        """Refuse a callable's orders for locations that do not decide now."""
        for level, row in wanted:
            if level != number:
                name = self.model.network.levels[level].points[row].location
                raise ActionError(
                    f"the callable's orders: '{name}' is of level {level}, and level {number} "
                    "decides now; answer for the locations that are shown"
                )


def _by_kind(orders: Orders | None, known: Places) -> dict[str, dict[str, Any]]:
    """Sort what a callable returned, location -> SKU -> units, into kinds."""
    kinds: dict[str, dict[str, Any]] = {}
    for location, units in _items(orders or {}, "the callable's orders"):
        kind = next((k for k, names in known.kinds.items() if location in names), KINDS[0])
        kinds.setdefault(kind, {})[location] = units
    return kinds
