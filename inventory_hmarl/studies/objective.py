"""What a search makes small: cost, and what is missing to a service target."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from inventory_hmarl.case.faults import nearest
from inventory_hmarl.core.arrays import Array
from inventory_hmarl.studies.errors import StudyError

MEASURES: Mapping[str, str] = {
    "fill_rate": "unit_fill_rate",
    "unit_fill_rate": "unit_fill_rate",
    "alpha_period": "alpha_period",
    "cycle_service": "cycle_service_level",
    "cycle_service_level": "cycle_service_level",
    "ready_rate": "ready_rate",
}
"""Words for a service, and the figure that each means."""

PRICE = 10.0  # of a miss as large as what the target allows to be unserved, in costs of the SKU
LEAST_ALLOWED = 1e-3


SHARES = (0.9, 0.95, 0.98, 0.99, 0.995)  # of a front, unless others are given


def targets_of(service: str | None, *, front: bool) -> list[Target]:
    """Return the services that are wanted, as `--service` says it; a front has several.

    >>> targets_of("fill_rate=0.98", front=False)
    [Target(figure='unit_fill_rate', share=0.98)]
    """
    if service is None:
        return [Target("fill_rate", share) for share in SHARES] if front else []
    name, equals, words = service.partition("=")
    if not equals and front:
        return [Target(name, share) for share in SHARES]
    try:
        shares = [float(word) for word in words.split(",")]
    except ValueError:
        shares = []
    if not shares or (len(shares) > 1 and not front):
        several = " (several, with commas between them, with --front)"
        raise StudyError(
            f"--service {service:.80}: must be a name and a share, such as fill_rate=0.98{several}."
        )
    return [Target(name, share) for share in shares]


@dataclass(frozen=True)
class Target:
    """A service that each SKU, over all its stores, is to reach."""

    figure: str
    share: float

    def __post_init__(self) -> None:
        """Refuse services that no run counts, and shares that are none."""
        if self.figure not in MEASURES:
            near = nearest(self.figure, MEASURES)
            hint = f" Did you mean '{near}'?" if near else ""
            raise StudyError(
                f"service = {self.figure!r:.60}: it must be one of {', '.join(MEASURES)}.{hint}"
            )
        if not 0 < self.share < 1:
            raise StudyError(
                f"service {self.figure} = {self.share:g}: must lie between 0 and 1, both excluded."
            )
        object.__setattr__(self, "figure", MEASURES[self.figure])


def wanted(target: Target | None) -> tuple[str, ...]:
    """Return the figures that a value is made of."""
    return ("total_cost", target.figure) if target else ("total_cost",)


def values(figures: Mapping[str, Array], target: Target | None, aims: Array) -> Array:
    """Return the value of each candidate, `(groups, C)`, from samples `(groups, C, R)`.

    It is the mean cost; with a target, what is missing to a group's aim `(groups,)` costs as well,
    so much that whatever reaches it is better (an exact penalty: Nocedal & Wright, *Numerical
    Optimization*, 2nd ed., section 17.2).
    """
    cost: Array = figures["total_cost"].mean(axis=2)
    if target is None:
        return cost
    lacking = missing(figures[target.figure], aims)
    charged: Array = cost + PRICE * cost.max(axis=1, keepdims=True) * lacking
    return charged


def missing(service: Array, aims: Array) -> Array:
    """Return what is missing to the aims, as a share of what they allow to be unserved."""
    known = np.nan_to_num(service, nan=1.0).mean(axis=2)  # nobody asked: served
    allowed = np.maximum(1 - aims, LEAST_ALLOWED)
    lacking: Array = np.maximum(aims[:, None] - known, 0.0) / allowed[:, None]
    return lacking
