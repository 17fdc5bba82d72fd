"""Ways on which nothing moves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from inventory_hmarl.case import Case
from inventory_hmarl.case.models import Disruption
from inventory_hmarl.scenarios._events import Names, disrupted, lanes_named, lasting, some


@dataclass(frozen=True)
class LaneClosure:
    """Nothing leaves on lanes from `first_day` to `last_day`, and what is on its way stands still.

    `lanes` names them as "source > destination".
    """

    first_day: int = 30
    last_day: int | None = 36
    lanes: Names = None
    skus: Names = None
    name: ClassVar[str] = "lane_closure"
    description: ClassVar[str] = "nothing moves on lanes for a week"

    def apply(self, case: Case) -> Case:
        """Return the case with one more disruption."""
        disruption = Disruption(
            lanes=lanes_named(case, self.lanes),
            skus=some(self.skus, case.skus),
            stops=("shipments", "transit"),
            first_day=self.first_day,
            last_day=lasting(self.last_day),
        )
        return disrupted(case, self.name, disruption)


SCENARIO = LaneClosure()
