"""What a sales history does not say, and a case needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

WORDS = {"order_quantity": ("eoq", "cover"), "unmet_demand": ("lost", "backordered")}
WHOLE = ("store_lead_time", "supplier_lead_time", "calibration_days", "warmup_days")
LIMITS: dict[str, tuple[float, float]] = {
    "cycle_service": (0.5, 1 - 1e-9),
    "store_lead_time": (0, 365),
    "supplier_lead_time": (0, 365),
    "cover_days": (0, 3650),
    "maximum_cover_days": (0, 3650),
    "unit_price": (0, 1e9),
    "margin": (0, 1),
    "annual_holding_rate": (0, 1e3),
    "ordering_cost": (0, 1e9),
    "calibration_days": (2, 36_600),
    "warmup_days": (0, 36_600),
}


@dataclass(frozen=True)
class Assumptions:
    """What a sales history does not say; every figure is written into the case as a comment.

    cycle_service: probability of no stock-out in a replenishment cycle, 0.5 <= p < 1.
    store_lead_time, supplier_lead_time: whole days, warehouse to store and supplier to warehouse.
    order_quantity: ``"eoq"``, or ``"cover"`` for ``cover_days`` of mean demand.
    cover_days, maximum_cover_days: days of mean demand; the second limits the EOQ of slow sellers.
    unit_price: of a SKU without a price, in money.
    margin: (price - cost) / price. annual_holding_rate: holding cost of a year / unit cost.
    ordering_cost: money per order line.
    calibration_days: length of the window for the levels; ``None`` is a year, or half of a history
    that is too short for that.
    warmup_days: ``None`` is 28, or a quarter of a short replay.
    unmet_demand: ``"lost"`` or ``"backordered"``.
    """

    cycle_service: float = 0.95
    store_lead_time: int = 2
    supplier_lead_time: int = 7
    order_quantity: Literal["eoq", "cover"] = "eoq"
    cover_days: float = 7.0
    maximum_cover_days: float = 28.0
    unit_price: float = 10.0
    margin: float = 0.30
    annual_holding_rate: float = 0.25
    ordering_cost: float = 1.0
    calibration_days: int | None = None
    warmup_days: int | None = None
    unmet_demand: Literal["lost", "backordered"] = "lost"

    def __post_init__(self) -> None:
        """Raise ``ValueError`` for all assumptions that cannot be, one per line."""
        faults = [*self._wrong_words(), *self._wrong_numbers()]
        if faults:
            raise ValueError("\n".join(faults))

    def _wrong_words(self) -> Iterator[str]:
        for name, words in WORDS.items():
            value = getattr(self, name)
            if value not in words:
                yield f"{name} = {value!r}: must be {' or '.join(words)}."

    def _wrong_numbers(self) -> Iterator[str]:
        for name, (low, high) in LIMITS.items():
            value = getattr(self, name)
            if value is None:
                continue
            if not low <= value <= high:
                yield f"{name} = {value}: must lie between {low:g} and {high:g}."
            elif name in WHOLE and value != int(value):
                yield f"{name} = {value}: must be a whole number of days."
