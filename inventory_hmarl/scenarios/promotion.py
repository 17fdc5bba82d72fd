"""A promotion, and what follows when it ends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from inventory_hmarl.case import Case
from inventory_hmarl.case.models import Promotion
from inventory_hmarl.scenarios._events import Names, some
from inventory_hmarl.scenarios._prices import response


@dataclass(frozen=True)
class PromotionWeeks:
    """A lower price from `first_day` to `last_day`, with display, and a dip when it ends.

    Mean demand is multiplied by price^elasticity x `uplift`. An `elasticity` here takes the place
    of the case's own, which None asks for. Revenue is counted at the usual price.
    """

    first_day: int = 30
    last_day: int | None = 36
    price: float = 0.8
    elasticity: float | None = -2.0
    uplift: float = 1.1
    dip: float = 0.2
    dip_days: int = 7
    stores: Names = None
    skus: Names = None
    name: ClassVar[str] = "promotion"
    description: ClassVar[str] = "a week with a lower price, and less demand after it"

    def apply(self, case: Case) -> Case:
        """Return the case with one more promotion."""
        own = response(self.name, self.price, self.elasticity)
        promotion = Promotion(
            first_day=self.first_day,
            last_day=self.last_day,
            price=self.price if self.elasticity is None else 1.0,
            uplift=self.uplift * own,
            dip=self.dip,
            dip_days=self.dip_days,
            stores=some(self.stores, case.stores),
            skus=some(self.skus, case.skus),
        )
        return case.changed(promotions=(*case.promotions, promotion))


SCENARIO = PromotionWeeks()
