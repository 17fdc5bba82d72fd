"""A problem to be learnt, and what is known about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.agents.playing import Player
from inventory_hmarl import Case


@dataclass(frozen=True, eq=False)
class Problem:
    """A case, and the best that can be done in it, where that is known.

    Costs are those of the days after the warm-up. A learner may look at all of the case, and at
    any customers but those of the episodes `playing.held_out`.
    """

    title: str
    case: Case  # scenario applied
    optimum: Callable[[], Player] | None = None  # nobody is better
    published: float | None = None  # what the optimum costs a day, says the literature
    bound: Callable[[], Player] | None = None  # what nobody can be below; need not be reachable

    @property
    def mode(self) -> str:
        """The action mode that suits the case: levels, or pairs of them where an order costs."""
        charged = any(sku.ordering_cost for sku in self.case.skus.values())
        return "s_S" if charged else "order_up_to"
