"""What a policy looks at, held against what it declares that it sees."""

from __future__ import annotations

from typing import Any

from inventory_hmarl.core.decide import Policy
from inventory_hmarl.core.state import Memory, View

DECLARED = tuple(View._field_defaults)
"""the parts of a view that a policy names in `sees`; its own stock, and the day, it always sees"""


class UndeclaredSightError(AssertionError):
    """A policy looked at what it does not declare."""


class Blinkers:
    """A view that shows what a policy declares, and raises where it looks further."""

    def __init__(self, view: View, policy: Policy) -> None:
        self._view, self._policy = view, policy

    def __getattr__(self, name: str) -> object:
        """Return a part of the view; raise `UndeclaredSightError` where it is not declared."""
        if name in DECLARED and name not in self._policy.sees:
            raise UndeclaredSightError(
                f"{type(self._policy).__name__} looks at view.{name}, and its sees = "
                f"{sorted(self._policy.sees)} does not declare it: add {name!r} to sees"
            )
        return getattr(self._view, name)


def orders_with_blinkers(policy: Policy, view: View, memory: Memory) -> tuple[Any, Memory]:
    """Return a policy's orders and memory; raise where it looks at what it does not declare.

    >>> import numpy as np
    >>> from inventory_hmarl.policies import RULES
    >>> stock = np.array([[3.0]])
    >>> view = View(1, stock, None, 0 * stock, stock)
    >>> orders_with_blinkers(RULES["base_stock"](np.array([[5.0]])), view, ())
    (array([[2.]]), ())
    """
    seen: Any = Blinkers(view, policy)
    return policy.orders(seen, memory)
