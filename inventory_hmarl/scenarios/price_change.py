"""Another price, for good or for some days."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from inventory_hmarl.case import Case
from inventory_hmarl.case.models import Promotion
from inventory_hmarl.scenarios._events import Names, some
from inventory_hmarl.scenarios._prices import response


@dataclass(frozen=True)
class PriceChange:
    """The price is multiplied by `price`, and mean demand by price^elasticity.

    From `first_day` to `last_day`, or to the end. An `elasticity` here takes the place of the
    case's own, which None asks for. Revenue is counted at the usual price.
    """

    first_day: int = 30
    last_day: int | None = None
    price: float = 1.1
    elasticity: float | None = -2.0
    stores: Names = None
    skus: Names = None
    name: ClassVar[str] = "price_change"
    description: ClassVar[str] = "another price from a day on, and what customers make of it"

    def apply(self, case: Case) -> Case:
        """Return the case with one more promotion, without a dip."""
        promotion = Promotion(
            first_day=self.first_day,
            last_day=self.last_day,
            uplift=response(self.name, self.price, self.elasticity),
            price=self.price if self.elasticity is None else 1.0,
            stores=some(self.stores, case.stores),
            skus=some(self.skus, case.skus),
        )
        return case.changed(promotions=(*case.promotions, promotion))


SCENARIO = PriceChange()
