"""The case as it stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from inventory_hmarl.case import Case


@dataclass(frozen=True)
class Normal:
    """Nothing is changed."""

    name: ClassVar[str] = "normal"
    description: ClassVar[str] = "the case as it stands"

    def apply(self, case: Case) -> Case:
        """Return the case itself."""
        return case


SCENARIO = Normal()
