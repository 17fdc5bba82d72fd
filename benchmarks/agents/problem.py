"""A problem to be learnt, and what is known about it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.agents.playing import Agent, Player
from inventory_hmarl import Case


@dataclass(frozen=True, eq=False)
class Problem:
    """A case, and the best that can be done in it, where that is known.

    Costs are those of the customers after the warm-up. A learner may look at all of the case: it
    may not look at customers of the seed `playing.HELD_OUT`.
    """

    title: str
    case: Case  # scenario applied
    optimum: Callable[[], Agent] | None = None  # nobody is better
    published: float | None = None  # what the optimum costs a day, says the literature
    bound: Callable[[], Player] | None = None  # what nobody can be below; need not be reachable

    @property
    def mode(self) -> str:
        """The action mode that suits the case: levels, or pairs of them where an order costs."""
        charged = any(sku.ordering_cost for sku in self.case.skus.values())
        return "s_S" if charged else "order_up_to"
